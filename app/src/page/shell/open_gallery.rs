//! The state that belongs to the open gallery, under a Leptos owner of its own.
//!
//! Closing the gallery cleans the owner up: the signals go, and the tasks of the gallery are cancelled.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::reactive::spawn_local_scoped_with_cancellation;
use modulens_retrieval::{FacetCounts, Query};

use crate::map_protocol::Shown;
use crate::page::browser::object_url;
use crate::page::engine::difference::Difference;
use crate::page::engine::embed::EmbedState;
use crate::page::engine::own_picture::OwnPicture;
use crate::page::engine::state::Engines;
use crate::page::labels::corrections::Corrected;
use crate::page::library::thumbnails::Thumbnails;
use crate::page::map::state::{LaidOutBy, Progress};
use crate::page::map::worker::Worker;
use crate::page::results::answer::Answer;
use crate::page::results::export::Saving;
use crate::page::results::predictions::Predictions;
use crate::page::selection::hide::{Hiding, union};
use crate::page::selection::selected::Selection;
use crate::page::side_by_side::state::RowAnswer;
use crate::page::teach::kept_tasks::{Deleted, KeptTasks};
use crate::page::teach::state::{Learned, LearnedOn, Teaching};
use crate::page::welcome::state::Welcome;

use super::gallery::{GroundTruth, Searchers, Source};

/// The signals and tasks of the open gallery.
#[derive(Clone, Copy, Debug)]
pub struct OpenGallery {
    /// Pictures that can be searched; an own gallery grows while it is being made.
    pub images: RwSignal<usize>,
    /// True once all features that are kept of it are here, so that an image without features is none of it.
    pub whole: RwSignal<bool>,
    /// Pictures that could not be read, or were taken out or replaced, and are never shown, ascending.
    pub hidden: RwSignal<Arc<Vec<usize>>>,
    /// Images that the visitor hid, ascending.
    pub set_aside: RwSignal<Arc<Vec<usize>>>,
    /// Images that are no results, whatever is asked, ascending: both of the above.
    pub excluded: Memo<Arc<Vec<usize>>>,
    /// The last change of the images that the visitor hid, while it can be taken back.
    pub hiding: RwSignal<Option<Hiding>>,
    /// The last correction of labels, while it can be taken back.
    pub corrected: RwSignal<Option<Corrected>>,
    /// The selected images.
    pub selection: RwSignal<Selection>,
    /// True while the two selected images are compared.
    pub comparing: RwSignal<bool>,
    /// The results or images being saved.
    pub saving: RwSignal<Option<Saving>>,
    pub(crate) saving_task: Latest,
    /// Images of an own gallery that are unlike the training images, ascending, as far as that is known.
    pub outside: RwSignal<Vec<usize>>,
    /// The thumbnails of an own gallery.
    pub(crate) thumbnails: StoredValue<Thumbnails, LocalStorage>,
    /// The answer shown.
    pub answer: RwSignal<Option<Arc<Answer>>>,
    /// The answers of the side-by-side view, as far as they are computed.
    pub beside: RwSignal<Vec<Arc<RowAnswer>>>,
    /// The images of the map, a point for each.
    pub map_images: RwSignal<Arc<Vec<usize>>>,
    /// The view of the map.
    pub map_shown: RwSignal<Shown>,
    /// True while the map has a canvas.
    pub map_ready: RwSignal<bool>,
    /// The progress of the map.
    pub map_progress: RwSignal<Progress>,
    /// The task, the features and the images that the map is laid out by, once it is.
    pub(crate) map_of: StoredValue<Option<LaidOutBy>>,
    /// The worker that lays out and draws the map.
    pub(crate) map_worker: StoredValue<Worker, LocalStorage>,
    /// Labels and ids, which come after the first results.
    pub ground_truth: RwSignal<Option<Arc<GroundTruth>>>,
    /// True once the labels are here, or it is known that they cannot be had.
    pub labels_known: RwSignal<bool>,
    /// The predictions of every task, as far as they are computed.
    pub(crate) predictions: RwSignal<Vec<Option<Arc<Predictions>>>>,
    /// The facet counts of every task: of the images that have all that is asked of other tasks.
    pub(crate) facet_counts: RwSignal<Vec<Option<Arc<FacetCounts>>>>,
    /// The searched features.
    pub source: RwSignal<Source>,
    /// Embedding the gallery here.
    pub embed: RwSignal<EmbedState>,
    /// The welcome's image and rows.
    pub(crate) welcome: RwSignal<Welcome>,
    /// The difference between features computed here and the shipped ones.
    pub difference: RwSignal<Option<Difference>>,
    /// The state of labelling examples.
    pub teaching: RwSignal<Teaching>,
    /// The user tasks that are kept with the gallery.
    pub kept_tasks: RwSignal<KeptTasks>,
    /// The task that was deleted last, while that can be taken back.
    pub deleted: RwSignal<Option<Deleted>>,
    /// The examples and features that the user tasks were learned from last.
    pub(crate) learned_on: StoredValue<Option<LearnedOn>>,
    /// The classifiers learned for the user tasks.
    pub learned: RwSignal<Arc<Vec<Learned>>>,
    /// Pictures of which it would help most to know whether they show what is being taught.
    pub uncertain: RwSignal<Vec<usize>>,
    /// The visitor's own pictures.
    pub own: RwSignal<Vec<OwnPicture>>,
    /// The features that searches run on.
    pub(crate) searchers: StoredValue<Searchers, LocalStorage>,
    /// The engines, which hold the gallery's network.
    pub(crate) engines: StoredValue<Engines, LocalStorage>,
    /// Counts beginnings and ends of embedding the gallery: what an older one brings is dropped. A counter, since
    /// stopping must not cancel the task: it may be starting an engine, which is of use all the same.
    pub(crate) runs: StoredValue<u32>,
    /// The time the gallery last grew on the page, in milliseconds.
    pub(crate) grown_at: StoredValue<f64>,
    /// The welcome on its way.
    pub(crate) welcoming: Latest,
    /// The answer on its way.
    pub(crate) answering: Latest,
    /// The answer that the pointer lets expect, on its way.
    pub(crate) expecting: Latest,
    /// The query it answers, while it is being computed.
    pub(crate) expected: StoredValue<Option<Query>>,
    /// The answers of the side-by-side view on their way.
    pub(crate) answering_beside: Latest,
    /// The map on its way.
    pub(crate) mapping: Latest,
    /// The start of its worker on its way.
    pub(crate) opening_map: Latest,
    /// The search for images outside the domain on its way.
    pub(crate) looking: Latest,
    owner: StoredValue<Owner>,
}

