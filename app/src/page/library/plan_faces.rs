//! The choice to cut faces out of the images of an import.

use leptos::prelude::*;

use crate::page::text;
use crate::page::ui::format;
use crate::store_protocol::Recognised;

use super::add_choice::Adding;
use super::import_faces::Faceless;
use super::import_job::{Candidate, Measured, Offer};
use super::propose::Looked;

/// The choice, and what it changes in the plan.
#[derive(Clone, Copy, Debug)]
pub struct Cutting {
    /// True if the visitor wants it.
    wanted: RwSignal<bool>,
    network: Memo<Option<Candidate>>,
    recognised: RwSignal<Recognised>,
    adding: Adding,
    looked: Option<Looked>,
}

impl Cutting {
    /// The choice for an offer; it is made unless the visitor says otherwise.
    pub fn new(
        offer: &Offer,
        network: Memo<Option<Candidate>>,
        recognised: RwSignal<Recognised>,
        adding: Adding,
    ) -> Self {
        Self {
            wanted: RwSignal::new(true),
            network,
            recognised,
            adding,
            looked: offer.looked,
        }
    }

    /// True if the network embeds faces, tracked.
    fn is_possible(&self) -> bool {
        self.network
            .with(|network| network.as_ref().is_some_and(|network| network.faces))
    }

    /// True if faces are cut out, tracked. What was begun or is added to goes on as it is.
    pub fn is_on(&self) -> bool {
        let (unfinished, cut) = self
            .recognised
            .with(|recognised| (!recognised.unfinished.is_empty(), recognised.cut));
        if unfinished {
            return cut;
        }
        self.is_possible() && (self.wanted.get() || self.adding.target().is_some())
    }

    /// True if the faces still have to be found, tracked.
    pub fn is_ahead(&self) -> bool {
        self.is_on() && !self.recognised.with(|recognised| recognised.cut)
    }

    /// The images to embed: faces, as many as to be expected, where they still have to be found. Tracked.
    pub fn embedded(&self) -> usize {
        let images = self.adding.embedded();
        match self.looked {
            Some(looked) if self.is_ahead() => looked.expected(images),
            _ => images,
        }
    }

    /// The measured times, with that of finding the faces where it is ahead. Tracked.
    pub fn measured(&self, measured: Measured) -> Measured {
        let Some(looked) = self
            .looked
            .filter(|looked| looked.faces > 0 && self.is_ahead())
        else {
            return measured;
        };
        let millis = looked.millis * looked.images as f64 / looked.faces as f64;
        Measured {
            trial: measured.trial.after_looking(millis),
            ..measured
        }
    }

    /// The number of faces in words; `None` where nobody looked.
    fn words(&self) -> Option<String> {
        let found = self.recognised.with(|recognised| {
            recognised.cut.then(|| {
                let faceless = Faceless::of(recognised).files;
                text::faces::found(recognised.images, recognised.files, faceless)
            })
        });
        found.or_else(|| {
            let looked = self.looked?;
            Some(text::faces::tried(looked.faces, looked.images))
        })
    }
}

/// The checkbox, for networks that embed faces.
#[component]
pub fn FacesChoice(
    /// The choice.
    cutting: Cutting,
) -> impl IntoView {
    let choice = move || {
        view! {
            <div>
            <label class="add__change">
                <input
                    type="checkbox"
                    data-testid="faces-cut"
                    prop:checked=move || cutting.wanted.get()
                    on:change:target=move |event| cutting.wanted.set(event.target().checked())
                />
                <span>{text::faces::CUT}</span>
            </label>
            <p class="side__hint" data-testid="faces-found">{move || cutting.words()}</p>
            </div>
        }
    };
    view! { <Show when=move || cutting.is_possible()>{choice}</Show> }
}

/// The words of the button that begins: the images of the import, or the faces in them.
pub fn embed(cutting: Cutting, images: usize) -> String {
    let images = format::counted(images, "picture");
    if cutting.is_ahead() {
        return text::faces::embed(&images);
    }
    text::library::embed(&images)
}
