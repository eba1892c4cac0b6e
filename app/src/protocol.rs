//! The messages between the page and the engine: the one definition both sides use.
//!
//! They are calls ([`crate::calls`]). The conversation:
//!
//! 1. The page picks a module (`engine-cpu` or `engine-webgpu`) and starts it as a worker.
//! 2. [`Request::Start`] is answered by [`Reply::Ready`]; where it fails, this backend cannot run here, and the page
//!    starts the other module.
//! 3. [`Request::Load`] is answered by [`Reply::Loaded`]. Loading again replaces the network, once the load before is
//!    answered; running jobs of the old one end with [`Reply::Cancelled`].
//! 4. All requests that embed or look are jobs: they are answered in parts, and at last by [`Reply::Done`] or
//!    [`Reply::Cancelled`].
//! 5. When the backend breaks (a lost graphics device, say), this worker is of no use any more.
//!
//! The engine returns the trunk's features only. Tails, heads and the search run in the page.

use modulens_schema::InputSpec;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::calls::{self, CallId, Refusal};

/// The backend that runs the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Backend {
    /// Burn's flex backend: plain wasm with SIMD.
    Cpu,
    /// Burn's WebGPU backend.
    Webgpu,
}

/// The visitor's choice (`?backend=`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Preference {
    /// WebGPU where a real adapter is, otherwise the CPU.
    #[default]
    Auto,
    /// The CPU, whatever else there is.
    Cpu,
    /// WebGPU, even where the only adapter is a software one.
    Webgpu,
}

/// The worker that runs the network.
#[derive(Debug)]
pub enum Embedding {}

impl calls::Protocol for Embedding {
    type Request = Request;
    type Reply = Reply;
}

/// From the page to the engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// Prepares the backend this module was built for. Sent once.
    Start {
        /// The visitor's choice; only [`Preference::Webgpu`] accepts a software adapter.
        preference: Preference,
    },
    /// Builds the network and reads its weights.
    ///
    /// Parts: one `ArrayBuffer`, the bytes of `weights.safetensors`.
    Load {
        /// The manifest's `network` (a `NetworkConfig` of the model crate).
        network: Value,
        /// The preparation of an image as the network's input.
        input: InputSpec,
    },
    /// Connects the engine with the store, from which it then takes files. Not answered.
    ///
    /// Parts: a `MessagePort`, at whose other end the store answers.
    Connect,
    /// Embeds a visitor's own images and makes thumbnails of them. Answered by one [`Reply::Pictures`] and, where they are
    /// kept, one [`Reply::Kept`]; [`Reply::Done`] names those that could not be read, by their place among the files.
    ///
    /// Parts: one `ArrayBuffer` or `Blob` per image, unless they are lent.
    EmbedFiles {
        /// The files, where the store lends them.
        lent: Option<Lent>,
        /// The frame of the portrait to cut out of each image of the parts; none where they are taken whole.
        frames: Vec<Frame>,
        /// Side of a thumbnail in pixels.
        thumbnail: u32,
        /// Longest side of a larger preview of the whole image in pixels; 0 for none.
        preview: u32,
        /// True if the store is to keep them in the gallery being written, for which it lends them.
        keep: bool,
    },
    /// Brings the weights of the face detector, for later [`Request::Look`]s. Not answered: [`Request::Look`] tells where
    /// they are of no use. Only the CPU engine looks.
    ///
    /// Parts: one `ArrayBuffer`, a safetensors file.
    Detector,
    /// Looks at images without any network. Answered by one [`Reply::Looked`]; [`Reply::Done`] names those that could
    /// not be read, by their place among the files.
    ///
    /// Parts: as [`Request::EmbedFiles`].
    Look {
        /// The files, where the store lends them.
        lent: Option<Lent>,
        /// Finds the faces in them, too.
        faces: bool,
    },
    /// Embeds inputs that are prepared already. Answered by one [`Reply::Features`].
    ///
    /// Parts: one `ArrayBuffer`, little-endian `f32`, `[rows, 3, size, size]`.
    EmbedTensor,
    /// Asks for the output of every layer, by which two backends are compared. Answered by [`Reply::Layers`].
    ///
    /// Parts: as [`Request::EmbedTensor`].
    Layers,
    /// Embeds a range of a gallery's pictures, which the engine fetches itself from
    /// `{base}{index:06}.{extension}`, `index` in `first..first + count`.
    EmbedGallery {
        /// Absolute address of the `pictures` folder, with the slash at its end.
        base: String,
        /// Extension of the pictures, without a dot.
        extension: String,
        /// First picture.
        first: usize,
        /// Number of pictures.
        count: usize,
    },
    /// Rests between the pictures of a gallery until so many milliseconds from now: the visitor is at it, and comes
    /// first. Not answered.
    Rest {
        /// The duration.
        millis: f64,
    },
    /// Ends a job early. A job that is not running is ignored. Not answered.
    Cancel {
        /// The job.
        call: CallId,
    },
}

