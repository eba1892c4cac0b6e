//! Kept galleries, as the page knows them.

use modulens_schema::UserTask;
use serde::{Deserialize, Serialize};

use super::Plan;
use crate::protocol::Skipped;

/// A kept gallery, for a list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// Its id, also the folder's name.
    pub id: String,
    /// Its name.
    pub title: String,
    /// Name of the network that embeds it.
    pub network: String,
    /// Pictures done.
    pub done: usize,
    /// Pictures in all.
    pub images: usize,
    /// Bytes on the disk.
    pub bytes: u64,
    /// Images with a larger preview.
    pub previews: usize,
    /// Bytes of the larger previews.
    pub preview_bytes: u64,
    /// True if there was no room for further previews.
    pub previews_full: bool,
    /// True if the browser has handles to the folders or files that the images came from.
    pub originals: bool,
    /// True if it has handles to those of the last import.
    pub rereadable: bool,
    /// The time it was begun, in milliseconds since 1970.
    pub created: f64,
    /// The reason it cannot be opened; empty if it can.
    pub problem: String,
}

/// The most bytes of larger previews of one gallery.
pub const MOST_PREVIEWS: u64 = 400_000_000;

/// The room the browser grants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Room {
    /// Bytes in use by this site.
    pub used: f64,
    /// Bytes it may use; 0 where the browser does not say.
    pub quota: f64,
    /// True if the browser promised not to delete them by itself.
    pub persisted: bool,
}

impl Room {
    /// Bytes that further larger previews of a gallery may take that has so many bytes of them: a quarter of what is
    /// left, and at most [`MOST_PREVIEWS`] in all.
    pub fn for_previews(self, kept: u64) -> u64 {
        let most = MOST_PREVIEWS.saturating_sub(kept);
        if self.quota <= 0.0 {
            return most;
        }
        let quarter = ((self.quota - self.used).max(0.0) / 4.0) as u64;
        quarter.min(most)
    }
}

/// The contents of a kept gallery.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contents {
    /// Its plan, with the present title.
    pub plan: Plan,
    /// The source of the images.
    pub source: String,
    /// A sentence on their terms; empty where none are known.
    pub terms: String,
    /// Pictures done.
    pub done: usize,
    /// Pictures in all.
    pub images: usize,
    /// Bytes on the disk.
    pub bytes: u64,
    /// Pictures that could not be read, and why.
    pub skipped: Vec<Skipped>,
    /// Pictures that were taken out or replaced, ascending.
    pub removed: Vec<usize>,
    /// The tasks that the visitor taught.
    pub taught: Vec<UserTask>,
    /// The images that the visitor hid, ascending.
    pub hidden: Vec<usize>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn previews_take_a_quarter_of_the_room_left_and_no_more_than_is_said() {
        let room = |used, quota| Room {
            used,
            quota,
            persisted: false,
        };
        assert_eq!(room(2e8, 1e9).for_previews(0), 200_000_000);
        assert_eq!(room(0.0, 1e12).for_previews(0), MOST_PREVIEWS);
        assert_eq!(room(2e9, 1e9).for_previews(0), 0, "it is full");
        assert_eq!(Room::default().for_previews(0), MOST_PREVIEWS, "unknown");
    }

    /// The plan promised previews that were not kept.
    #[test]
    fn previews_that_a_gallery_has_leave_less_room_for_more() {
        let room = Room {
            quota: 1e12,
            ..Room::default()
        };
        assert_eq!(room.for_previews(MOST_PREVIEWS - 7), 7);
        assert_eq!(room.for_previews(MOST_PREVIEWS), 0);
        assert_eq!(Room::default().for_previews(u64::MAX), 0, "of a stranger");
    }
}
