//! Installing the site.

use leptos::prelude::*;

use crate::page::browser::offline;
use crate::page::state::use_state;
use crate::page::text;
use crate::page::ui::icon::{Icon, Symbol};

/// A button that is there while the browser offers to install the site.
#[component]
pub fn InstallButton() -> impl IntoView {
    let state = use_state();
    move || {
        state.site.installable.get().then(|| {
            view! {
                <button
                    class="button button--quiet"
                    type="button"
                    data-testid="install"
                    on:click=move |_| offline::install()
                >
                    <Icon symbol=Symbol::Install />
                    <span class="wide-only">{text::shell::INSTALL}</span>
                    <span class="sr-only narrow-only">{text::shell::INSTALL}</span>
                </button>
            }
        })
    }
}
