//! Training and evaluation of networks: configurations, datasets decoded for them, the loop over epochs with checkpoints,
//! the folder of a run, heads, and figures with intervals. The command line is `trainer`.

pub mod attribution;
pub mod config;
pub mod coverage;
pub mod data;
mod data_record;
pub mod device;
pub mod domain;
pub mod embed;
pub mod error;
pub mod eval;
pub mod files;
pub mod heads;
pub mod official;
pub mod output;
pub mod progress;
pub mod run;
pub mod text;
pub mod train;
