//! Pauses in long work: reading waits for the disk, and messages wait meanwhile.

use crate::scope;
use crate::turn;

/// Milliseconds of work after which the messages that wait are handled.
const LONGEST: f64 = 30.0;

/// The pauses of one piece of work.
#[derive(Debug)]
pub(super) struct Pauses {
    last: f64,
}

impl Pauses {
    /// Pauses of a work that begins now.
    pub(super) fn new() -> Self {
        Self { last: scope::now() }
    }

    /// Lets the messages that wait be handled, if it is time.
    pub(super) async fn take(&mut self) {
        if scope::now() - self.last > LONGEST {
            turn::breathe().await;
            self.last = scope::now();
        }
    }
}
