//! Background effects.

use crate::page::engine::input_throttle::throttle_on_input;
use crate::page::state::State;

impl State {
    /// Begins to answer, and to follow what happens.
    pub fn live(&self) {
        self.keep_learning();
        self.keep_selection();
        self.keep_searching();
        self.keep_beside();
        self.keep_mapping();
        self.keep_missing_said();
        self.keep_engine_choice();
        throttle_on_input();
        self.recall_library();
        self.keep_library();
        self.keep_outside();
        self.keep_touring();
        self.keep_welcoming();
        self.follow_site();
    }
}
