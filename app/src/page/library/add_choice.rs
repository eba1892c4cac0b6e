//! The choice between a new gallery and adding to a kept one.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::page::state::State;
use crate::page::text;
use crate::page::ui::effect::effect;
use crate::page::ui::format;
use crate::store_protocol::{Changes, Overlap};

use super::import_job::{Candidate, Offer, Target};
use super::run_import::Order;

/// The most kept galleries that are offered.
const MOST: usize = 3;

/// The kept galleries that an offer can be added to: those made with the same network.
pub fn targets(overlaps: &[Overlap], networks: &[Candidate]) -> Vec<Target> {
    let target = |overlap: &Overlap| {
        let same = |network: &Candidate| {
            network.name == overlap.kept.network && network.weights == overlap.weights
        };
        Some(Target {
            network: networks.iter().position(same)?,
            overlap: overlap.clone(),
        })
    };
    overlaps.iter().filter_map(target).take(MOST).collect()
}

/// The next step of an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Pictures are embedded, so many.
    Embed(usize),
    /// Pictures are taken out, so many, and none is embedded.
    TakeOut(usize),
    /// Everything is there already: the gallery can be opened.
    Open,
    /// None of the changes is chosen.
    Nothing,
}

/// The next step of adding to a kept gallery with these changes.
pub fn step(overlap: &Overlap, changes: Changes) -> Step {
    let chosen = |is: bool, count: usize| if is { count } else { 0 };
    let embedded = chosen(changes.add, overlap.added) + chosen(changes.replace, overlap.changed);
    let taken_out = chosen(changes.take_out, overlap.gone);
    match (embedded, taken_out) {
        (0, 0) if overlap.added + overlap.changed + overlap.gone == 0 => Step::Open,
        (0, 0) => Step::Nothing,
        (0, taken_out) => Step::TakeOut(taken_out),
        (embedded, _) => Step::Embed(embedded),
    }
}

/// The choice that was made: a new gallery or a kept one, and the changes to it.
#[derive(Clone, Copy, Debug)]
pub struct Adding {
    targets: StoredValue<Vec<Target>>,
    networks: StoredValue<Vec<Candidate>>,
    offered: usize,
    /// The gallery to add to, by its place; `None` for a new one.
    at: RwSignal<Option<usize>>,
    changes: RwSignal<Changes>,
    problem: RwSignal<Option<String>>,
}

impl Adding {
    /// The choice for an offer: the gallery that has most of it, if there is one. `network` follows the gallery.
    pub fn begin(offer: &Offer, network: RwSignal<usize>) -> Self {
        let offered = offer.recognised.images;
        // What was begun is gone on with.
        let targets = if offer.recognised.unfinished.is_empty() {
            offer.targets.clone()
        } else {
            Vec::new()
        };
        let close = targets.first().filter(|it| it.overlap.is_close(offered));
        let adding = Self {
            at: RwSignal::new(close.map(|_| 0)),
            targets: StoredValue::new(targets),
            networks: StoredValue::new(offer.networks.clone()),
            offered,
            changes: RwSignal::new(Changes {
                add: true,
                replace: true,
                take_out: false,
            }),
            problem: RwSignal::new(None),
        };
        let fitting = offer.proposal.network;
        effect(move || {
            let wanted = adding.target().map_or(fitting, |target| target.network);
            if network.get_untracked() != wanted {
                network.set(wanted);
            }
        });
        adding
    }

    /// True if there is a kept gallery to add to, now; also once the form is closed.
    pub fn has_target(&self) -> bool {
        self.at.try_get_untracked().flatten().is_some()
    }

    /// The kept gallery to add to, tracked; `None` for a new one.
    pub fn target(&self) -> Option<Target> {
        let at = self.at.get()?;
        self.targets.with_value(|targets| targets.get(at).cloned())
    }

    fn step(&self) -> Option<Step> {
        Some(step(&self.target()?.overlap, self.changes.get()))
    }

    /// Pictures that will be embedded, tracked.
    pub fn embedded(&self) -> usize {
        match self.step() {
            None => self.offered,
            Some(Step::Embed(embedded)) => embedded,
            Some(_) => 0,
        }
    }

    /// The words of the button that starts it, tracked; `None` for a new gallery.
    pub fn verb(&self) -> Option<String> {
        let (target, step) = (self.target()?, self.step()?);
        Some(text::adding::verb(
            &target.overlap,
            self.changes.get(),
            step,
        ))
    }

    /// Returns true if it can be started, where the engine `is_measured`; tracked.
    pub fn is_ready(&self, is_measured: bool) -> bool {
        match self.step() {
            None | Some(Step::Embed(_)) => is_measured,
            Some(Step::TakeOut(_) | Step::Open) => true,
            Some(Step::Nothing) => false,
        }
    }

    /// The order to add to the chosen gallery; `None` for a new one.
    pub fn order(&self) -> Option<Order> {
        let kept = untrack(|| self.target())?.overlap.kept;
        Some(Order::Add {
            id: kept.id,
            title: kept.title,
            network: kept.network,
            changes: self.changes.get_untracked(),
        })
    }

    /// Does what needs no engine, and returns true if that is all there is to do.
    pub fn is_done_without_engine(&self, state: State) -> bool {
        let Some((target, step)) = untrack(|| self.target().zip(self.step())) else {
            return false;
        };
        let (id, problem) = (target.overlap.kept.id, self.problem);
        match step {
            Step::Embed(_) => return false,
            Step::Nothing => {}
            Step::Open => {
                state.drop_offer();
                state.show_own(&id, false);
            }
            Step::TakeOut(_) => spawn_local(async move {
                if let Err(message) = state.take_out(id).await {
                    problem.try_set(Some(message));
                }
            }),
        }
        true
    }
}