/// A task of which only the latest runs.
#[derive(Clone, Copy, Debug)]
pub struct Latest(StoredValue<Owner>);

impl OpenGallery {
    /// The state of a gallery that nothing is known of yet.
    pub fn begin(page: &Owner) -> Self {
        let owner = page.child();
        let (hidden, set_aside) = owner.with(|| (RwSignal::default(), RwSignal::default()));
        let open = owner.with(|| Self {
            images: RwSignal::new(0),
            whole: RwSignal::new(false),
            hidden,
            set_aside,
            excluded: Memo::new(move |_| union(&hidden.get(), &set_aside.get())),
            hiding: RwSignal::new(None),
            corrected: RwSignal::new(None),
            selection: RwSignal::new(Selection::default()),
            comparing: RwSignal::new(false),
            saving: RwSignal::new(None),
            saving_task: Latest(StoredValue::new(owner.child())),
            outside: RwSignal::new(Vec::new()),
            thumbnails: StoredValue::new_local(Thumbnails::default()),
            answer: RwSignal::new(None),
            beside: RwSignal::new(Vec::new()),
            map_images: RwSignal::new(Arc::default()),
            map_shown: RwSignal::new(Shown::default()),
            map_ready: RwSignal::new(false),
            map_progress: RwSignal::new(Progress::Rest),
            map_of: StoredValue::new(None),
            map_worker: StoredValue::new_local(Worker::default()),
            ground_truth: RwSignal::new(None),
            labels_known: RwSignal::new(false),
            predictions: RwSignal::new(Vec::new()),
            facet_counts: RwSignal::new(Vec::new()),
            source: RwSignal::new(Source::Shipped),
            embed: RwSignal::new(EmbedState::Idle),
            welcome: RwSignal::new(Welcome::default()),
            difference: RwSignal::new(None),
            teaching: RwSignal::new(Teaching::Nothing),
            kept_tasks: RwSignal::new(KeptTasks::default()),
            deleted: RwSignal::new(None),
            learned_on: StoredValue::new(None),
            learned: RwSignal::new(Arc::default()),
            uncertain: RwSignal::new(Vec::new()),
            own: RwSignal::new(Vec::new()),
            searchers: StoredValue::new_local(Searchers::default()),
            engines: StoredValue::new_local(Engines::default()),
            runs: StoredValue::new(0),
            grown_at: StoredValue::new(0.0),
            welcoming: Latest(StoredValue::new(owner.child())),
            answering: Latest(StoredValue::new(owner.child())),
            expecting: Latest(StoredValue::new(owner.child())),
            expected: StoredValue::new(None),
            answering_beside: Latest(StoredValue::new(owner.child())),
            mapping: Latest(StoredValue::new(owner.child())),
            opening_map: Latest(StoredValue::new(owner.child())),
            looking: Latest(StoredValue::new(owner.child())),
            owner: StoredValue::new(owner.clone()),
        });
        owner.with(|| on_cleanup(move || open.free()));
        open
    }

    /// Runs a task of this gallery. Closing the gallery cancels it: it is never polled again.
    pub(crate) fn spawn(self, task: impl Future<Output = ()> + 'static) {
        spawn_under(self.owner, Box::pin(task));
    }

    /// Runs a task of this gallery in place of the one before, which is cancelled.
    pub(crate) fn run_latest(self, place: Latest, task: impl Future<Output = ()> + 'static) {
        self.cancel(place);
        spawn_under(place.0, Box::pin(task));
    }

    /// Cancels the task of a place.
    pub(crate) fn cancel(self, place: Latest) {
        if let Some(owner) = place.0.try_get_value() {
            owner.cleanup();
        }
    }

    /// Closes the gallery: cancels its tasks and drops its state.
    pub(crate) fn close(self) {
        if let Some(owner) = self.owner.try_get_value() {
            owner.cleanup();
        }
    }

    /// Frees what the browser keeps for this gallery. Its engines end when they are dropped.
    fn free(self) {
        self.thumbnails.try_with_value(Thumbnails::forget);
        self.own.try_with_untracked(|own| {
            for own in own {
                object_url::forget(&own.url);
            }
        });
    }
}

/// Runs a task as long as an owner lives. Nothing the task reads is tracked, whoever starts it.
fn spawn_under(owner: StoredValue<Owner>, task: Pin<Box<dyn Future<Output = ()>>>) {
    if let Some(owner) = owner.try_get_value() {
        owner.with(|| untrack(|| spawn_local_scoped_with_cancellation(task)));
    }
}
