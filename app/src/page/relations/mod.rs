//! Task relations: the similarity of the modulation vectors, as a map, by channel and as a table.

pub mod channel_bars;
pub mod channels;
pub mod dialog;
pub mod facts;
pub mod map_layout;
pub mod mds;
pub mod modulation;
pub mod relating;
pub mod seriation;
pub mod state;
pub mod table;
pub mod task_facts;
pub mod task_map;
