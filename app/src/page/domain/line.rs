//! The line above the results of an own gallery whose images are of another kind.

use leptos::prelude::*;

use crate::page::query::action::Action;
use crate::page::query::view::Panel;
use crate::page::state::use_state;
use crate::page::text;
use crate::page::ui::icon::{Icon, Symbol};

/// Says so, until it is closed; nothing while the gallery is imported.
#[component]
pub fn OutsideLine() -> impl IntoView {
    let state = use_state();
    move || {
        let data = state.data()?;
        let id = data.kept_id()?.to_owned();
        let outside = state.outside_here();
        let closed = state.library.with(|library| library.outside.is_closed(&id));
        let importing = state.import_job.with(|import_job| import_job.is_of(&id));
        if !outside.is_another_kind() || closed || importing {
            return None;
        }
        Some(view! {
            <div class="outside" role="note" data-testid="outside">
                <p>
                    {text::domain::gallery(outside)} " "
                    <button
                        class="link"
                        type="button"
                        data-testid="outside-card"
                        on:click=move |_| state.go(Action::Show(Some(Panel::Card)))
                    >
                        {text::domain::WHAT_IT_WAS_TRAINED_ON}
                    </button>
                </p>
                <button
                    class="button button--quiet button--icon"
                    type="button"
                    aria-label=text::domain::CLOSE
                    title=text::domain::CLOSE
                    data-testid="outside-close"
                    on:click=move |_| state.library.update(|library| library.outside.close(id.clone()))
                >
                    <Icon symbol=Symbol::Close />
                </button>
            </div>
        })
    }
}
