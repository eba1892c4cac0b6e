//! Animates images to their new places after another answer (FLIP), so that the eye sees the effect
//! of the lens.

use leptos::prelude::*;
use web_sys::Element;

use crate::page::browser::frames;
use crate::page::browser::motion::{self, Motion, Place};

/// The attribute that identifies images.
const KEY: &str = "data-index";

/// An answer, as far as it matters whether it is another: its address, and how many pictures it is about.
pub type Drawn = (usize, usize);

/// The pictures in one element, on their way.
#[derive(Clone, Copy, Debug)]
pub struct Flip {
    motion: StoredValue<Motion, LocalStorage>,
    /// The answer drawn last.
    drawn: StoredValue<Option<Drawn>>,
}

impl Default for Flip {
    fn default() -> Self {
        Self {
            motion: StoredValue::new_local(Motion::default()),
            drawn: StoredValue::new(None),
        }
    }
}

impl Flip {
    /// Called just before the pictures are drawn anew, for whatever reason. They glide because of another answer about
    /// the same pictures; not because something was scrolled, or because there are more of them. `known` are the places of
    /// the pictures at rest, where they are known without measuring.
    pub fn before(
        &self,
        element: Option<Element>,
        now: Option<Drawn>,
        known: impl FnOnce() -> Option<Vec<(usize, Place)>>,
    ) {
        let before = self
            .drawn
            .try_update_value(|drawn| std::mem::replace(drawn, now))
            .flatten();
        let (Some(element), Some(now), Some(before)) = (element, now, before) else {
            return;
        };
        if now.0 == before.0 || now.1 != before.1 || !motion::is_wanted() {
            return;
        }
        let motion = self.motion;
        motion.update_value(|motion| motion.remember(&element, KEY, known()));
        frames::next(move || {
            // The pictures may be gone by then.
            _ = motion.try_update_value(|motion| motion.play(&element, KEY));
        });
    }
}
