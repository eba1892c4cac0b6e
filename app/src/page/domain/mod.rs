//! Images unlike those that a network was trained on: told while an import is planned, above the results, in the details
//! and for an example that is brought. Predictions for them mean little.

pub mod line;
pub mod measure;
pub mod outside;
