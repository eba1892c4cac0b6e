//! The top of the page.

use leptos::prelude::*;

use crate::page::query::action::Action;
use crate::page::query::view::Panel;
use crate::page::state::use_state;
use crate::page::text;
use crate::page::ui::icon::{Icon, Symbol};

use super::gallery_chooser::GalleryChooser;
use super::install::InstallButton;
use super::theme_toggle::ThemeToggle;

/// Name, galleries, library, model card, shortcuts and theme.
#[component]
pub fn Header() -> impl IntoView {
    let state = use_state();
    view! {
        <header class="header">
            <a class="brand" href="./" aria-label=text::shell::HOME>
                <svg class="brand__mark" viewBox="0 0 36 24" aria-hidden="true">
                    <circle cx="12" cy="12" r="10.5"></circle>
                    <circle cx="24" cy="12" r="10.5"></circle>
                    <path d="M15 6v12M18 4.5v15M21 6v12"></path>
                </svg>
                <span class="brand__name">"Modulens"</span>
            </a>
            <GalleryChooser />
            <div class="header__tools">
                <InstallButton />
                <button
                    class="button button--quiet"
                    type="button"
                    aria-haspopup="dialog"
                    title=text::shell::YOUR_GALLERIES
                    data-testid="library-show"
                    on:click=move |_| state.go(Action::Show(Some(Panel::Library)))
                >
                    <Icon symbol=Symbol::Plus />
                    <span class="wide-only">{text::shell::YOUR_GALLERIES}</span>
                    <span class="sr-only narrow-only">{text::shell::YOUR_GALLERIES}</span>
                </button>
                <button
                    class="button button--quiet"
                    type="button"
                    aria-haspopup="dialog"
                    title=text::shell::MODEL_CARD
                    data-testid="model-card-open"
                    on:click=move |_| state.go(Action::Show(Some(Panel::Card)))
                >
                    <Icon symbol=Symbol::Card />
                    <span class="wide-only">{text::shell::MODEL_CARD}</span>
                    <span class="sr-only narrow-only">{text::shell::MODEL_CARD}</span>
                </button>
                <button
                    class="button button--quiet button--icon"
                    type="button"
                    aria-haspopup="dialog"
                    aria-label=text::shell::HELP_AND_KEYS
                    title=text::shell::HELP_AND_KEYS
                    data-testid="shortcuts-open"
                    on:click=move |_| state.go(Action::Show(Some(Panel::Help)))
                >
                    <Icon symbol=Symbol::Help />
                </button>
                <ThemeToggle />
            </div>
        </header>
    }
}
