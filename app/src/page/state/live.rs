//! Background effects.

use super::State;
use super::make_way::keep_way_free;

impl State {
    /// Begins to answer, and to follow what happens.
    pub fn live(&self) {
        self.keep_learning();
        self.keep_searching();
        self.keep_beside();
        self.keep_engine_choice();
        keep_way_free();
        self.recall_library();
        self.keep_library();
        self.keep_touring();
        self.follow_site();
    }
}
