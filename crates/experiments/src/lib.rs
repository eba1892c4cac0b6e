//! Experiments: methods trained under one protocol and compared, what tasks want of the layers they share, tasks from a
//! few labelled images, and reports of all that.

pub mod compare;
pub mod compliance;
pub mod few_shot;
pub mod report;
