//! `CelebA`, UT-Zappos50K and anyone's own pictures, from a directory or straight from a zip.
//!
//! ```no_run
//! # #[cfg(not(target_arch = "wasm32"))]
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use modulens_dataset::{Options, Storage, load, load_picture};
//! use modulens_schema::{Fit, InputSpec, Split};
//!
//! let storage = Storage::open("celeba")?; // or "celeba.zip"
//! let dataset = load(&storage, &Options::default())?;
//! println!("{}", dataset.report);
//! let spec = InputSpec::centred(64, Fit::Crop);
//! let mut input = vec![0.0; spec.len()];
//! for index in dataset.in_split(Split::Test) {
//!     load_picture(&dataset.image(&storage, index)?, &spec, &mut input)?;
//! }
//! # Ok(())
//! # }
//! # #[cfg(target_arch = "wasm32")]
//! # fn main() {}
//! ```
//!
//! The same code runs in a browser: [`Storage::from_zip`] and [`Storage::from_files`] take anything that can be
//! read at a position ([`ReadAt`]), such as a `Blob` in a worker. Nothing is unpacked to disk and no picture is
//! decoded while loading.
//!
//! What is wrong with a dataset as a whole is a [`DatasetError`]; what is wrong with single pictures or lines is
//! counted and listed in the [`Report`].
//!
//! The formats, with their sources: [`celeba`](Format::Celeba), [`zappos`], [`folder`].

mod celeba;
mod dataset;
mod error;
pub mod folder;
mod hub;
mod labelled;
mod load;
mod options;
mod picture;
mod report;
mod split;
mod storage;
mod table;
mod tasks;
pub mod terms;
mod text;
pub mod zappos;

pub use dataset::{Dataset, ImageRecord, TextColumn};
pub use error::{DatasetError, DecodeError};
pub use image::RgbImage;
pub use labelled::{Labelled, read_labels};
pub use load::load;
pub use options::{ColumnKind, Format, Options, SPLIT_SEED};
pub use picture::{
    MAX_PIXELS, MAX_PIXELS_REDUCED, MAX_SIDE, decode, decoding_bytes, load_picture, normalise,
    prepare, reduce_to, take_orientation, turn,
};
pub use report::{
    ColumnReading, IMAGE_READING, LISTED_PER_REASON, OneHotColumns, Report, Skip, name_tables,
};
pub use split::split_by_hash;
pub use storage::path::has_image_extension;
pub use storage::{Entry, MAX_PICTURE_FILE, MAX_TEXT_FILE, ReadAt, Storage};
