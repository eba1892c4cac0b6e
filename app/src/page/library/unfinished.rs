//! An own gallery whose import was interrupted: said wherever it is shown, with a way to continue.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::page::browser::files::Brought;
use crate::page::browser::handles;
use crate::page::state::{State, use_state};
use crate::page::text;
use crate::page::ui::format;
use crate::store_protocol::Request;

use super::bring::{ChooseFolder, offer_chosen};
use super::import_job::ImportJob;

/// Images of a gallery that are imported, and those there are to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unfinished {
    /// True if the browser has handles to the files.
    pub rereadable: bool,
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
                rereadable: kept.rereadable,
                done: kept.done,
                images: kept.images,
            })
        })
    }

    /// Offers the files of a kept gallery's last import once more, by the handles that the browser has.
    async fn offer_kept(&self, id: String) {
        let handles = async {
            let request = Request::Handles { id, image: None };
            let (_, handles) = self.store().await?.call(request, &[]).await?;
            match handles::allow(&handles).await {
                true => Ok(handles),
                false => Err(text::previews::NOT_ALLOWED.to_owned()),
            }
        };
        match handles.await {
            Ok(handles) => self.offer_files(Brought {
                files: Vec::new(),
                handles,
            }),
            Err(message) => self.refuse_offer(message),
        }
    }

    /// The state of the gallery shown, if it is unfinished; tracked.
    pub fn shown_unfinished(&self) -> Option<Unfinished> {
        let data = self.data()?;
        self.unfinished(data.kept_id()?)
    }
}

/// Lets an import go on where it was: from the same files or folder chosen again, or by the handles that the browser has.
#[component]
pub fn Continue(
    /// The store's id.
    id: String,
    /// The gallery's title.
    title: String,
    /// True if the browser has handles to the files.
    rereadable: bool,
) -> impl IntoView {
    let state = use_state();
    let by_handles = rereadable.then(|| {
        let go_on = move |_| {
            let id = id.clone();
            spawn_local(async move { state.offer_kept(id).await });
        };
        view! {
            <button
                class="button button--strong"
                type="button"
                aria-label=text::library::continue_import(&title)
                data-testid="continue-kept"
                on:click=go_on
            >
                {text::library::CONTINUE}
            </button>
        }
    });
    let from_folder = text::library::continue_from_folder(&title);
    view! {
        {by_handles}
        <label class="button" class:button--strong=!rereadable>
            {if rereadable { text::library::CONTINUE_FILES } else { text::library::CONTINUE }}
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
        let unfinished = unfinished.get()?;
        let data = state.data()?;
        let (id, title) = (data.kept_id()?.to_owned(), data.manifest.title.clone());
        Some(view! {
            <section class="making making--ended" aria-label=text::library::UNFINISHED_TITLE>
                <p data-testid="unfinished">{text::library::unfinished(&title, &unfinished.words())}</p>
                <div class="making__tools">
                    <Continue id=id title=title rereadable=unfinished.rereadable />
                </div>
            </section>
        })
    }
}
