//! Ctrl-C, SIGTERM, a closed terminal: finish the step, save, leave.

use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::TrainerError;

static ASKED: AtomicBool = AtomicBool::new(false);
static INSTALL: Once = Once::new();

/// From now on Ctrl-C, SIGTERM and SIGHUP ask to stop instead of ending the program; a second one ends it.
///
/// # Errors
/// The system does not allow it.
pub fn watch() -> Result<(), TrainerError> {
    let mut outcome = Ok(());
    INSTALL.call_once(|| {
        outcome = ctrlc::set_handler(|| {
            if ASKED.swap(true, Ordering::SeqCst) {
                std::process::exit(130);
            }
            crate::output::notes(
                "\nstopping after this step; press Ctrl-C again to leave without saving",
            );
        })
        .map_err(|error| TrainerError::Message(format!("cannot watch for Ctrl-C: {error}")));
    });
    outcome
}

/// Asks to stop.
pub fn ask() {
    ASKED.store(true, Ordering::SeqCst);
}

/// Returns true if someone asked to stop.
pub fn asked() -> bool {
    ASKED.load(Ordering::SeqCst)
}
