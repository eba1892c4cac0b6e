//! The user interface.
//!
//! * [`core`]: what the page decides, pure and natively tested;
//! * [`browser`]: what it needs from the browser;
//! * [`state`]: the one place its state lives, and the tasks that move it;
//! * [`components`]: what one sees, each a small file with one job.
//!
//! State flows one way: a component sends a [`core::step::Step`], the view and its address change, the tasks in
//! [`state`] answer, and the components show what the signals hold.

pub mod browser;
pub mod detail;
pub mod engine;
pub mod facets;
pub mod library;
pub mod model_card;
pub mod query;
pub mod relations;
pub mod results;
pub mod shell;
pub mod side_by_side;
pub mod state;
pub mod teach;
pub mod tour;
pub mod ui;

/// Puts the page into the document, in place of what `index.html` shows while the program loads.
pub fn mount() {
    console_error_panic_hook::set_once();
    browser::theme::restore();
    // It has started; what is shown so far stays until there is something in its place.
    browser::dom::remove("boot-trouble");
    browser::clock::later(|| leptos::mount::mount_to_body(shell::app::App));
}