/// The kept galleries that have some of the offered pictures, and the changes that can be made to the chosen one.
#[component]
pub fn AddChoice(
    /// The choice that was made.
    adding: Adding,
    /// Columns of labels that were brought.
    columns: Vec<String>,
) -> impl IntoView {
    let targets = adding.targets.get_value();
    if targets.is_empty() {
        return ().into_any();
    }
    let option = move |at: Option<usize>, name: String, testid: &'static str| {
        view! {
            <label class="segment">
                <input
                    class="sr-only"
                    type="radio"
                    name="gallery"
                    data-testid=testid
                    prop:checked=move || adding.at.get() == at
                    on:change=move |_| adding.at.set(at)
                />
                <span class="segment__face"><span class="segment__face--own">{name}</span></span>
            </label>
        }
    };
    let kept = targets.iter().enumerate().map(|(at, target)| {
        let name = text::adding::add_to(&target.overlap.kept.title);
        option(Some(at), name, "add-to")
    });
    let problem = adding.problem;
    view! {
        <div class="add" data-testid="add">
            <fieldset class="offer__networks">
                <legend>{text::adding::GALLERY}</legend>
                <div class="segments segments--small">
                    {kept.collect_view()} {option(None, text::adding::NEW.into(), "add-new")}
                </div>
            </fieldset>
            {move || adding.target().map(|target| view! { <TargetChanges adding=adding target=target columns=columns.clone() /> })}
            {move || problem.get().map(|problem| view! { <p class="library__problem" role="alert">{problem}</p> })}
        </div>
    }
    .into_any()
}

/// The differences between the offered pictures and a kept gallery, of which the wanted ones are ticked.
#[component]
fn TargetChanges(adding: Adding, target: Target, columns: Vec<String>) -> impl IntoView {
    let overlap = &target.overlap;
    let changes = adding.changes;
    let change = move |testid: &'static str,
                       words: String,
                       is: fn(&Changes) -> bool,
                       set: fn(&mut Changes, bool)| {
        view! {
            <label class="add__change">
                <input
                    type="checkbox"
                    data-testid=testid
                    prop:checked=move || changes.with(is)
                    on:change=move |event| {
                        let is = event_target_checked(&event);
                        changes.update(|changes| set(changes, is));
                    }
                />
                <span>{words}</span>
            </label>
        }
    };
    let add = (overlap.added > 0).then(|| {
        let words = text::adding::add(overlap.added);
        change("add-added", words, |it| it.add, |it, is| it.add = is)
    });
    let replace = (overlap.changed > 0).then(|| {
        let words = text::adding::replace(overlap.changed);
        change(
            "add-changed",
            words,
            |it| it.replace,
            |it, is| it.replace = is,
        )
    });
    let take_out = (overlap.gone > 0).then(|| {
        let words = text::adding::take_out(overlap.gone);
        change(
            "add-gone",
            words,
            |it| it.take_out,
            |it, is| it.take_out = is,
        )
    });
    let labelled = adding.networks.with_value(|networks| {
        let network = networks.get(target.network);
        network.map(|network| network.labelled(&columns))
    });
    let notes = text::adding::notes(overlap, columns.len(), &labelled.unwrap_or_default());
    view! {
        <p class="add__summary" data-testid="add-summary">
            {text::adding::summary(overlap, &format::counted(adding.offered, "picture"))}
        </p>
        <div class="add__changes">{add} {replace} {take_out}</div>
        {notes.into_iter().map(|note| view! { <p class="side__hint">{note}</p> }).collect_view()}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store_protocol::Kept;

    fn overlap(added: usize, changed: usize, gone: usize) -> Overlap {
        Overlap {
            kept: Kept {
                id: "1".into(),
                title: "day".into(),
                network: "faces".into(),
                done: 12,
                images: 12,
                ..Kept::default()
            },
            weights: "ab".into(),
            same: 12,
            by_name: 0,
            by_size: 0,
            changed,
            added,
            gone,
            labelled: Vec::new(),
        }
    }

    #[test]
    fn only_what_is_new_or_changed_is_embedded() {
        let all = Changes {
            add: true,
            replace: true,
            take_out: true,
        };
        let few = Changes {
            take_out: false,
            ..all
        };
        assert_eq!(step(&overlap(1, 0, 0), few), Step::Embed(1));
        assert_eq!(step(&overlap(10, 2, 3), all), Step::Embed(12));
        assert_eq!(step(&overlap(0, 0, 3), all), Step::TakeOut(3));
        assert_eq!(step(&overlap(0, 0, 3), few), Step::Nothing);
        assert_eq!(step(&overlap(0, 0, 0), all), Step::Open);
        assert_eq!(step(&overlap(5, 0, 0), Changes::default()), Step::Nothing);
    }

    #[test]
    fn galleries_of_other_weights_are_not_added_to() {
        let network = |weights: &str| Candidate {
            name: "faces".into(),
            weights: weights.into(),
            ..Candidate::default()
        };
        let overlaps = [overlap(1, 0, 0)];
        assert_eq!(targets(&overlaps, &[network("ab")]).len(), 1);
        assert!(targets(&overlaps, &[network("cd")]).is_empty());
    }
}
