//! An own gallery whose import was interrupted: said wherever it is shown, with a way to continue.

use leptos::prelude::*;

use crate::page::state::{State, use_state};
use crate::page::text;
use crate::page::ui::format;

use super::bring::{ChooseFolder, offer_chosen};
use super::import_job::ImportJob;

/// Images of a gallery that are imported, and those there are to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unfinished {
    /// Images imported.
    pub done: usize,
    /// Images in all.
    pub images: usize,
}

impl Unfinished {
    /// "25 of 60 pictures".
    pub fn words(self) -> String {
        text::library::part(
            &format::count(self.done),
            &format::counted(self.images, "picture"),
        )
    }
}

impl State {
    /// The state of an unfinished gallery that is not being imported now; tracked.
    pub fn unfinished(&self, id: &str) -> Option<Unfinished> {
        if self.import_job.with(|import_job| import_job.is_of(id)) {
            return None;
        }
        self.library.with(|library| {
            let kept = library.find(id)?;
            let is_part = kept.problem.is_empty() && kept.done < kept.images;
            is_part.then_some(Unfinished {
                done: kept.done,
                images: kept.images,
            })
        })
    }

    /// The state of the gallery shown, if it is unfinished; tracked.
    pub fn shown_unfinished(&self) -> Option<Unfinished> {
        let data = self.data()?;
        self.unfinished(data.kept_id()?)
    }
}

/// Lets the visitor choose the same files or folder, from which the import goes on where it was.
#[component]
pub fn Continue(
    /// The gallery's title.
    title: String,
) -> impl IntoView {
    let state = use_state();
    let from_folder = text::library::continue_from_folder(&title);
    view! {
        <label class="button button--strong">
            {text::library::CONTINUE}
            <input
                class="sr-only"
                type="file"
                multiple
                aria-label=move || text::library::continue_import(&title)
                data-testid="continue"
                on:change=offer_chosen(state)
            />
        </label>
        <ChooseFolder
            words=text::library::CONTINUE_FOLDER
            testid="continue-folder"
            label=from_folder
        />
    }
}

/// Says above the results that the gallery shown is unfinished; nothing where it is not.
#[component]
pub fn UnfinishedBar() -> impl IntoView {
    let state = use_state();
    let unfinished = Memo::new(move |_| {
        // How an import ended is said by itself, until that is dismissed.
        let ended = state.import_job.with(|job| *job != ImportJob::Nothing);
        state.shown_unfinished().filter(|_| !ended)
    });
    move || {
        let words = unfinished.get()?.words();
        let title = state.data()?.manifest.title.clone();
        Some(view! {
            <section class="making making--ended" aria-label=text::library::UNFINISHED_TITLE>
                <p data-testid="unfinished">{text::library::unfinished(&title, &words)}</p>
                <div class="making__tools">
                    <Continue title=title.clone() />
                </div>
            </section>
        })
    }
}
