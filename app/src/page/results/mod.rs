//! The results: ranking, the virtual grid and its tiles, and the summary line.

pub mod ahead;
pub mod answer;
pub mod caption;
pub mod csv;
pub mod export;
pub mod fold;
pub mod found;
pub mod grid;
pub mod grid_layout;
pub mod json;
pub mod jump;
pub mod moves;
pub mod nothing;
pub mod precision;
pub mod predictions;
pub mod search;
pub mod sheet;
pub mod sort;
pub mod tile;
pub mod tools;
pub mod virtual_grid;