/// From the engine to the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// The backend runs.
    Ready {
        /// The backend that runs the network.
        backend: Backend,
        /// The graphics adapter's own words, where there is one.
        adapter: Option<String>,
        /// The reason for this backend, in words for the visitor; empty if the engine knows no more
        /// than the page.
        why: String,
        /// Time to prepare the backend.
        millis: f64,
    },
    /// The network is ready, warmed up by one picture.
    Loaded {
        /// Length of one image's features.
        channels: usize,
        /// Time to build, read and warm up.
        millis: f64,
    },
    /// The progress of a job. Sent at most a few times per second.
    Progress {
        /// Pictures done.
        done: usize,
        /// Pictures in all.
        total: usize,
        /// Pictures per second, lately.
        images_per_second: f64,
        /// Seconds still to go; absent while nothing can be said.
        eta_seconds: Option<f64>,
    },
    /// Features of consecutive pictures.
    ///
    /// Parts: one `ArrayBuffer`, `rows * channels` little-endian `f32`, row-major. The row of a gallery
    /// picture that could not be fetched or read is all zeros, and [`Reply::Done`] names it.
    Features {
        /// Index of the first row: within the message's pictures, or within the whole gallery.
        first: usize,
        /// Number of rows.
        rows: usize,
        /// Length of a row.
        channels: usize,
    },
    /// The results of the images of a [`Request::EmbedFiles`].
    ///
    /// Parts: an `ArrayBuffer` with the features of those that could be read, little-endian `f32`, row-major. Where the store
    /// does not keep them, another one with their thumbnails (JPEG), one after the other.
    Pictures {
        /// Length of a row.
        channels: usize,
        /// Bytes of every picture's thumbnail; 0 for one that could not be read.
        lengths: Vec<u32>,
        /// Bytes of every picture's preview; 0 where there is none.
        previews: Vec<u32>,
    },
    /// The store took in what was to be kept.
    Kept {
        /// True if no further preview is kept.
        previews_full: bool,
    },
    /// The store did not lend the files, or did not take in what became of them. Another engine can do nothing about it.
    /// Results that it had no room for are not lost.
    Refused(Refusal),
    /// Observations on the images of a [`Request::Look`].
    Looked {
        /// One for each image; `None` for one that could not be read.
        seen: Vec<Option<Seen>>,
    },
    /// The output of every layer, without modulation.
    ///
    /// Parts: one `ArrayBuffer` per layer, little-endian `f32`, row-major.
    Layers {
        /// The layers, in the order of the network.
        layers: Vec<Layer>,
    },
    /// A job came to its end.
    Done {
        /// Pictures embedded.
        images: usize,
        /// Time from the request to this message.
        millis: f64,
        /// Pictures left out, and why.
        skipped: Vec<Skipped>,
    },
    /// A job ended early because it was asked to.
    Cancelled,
}

/// Encoded images that the store lends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lent {
    /// Number of the loan.
    pub loan: u32,
    /// Place of the first among the files lent.
    pub first: usize,
    /// The number of files.
    pub count: usize,
}

/// A layer of the network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layer {
    /// Its name.
    pub name: String,
    /// The shape of its output: images, channels, rows, columns.
    pub shape: [usize; 4],
}

/// The frame of a portrait in its image, in pixels. It may reach beyond the image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    /// Pixels from the left.
    pub left: f32,
    /// Pixels from the top.
    pub top: f32,
    /// Width in pixels.
    pub width: f32,
    /// Height in pixels.
    pub height: f32,
}

impl Frame {
    /// The frame in shares of an image's sides.
    #[must_use]
    pub fn shares(self, width: u32, height: u32) -> Self {
        let [width, height] = [width, height].map(|side| side.max(1) as f32);
        Self {
            left: self.left / width,
            top: self.top / height,
            width: self.width / width,
            height: self.height / height,
        }
    }
}

/// Observations on an image, made without any network of a gallery.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    /// True if it looks drawn ([`crate::work::is_drawn`]).
    pub drawn: bool,
    /// The frames of the faces in it, the largest first.
    pub faces: Vec<Frame>,
}

/// A gallery picture that was left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// Its index in the gallery.
    pub index: usize,
    /// The reason.
    pub why: String,
}

impl Backend {
    /// The worker's script of this backend, relative to the page.
    pub fn script(self) -> &'static str {
        match self {
            Self::Cpu => "./engine-cpu_loader.js",
            Self::Webgpu => "./engine-webgpu_loader.js",
        }
    }

    /// The name for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::Cpu => "CPU (WebAssembly)",
            Self::Webgpu => "WebGPU",
        }
    }
}

impl Preference {
    /// Reads `auto`, `cpu` or `webgpu`; anything else is [`Preference::Auto`].
    pub fn parse(text: &str) -> Self {
        match text {
            "cpu" => Self::Cpu,
            "webgpu" => Self::Webgpu,
            _ => Self::Auto,
        }
    }
}

#[cfg(test)]
mod tests {
    use modulens_schema::Fit;

    use super::*;

    #[test]
    fn requests_survive_the_wire() {
        let request = Request::Load {
            network: serde_json::json!({"embedding": 64}),
            input: InputSpec::centred(64, Fit::Crop),
        };
        let text = serde_json::to_string(&request).expect("plain data");
        assert!(text.starts_with(r#"{"load":"#));
        assert_eq!(
            serde_json::from_str::<Request>(&text).expect("our own"),
            request
        );
    }

    #[test]
    fn a_frame_is_told_in_shares_of_its_image() {
        let frame = Frame {
            left: -20.0,
            top: 30.0,
            width: 50.0,
            height: 60.0,
        };
        let shares = frame.shares(200, 120);
        let shares = [shares.left, shares.top, shares.width, shares.height];
        assert_eq!(shares, [-0.1, 0.25, 0.25, 0.5]);
    }

    #[test]
    fn an_unknown_preference_is_automatic() {
        assert_eq!(Preference::parse("webgpu"), Preference::Webgpu);
        assert_eq!(Preference::parse("cuda"), Preference::Auto);
    }
}
