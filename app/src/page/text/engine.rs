//! The engine, and embedding on this machine.

use std::fmt::Display;

use crate::page::engine::embed::EmbedState;
use crate::page::ui::format;
use crate::protocol::Backend;

pub const FEATURES_MISFIT: &str = "\
    The features computed here do not fit the gallery, so they are not searched. Reload the page \
    and embed the gallery again.";
pub const LARGEST_DIFFERENCE: &str = "Largest difference";
pub const MEAN_COSINE: &str = "Mean cosine";
pub const SEARCHED: &str = "Features searched";
pub const SHIPPED: &str = "Shipped";
pub const LOCAL: &str = "Computed here";
pub const NO_GALLERY: &str = "there is no gallery";
pub const NO_PICTURES: &str = "this gallery comes without its pictures, so they cannot be embedded";
pub const FEATURES_LOST: &str = "the features were lost; try again";
pub const ENDED_EARLY: &str = "the engine ended before it was done; try again";
pub const NO_ENGINE: &str = "no engine is running; reload the page";
pub const NO_FEATURES: &str = "the engine gave no features for this picture; try another one";
pub const UNKNOWN_FEATURES: &str = "the engine sent features of an unknown form; reload the page";
pub const OWN_PICTURE: &str = "Your picture";
pub const ABOUT_OWN_PICTURE: &str =
    "as an example: choose one or a few, drop them, or paste one. They stay on your machine.";
pub const TITLE: &str = "On your machine";
pub const AUTO: &str = "Auto";
pub const CPU: &str = "CPU";
pub const WEBGPU: &str = "WebGPU";
pub const CHOICE: &str = "Engine";
pub const EMBED_AGAIN: &str = "Embed it again";
pub const EMBED: &str = "Embed this gallery here";
pub const PROGRESS: &str = "Embedding the gallery";
pub const CANCEL: &str = "Stop";
pub const CANCELLED: &str = "Stopped. The shipped features are searched.";
pub const STARTING: &str = "Fetching and starting the engine…";
pub const NO_NETWORK: &str = "no gallery is open, so there is no network to load; open a gallery";

pub fn not_started(failed: &dyn Display) -> String {
    format!("WebGPU did not start ({failed})")
}

pub fn asked_for_adapter(name: &dyn Display) -> String {
    format!("you chose it; adapter: {name}")
}

pub fn software_adapter(name: &dyn Display) -> String {
    format!("the only graphics adapter is a software one ({name}), slower than this")
}

pub fn adapter_here(name: &dyn Display) -> String {
    format!("a graphics adapter is here: {name}")
}

pub fn equal_results(top: &dyn Display) -> String {
    format!("Equal top-{top} results")
}

pub fn misplaced_features(
    values: &dyn Display,
    first: &dyn Display,
    end: &dyn Display,
    channels: &dyn Display,
) -> String {
    format!(
        "the engine sent {values} values for pictures {first} to {end}, which do not fit \
         {channels} per picture; reload the page"
    )
}

pub fn missing_features(missing: &dyn Display) -> String {
    format!("the engine left out pictures ({missing}); try again")
}

pub fn not_searchable(base: &dyn Display) -> String {
    format!(
        "{base}: this network is modulated before its last stage, so that pictures cannot be \
         searched without it; export a network whose sites are the last stage and the embedding"
    )
}

pub fn misfit(base: &dyn Display, error: &dyn Display) -> String {
    format!(
        "{base}: the files do not fit together ({error}); export the bundle again with `trainer \
         export`"
    )
}

pub fn all_pictures(pictures: &dyn Display) -> String {
    format!("All {pictures}. Nothing leaves this machine.")
}

pub fn breaks_engine(message: &dyn Display) -> String {
    format!("it breaks the engine ({message})")
}

pub const ASKING: &str = "Choosing an engine…";
pub const NONE: &str = "No engine";
pub const ASKED_FOR: &str = "you chose it";
pub const NO_WEBGPU: &str = "this browser offers no WebGPU";
pub const NO_ADAPTER: &str = "the browser found no graphics adapter";

pub fn chosen(backend: &str) -> String {
    format!("{backend}, not started")
}

pub fn starting(backend: &str) -> String {
    format!("{backend}, starting…")
}

pub fn ready(backend: Backend, millis: f64, workers: usize) -> String {
    let together = match (backend, workers) {
        (Backend::Cpu, 2..) => format!(", {workers} workers"),
        _ => String::new(),
    };
    format!(
        "{}, ready in {}{together}",
        backend.title(),
        format::millis(millis)
    )
}

/// The reason for an engine, with the adapter it runs on.
pub fn reason(why: &str, adapter: Option<&str>) -> String {
    match adapter {
        Some(adapter) => format!("{why}. Adapter: {adapter}"),
        None => why.to_owned(),
    }
}

pub fn why(reason: &str) -> String {
    format!("Why: {}.", reason.trim_end_matches('.'))
}

/// The progress of embedding the gallery, in words.
pub fn embed_figures(embed: &EmbedState) -> String {
    let EmbedState::Running(progress) = embed else {
        return STARTING.into();
    };
    let eta = progress
        .eta_seconds
        .map(|eta| format!(", {} to go", format::remaining(eta)));
    format!(
        "{} of {}, {:.0} per second{}",
        format::count(progress.done),
        format::count(progress.total),
        progress.images_per_second,
        eta.unwrap_or_default()
    )
}

/// The outcome of embedding the gallery, in words.
pub fn embed_end(embed: &EmbedState) -> Option<String> {
    match embed {
        EmbedState::Idle | EmbedState::Starting | EmbedState::Running(_) => None,
        EmbedState::Done {
            millis,
            pictures,
            skipped,
        } => {
            let rate = *pictures as f64 / (millis / 1000.0).max(1e-3);
            let skipped = skipped.first().map(|first| {
                format!(
                    ". {} left out; the first is picture {}: {}",
                    format::count(skipped.len()),
                    first.index,
                    first.why
                )
            });
            Some(format!(
                "{} in {} ({rate:.0} per second){}",
                format::counted(*pictures, "picture"),
                format::millis(*millis),
                skipped.unwrap_or_default()
            ))
        }
        EmbedState::Cancelled => Some(CANCELLED.into()),
        EmbedState::Failed(message) => Some(format!("Embedding failed: {message}")),
    }
}
