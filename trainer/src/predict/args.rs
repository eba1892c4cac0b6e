//! The arguments of `trainer predict`, and what it says of an image that it cannot predict.

use std::path::PathBuf;

use serde::Serialize;

use super::shard::Shard;

/// Arguments of `trainer predict`.
#[derive(Clone, Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("form").args(["json", "csv"])))]
pub struct Args {
    /// The bundle's folder; it may be one without images (`export --without-images`).
    pub bundle: PathBuf,
    /// Images, and folders or archives (zip, tar, tar.gz, Parquet) of them.
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Predict these tasks only, in this order.
    #[arg(long, value_name = "TASK,..", value_delimiter = ',')]
    pub tasks: Vec<String>,
    /// Print one JSON object a line.
    #[arg(long)]
    pub json: bool,
    /// Print comma-separated values (RFC 4180): a column for each value of each task.
    #[arg(long)]
    pub csv: bool,
    /// Write the JSON or the comma-separated values to this file.
    #[arg(long, value_name = "FILE", requires = "form")]
    pub output: Option<PathBuf>,
    /// Write probabilities, embeddings and features to this Parquet file (with `--shard` a folder); a table is then not
    /// printed.
    #[arg(long, value_name = "FILE")]
    pub parquet: Option<PathBuf>,
    /// Predict one of N shards of the images, into `shard-I-of-N.parquet` in the folder of `--parquet`. A shard that is there
    /// is left as it is, unless the network, the tasks, or the ids or sizes of its images have changed.
    #[arg(long, value_name = "I/N", requires = "parquet", conflicts_with_all = ["form", "output"])]
    pub shard: Option<Shard>,
}

/// An image that could not be predicted, or an archive that could not be opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// The image's id.
    pub id: String,
    /// The reason, a sentence.
    pub error: String,
}
