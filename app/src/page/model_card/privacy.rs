//! Privacy, in plain words: what is kept, where, and how to be rid of it.

use leptos::prelude::*;

use crate::page::query::action::Action;
use crate::page::query::view::Panel;
use crate::page::state::use_state;

/// The stored data and their places.
const KEPT: [(&str, &str); 5] = [
    (
        "A picture you search with",
        "is read in this page and gone when you close it.",
    ),
    (
        "Your galleries",
        "lie in this browser\u{2019}s private store for this site, as small copies and numbers. No other site can read it. Delete \
         them one by one in your library.",
    ),
    (
        "Your settings",
        "(light or dark, shortcuts on or off, whether you have galleries) are a few words in this browser\u{2019}s storage.",
    ),
    (
        "The site\u{2019}s own files",
        "may stay in the browser\u{2019}s cache, so that it opens sooner.",
    ),
    (
        "Your question",
        "stands in the address, so that a link shows what you see; a picture of yours never does. Whoever hosts the site sees \
         the address when a link is opened.",
    ),
];

/// Everything about privacy.
#[component]
pub fn CardPrivacy() -> impl IntoView {
    let state = use_state();
    let kept = KEPT
        .map(|(what, how)| {
            view! {
                <li>
                    <b>{what}</b>
                    " "
                    {how}
                </li>
            }
        })
        .collect_view();
    // The card makes room for it.
    let library = move |_| state.go(Action::Show(Some(Panel::Library)));
    view! {
        <section data-testid="card-privacy">
            <h3>"Privacy"</h3>
            <p>
                "Everything runs in this browser. Your pictures are sent nowhere; there are no cookies, no accounts and nobody \
                 who counts visits. The page asks its own server for its own files, and nobody else for anything."
            </p>
            <ul>
                {kept}
            </ul>
            <p>
                "To delete everything, clear this site\u{2019}s data in your browser\u{2019}s settings. "
                <button class="link" type="button" data-testid="card-library" on:click=library>
                    "Open your galleries"
                </button>
            </p>
        </section>
    }
}
