//! The names of a bundle's files.

/// The manifest, the only file whose hash is kept nowhere.
pub const MANIFEST: &str = "manifest.json";
/// The network's weights.
pub const WEIGHTS: &str = "weights.safetensors";
/// The folded late tail.
pub const TAIL: &str = "tail.safetensors";
/// The heads of all tasks.
pub const READOUTS: &str = "readouts.safetensors";
/// The description of the training features.
pub const DOMAIN: &str = "domain.safetensors";
/// The trunk's output of every picture.
pub const FEATURES: &str = "features.safetensors";
/// The bit-packed labels.
pub const LABELS: &str = "labels.bin";
/// The source ids, one per line.
pub const IDS: &str = "ids.txt";
/// Size and hash of every picture.
pub const PICTURES_INDEX: &str = "pictures.idx";
/// The folder of the pictures.
pub const PICTURES: &str = "pictures";

/// The path of one picture inside a bundle: `pictures/000042.jpg`.
pub fn picture(index: usize, extension: &str) -> String {
    format!("{PICTURES}/{index:06}.{extension}")
}
