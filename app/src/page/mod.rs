//! The user interface, one folder per feature.
//!
//! A feature holds its pure logic with native tests, its part of the state (`state.rs`: signals and the tasks that
//! change them, as methods of [`State`](state::State)) and its components:
//!
//! * [`query`]: the query in the address, the actions that change it, and the search bar;
//! * [`results`]: ranking, and the virtual grid; [`side_by_side`]: one ranking per task;
//!   [`map`]: the images in the plane;
//! * [`facets`], [`detail`], [`relations`], [`teach`], [`welcome`], [`tour`], [`model_card`]: named after
//!   what they show;
//! * [`domain`]: images unlike those that a network was trained on;
//! * [`library`]: imports and own galleries; [`engine`]: the workers that run the network;
//! * [`shell`]: the frame of the page, loading a gallery, and what lies over both;
//! * [`ui`]: what the features share; [`text`]: all wording; [`browser`]: access to the browser.
//!
//! State flows one way: a component sends an [`Action`](query::action::Action), the view and its address change,
//! effects compute the answer, and the components show what the signals hold.

pub mod browser;
pub mod detail;
pub mod domain;
pub mod engine;
pub mod facets;
pub mod labels;
pub mod library;
pub mod map;
pub mod model_card;
pub mod query;
pub mod relations;
pub mod results;
pub mod selection;
pub mod shell;
pub mod side_by_side;
pub mod state;
pub mod teach;
pub mod text;
pub mod tour;
pub mod ui;
pub mod welcome;

/// Puts the page into the document, in place of what `index.html` shows while the program loads.
pub fn mount() {
    console_error_panic_hook::set_once();
    browser::theme::restore();
    // It has started; what is shown so far stays until there is something in its place.
    browser::dom::remove("boot-trouble");
    browser::clock::later(|| leptos::mount::mount_to_body(shell::app::App));
}
