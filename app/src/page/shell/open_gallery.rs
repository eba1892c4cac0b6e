//! The state that belongs to the open gallery, and goes when it is closed.

use std::sync::Arc;

use leptos::prelude::*;
use modulens_retrieval::FacetCounts;

use crate::page::browser::object_url;
use crate::page::engine::difference::Difference;
use crate::page::engine::embed::EmbedState;
use crate::page::engine::own_picture::OwnPicture;
use crate::page::engine::state::Engines;
use crate::page::library::thumbnails::Thumbnails;
use crate::page::results::answer::Answer;
use crate::page::results::predictions::Predictions;
use crate::page::side_by_side::state::RowAnswer;
use crate::page::teach::state::{Learned, LearnedOn, Teaching};

use super::gallery::{GroundTruth, Searchers, Source};

/// The signals of the open gallery.
#[derive(Clone, Copy, Debug)]
pub struct OpenGallery {
    /// Pictures that can be searched; an own gallery grows while it is being made.
    pub images: RwSignal<usize>,
    /// Pictures that could not be read and are never shown, ascending.
    pub hidden: RwSignal<Arc<Vec<usize>>>,
    /// The thumbnails of an own gallery.
    pub(crate) thumbnails: StoredValue<Thumbnails, LocalStorage>,
    /// The answer shown.
    pub answer: RwSignal<Option<Arc<Answer>>>,
    /// The answers of the side-by-side view, as far as they are computed.
    pub beside: RwSignal<Vec<Arc<RowAnswer>>>,
    /// Labels and ids, which come after the first results.
    pub ground_truth: RwSignal<Option<Arc<GroundTruth>>>,
    /// The predictions of every task, as far as they are computed.
    pub(crate) predictions: RwSignal<Vec<Option<Arc<Predictions>>>>,
    /// The facet counts of every task: of the images that have all that is asked of other tasks.
    pub(crate) facet_counts: RwSignal<Vec<Option<Arc<FacetCounts>>>>,
    /// The searched features.
    pub source: RwSignal<Source>,
    /// Embedding the gallery here.
    pub embed: RwSignal<EmbedState>,
    /// The difference between features computed here and the shipped ones.
    pub difference: RwSignal<Option<Difference>>,
    /// The state of labelling examples.
    pub teaching: RwSignal<Teaching>,
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
}

impl OpenGallery {
    /// Nothing is open yet.
    pub fn start() -> Self {
        Self {
            images: RwSignal::new(0),
            hidden: RwSignal::new(Arc::default()),
            thumbnails: StoredValue::new_local(Thumbnails::default()),
            answer: RwSignal::new(None),
            beside: RwSignal::new(Vec::new()),
            ground_truth: RwSignal::new(None),
            predictions: RwSignal::new(Vec::new()),
            facet_counts: RwSignal::new(Vec::new()),
            source: RwSignal::new(Source::Shipped),
            embed: RwSignal::new(EmbedState::Idle),
            difference: RwSignal::new(None),
            teaching: RwSignal::new(Teaching::Nothing),
            learned_on: StoredValue::new(None),
            learned: RwSignal::new(Arc::default()),
            uncertain: RwSignal::new(Vec::new()),
            own: RwSignal::new(Vec::new()),
            searchers: StoredValue::new_local(Searchers::default()),
            engines: StoredValue::new_local(Engines::default()),
        }
    }

    /// Drops everything of the gallery shown until now. Every field is named, so that the compiler notices a forgotten
    /// one.
    pub(crate) fn close(self) {
        let Self {
            images,
            hidden,
            thumbnails,
            answer,
            beside,
            ground_truth,
            predictions,
            facet_counts,
            source,
            embed,
            difference,
            teaching,
            learned_on,
            learned,
            uncertain,
            own,
            searchers,
            engines,
        } = self;
        images.set(0);
        hidden.set(Arc::default());
        thumbnails.update_value(Thumbnails::clear);
        answer.set(None);
        beside.set(Vec::new());
        ground_truth.set(None);
        predictions.set(Vec::new());
        facet_counts.set(Vec::new());
        source.set(Source::Shipped);
        embed.set(EmbedState::Idle);
        difference.set(None);
        teaching.set(Teaching::Nothing);
        learned_on.set_value(None);
        learned.set(Arc::default());
        uncertain.set(Vec::new());
        own.update(|own| {
            for own in own.drain(..) {
                object_url::forget(&own.url);
            }
        });
        searchers.set_value(Searchers::default());
        engines.set_value(Engines::default());
    }
}
