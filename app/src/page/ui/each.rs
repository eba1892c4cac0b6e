//! Lists, drawn item by item: the keyed list of the framework, compiled once for all of them.

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

/// Draws every item of a short list that has no item twice, as [`each`] draws numbers.
pub fn each_item<T: Clone + PartialEq + Send + Sync + 'static>(
    items: impl Fn() -> Vec<T> + Send + Sync + 'static,
    draw: impl Fn(T) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    // Every item has one number as long as the list lives: its place here.
    let known = StoredValue::new(Vec::<T>::new());
    let number = |known: &mut Vec<T>, item: T| {
        let place = known.iter().position(|known| *known == item);
        place.unwrap_or_else(|| {
            known.push(item);
            known.len() - 1
        })
    };
    let numbers = move || {
        let items = items().into_iter();
        let numbers =
            known.try_update_value(|known| items.map(|item| number(known, item)).collect());
        numbers.unwrap_or_default()
    };
    let draw = move |number: usize| {
        let item = known.try_with_value(|known| known.get(number).cloned());
        item.flatten().map(&draw).into_any()
    };
    keyed(Arc::new(numbers), Arc::new(draw))
}

fn keyed(numbers: Arc<Numbers>, draw: Arc<Draw>) -> AnyView {
    view! { <For each=move || numbers() key=|number| *number children=move |number| draw(number) /> }
        .into_any()
}
