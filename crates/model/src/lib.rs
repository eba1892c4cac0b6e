//! The networks of Modulens: Burn modules with no backend chosen.
//!
//! One network holds many notions of similarity. Everything before the first modulated [`Site`] is the
//! *trunk*, which knows no task and runs once per image; the rest is the *tail*, which runs per task:
//!
//! ```text
//! images [B, 3, S, S] -> trunk -> features [B, C, H, W] -> tail(task) -> unit embeddings [B, D]
//! ```
//!
//! A [`NetworkConfig`] says what to build, [`Network`] runs it, [`loss`] trains it, [`weights`] reads and
//! writes safetensors, and [`Network::fold_tail`] turns a late tail into the few matrices that a page can
//! search with.

mod backbone;
mod config;
mod config_error;
#[cfg(feature = "cpu-training")]
mod cpu;
mod ensemble;
mod fold;
mod geometry;
mod head;
pub mod loss;
mod method;
mod modulation;
mod network;
mod norm;
mod plain;
mod product;
mod prototypes;
mod site;
mod start;
mod unit;
pub mod weights;

pub use backbone::efficientnet::efficientnet_stage;
pub use config::{Backbone, MaskStart, Modulation, NetworkConfig, Pooling, Stem};
pub use config_error::ConfigError;
pub use ensemble::Ensemble;
pub use fold::FoldError;
pub use head::Head;
pub use method::{Method, Model};
pub use network::Network;
pub use plain::{PlainError, PlainTrunk};
pub use prototypes::Prototypes;
pub use site::{Site, SiteError};
pub use unit::unit;
