//! Sweeps: the same comparison at several points of an axis, such as numbers of tasks or of labelled images.
//!
//! ```text
//! OUT/sweep.json      version, axis, points: [{ name, folder }]; the points that have figures
//! OUT/POINT/          the comparison at a point
//! ```

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use modulens_training::error::TrainerError;
use modulens_training::files;
use serde::{Deserialize, Serialize};

use super::plan::{Plan, folder_name};

/// Version of this object.
const VERSION: u32 = 1;

/// The points of a sweep that have figures: `sweep.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sweep {
    /// The version of this object.
    pub version: u32,
    /// The quantity that differs from one point to the next, such as "tasks".
    pub axis: String,
    /// The points in the order of the plan.
    pub points: Vec<SweepPoint>,
}

/// A point of a sweep.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SweepPoint {
    /// Its name, such as "7".
    pub name: String,
    /// The folder of its comparison within that of the sweep.
    pub folder: PathBuf,
}

impl Sweep {
    /// The points of these plans whose comparison has `figures`; nothing of plans that are no sweep.
    pub(super) fn of(plans: &[Plan], out: &Path, figures: &str) -> Option<Self> {
        let mut points = plans
            .iter()
            .filter_map(|plan| plan.point.as_ref())
            .peekable();
        Some(Self {
            version: VERSION,
            axis: points.peek()?.axis.clone(),
            points: points
                .map(|point| SweepPoint {
                    name: point.name.clone(),
                    folder: point.folder(),
                })
                .filter(|point| out.join(&point.folder).join(figures).is_file())
                .collect(),
        })
    }
}

/// Reads the points of a sweep from a file.
///
/// # Errors
/// A file that cannot be read, or is of another version or none at all.
pub(crate) fn read(path: &Path) -> Result<Sweep, TrainerError> {
    let found: Option<Sweep> = serde_json::from_slice(&files::read(path)?).ok();
    found
        .filter(|sweep| sweep.version == VERSION && !sweep.points.is_empty())
        .ok_or_else(|| TrainerError::Run {
            path: path.to_owned(),
            message: format!(
                "it lists no points of a sweep of version {VERSION}; `trainer compare` writes one"
            ),
        })
}

/// Returns true for the points of a sweep, of whatever version.
pub(crate) fn is_sweep(json: &[u8]) -> bool {
    super::has_keys(json, ["version", "axis", "points"])
}

/// The sweep of a plan as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub(super) axis: String,
    pub(super) points: Vec<PointEntry>,
}

/// A point of a sweep as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PointEntry {
    pub(super) name: String,
    /// The values that go over the base.
    pub(super) set: Vec<String>,
}

impl Entry {
    /// Checks that every point has a folder of its own.
    pub(super) fn check(&self) -> Result<(), String> {
        let folders = self.points.iter().map(|point| folder_name(&point.name));
        let folders: BTreeSet<String> = folders.filter(|folder| !folder.is_empty()).collect();
        if folders.is_empty() || folders.len() < self.points.len() {
            return Err(
                "[sweep] needs points, whose names differ in their letters and digits".into(),
            );
        }
        Ok(())
    }
}
