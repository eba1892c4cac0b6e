//! Lists of numbers, drawn by number: the keyed list of the framework, compiled once for all of them.

use std::sync::Arc;

use leptos::prelude::*;

type Numbers = dyn Fn() -> Vec<usize> + Send + Sync;
type Draw = dyn Fn(usize) -> AnyView + Send + Sync;

/// Draws every number of a list that has no number twice; what stays in the list is moved, not drawn anew.
pub fn each(
    numbers: impl Fn() -> Vec<usize> + Send + Sync + 'static,
    draw: impl Fn(usize) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    keyed(Arc::new(numbers), Arc::new(draw))
}

fn keyed(numbers: Arc<Numbers>, draw: Arc<Draw>) -> AnyView {
    view! { <For each=move || numbers() key=|number| *number children=move |number| draw(number) /> }
        .into_any()
}
