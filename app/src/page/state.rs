//! The page's state: the signals that the features share.
//!
//! A [`State`] is a set of signals, copied freely; those that go with the gallery are an [`OpenGallery`]. The [`View`]
//! in it is what the address says; everything else follows from the view and from what was loaded or computed.
//! Components read signals and send actions.

use std::sync::Arc;

use leptos::prelude::*;
use modulens_retrieval::FacetCounts;
use modulens_schema::Task;

use crate::page::browser::clock;
use crate::page::browser::theme::{self, Theme};
use crate::page::engine::state::EngineState;
use crate::page::library::import_job::{ImportJob, OfferState};
use crate::page::library::own;
use crate::page::library::state::{Library, StoreSlot};
use crate::page::query::defaults::selected_task;
use crate::page::query::history::History;
use crate::page::query::navigate::first_view;
use crate::page::query::slider_drag::SliderDrag;
use crate::page::query::view::{Condition, UserTask, View};
use crate::page::results::predictions::Predictions;
use crate::page::selection::hide::HiddenHere;
use crate::page::shell::gallery::{GalleryData, Load};
use crate::page::shell::gallery_index::GalleryIndex;
use crate::page::shell::open_gallery::OpenGallery;
use crate::page::shell::site::Site;
use crate::page::side_by_side::rows;
use crate::page::teach::examples;
use crate::page::teach::kept_tasks::UnsavedChanges;
use crate::page::teach::state::Teaching;
use crate::page::teach::user_tasks::{usable, with_user_tasks};
use crate::page::tour::state::Tour;

/// The page's state.
#[derive(Clone, Copy, Debug)]
pub struct State {
    /// The query and the view, as in the address.
    pub view: RwSignal<View>,
    /// Steps that can be taken back.
    pub depth: RwSignal<u32>,
    /// The list of galleries.
    pub index: RwSignal<Load<Arc<GalleryIndex>>>,
    /// The gallery shown.
    pub gallery: RwSignal<Load<Arc<GalleryData>>>,
    /// The state that belongs to it: another one for every gallery.
    pub(crate) open: RwSignal<OpenGallery>,
    /// The name of the gallery shown, where it is known.
    pub shown: Memo<Option<String>>,
    /// The colours in use.
    pub theme: RwSignal<Theme>,
    /// The progress of the guided tour.
    pub tour: RwSignal<Tour>,
    /// True while the weights are shown.
    pub mixing: RwSignal<bool>,
    /// True if only the first of near-duplicates is a result.
    pub folded: RwSignal<bool>,
    /// The visitor's own galleries.
    pub library: RwSignal<Library>,
    /// The files offered by the visitor.
    pub offer: RwSignal<OfferState>,
    /// The gallery being made.
    pub import_job: RwSignal<ImportJob>,
    /// Something that the visitor should know and can go on with.
    pub notice: RwSignal<Option<String>>,
    /// The engine.
    pub engine: RwSignal<EngineState>,
    /// The tasks: the network's, and after them those the visitor taught.
    pub tasks: Memo<Arc<Vec<Task>>>,
    /// The site itself.
    pub site: Site,
    /// The conditions of the query.
    pub conditions: Memo<Vec<Condition>>,
    /// The task looked through; none where examples are compared overall.
    pub selected_task: Memo<Option<usize>>,
    /// The tasks asked side by side; none for the grid.
    pub rows: Memo<Vec<usize>>,
    /// The task in which examples are compared that name none: the lens, if it is one of the network's tasks; none for
    /// overall.
    pub compared: Memo<Option<usize>>,
    /// The user tasks in use with their labelled examples, in their order.
    pub user_tasks: Memo<Arc<Vec<UserTask>>>,
    /// All user tasks, those included that are too many to be used.
    pub(crate) known_tasks: Memo<Vec<UserTask>>,
    /// The user task that pictures are marked for, with the marks there are.
    pub marking: Memo<Option<Arc<UserTask>>>,
    /// The page's position in the history.
    pub(crate) history: StoredValue<History>,
    /// A slider on its way.
    pub(crate) drag: StoredValue<SliderDrag>,
    pub(crate) store: StoredValue<StoreSlot, LocalStorage>,
    /// Counts galleries being made: what an older one brings is dropped.
    pub(crate) import_turn: StoredValue<u32>,
    /// Counts offers.
    pub(crate) offer_turn: StoredValue<u32>,
    /// Counts own pictures: each has a number of its own, also among those that the history knows of from before a
    /// reload.
    pub(crate) own_pictures: StoredValue<u32>,
    /// Changes of own galleries that are being saved in the store.
    pub(crate) unsaved_changes: StoredValue<UnsavedChanges>,
    /// The hidden images of the site's galleries, until the page is closed.
    pub(crate) hidden_here: StoredValue<HiddenHere>,
    /// The page's owner, under which every open gallery has one of its own.
    pub(crate) owner: StoredValue<Owner>,
}

impl State {
    /// The state of a page just opened at an address, with all its tasks running.
    pub fn start() -> Self {
        let (asked, notice) = first_view();
        let view = RwSignal::new(asked);
        let gallery = RwSignal::new(Load::<Arc<GalleryData>>::Waiting);
        let conditions = Memo::new(move |_| {
            let first =
                gallery.with(|gallery| gallery.ready().map(|gallery| gallery.first.clone()));
            view.with(|view| {
                view.conditions_or(first.as_deref().unwrap_or_default())
                    .to_vec()
            })
        });
        let owner = Owner::current().unwrap_or_default();
        let open = RwSignal::new(OpenGallery::begin(&owner));
        let known_tasks = Memo::new(move |_| {
            let asked = view.with(|view| view.user_tasks.clone());
            open.get().kept_tasks.with(|kept| kept.with(&asked))
        });
        let user_tasks = Memo::new(move |_| {
            let teaching = open.get().teaching;
            let is_asked = |name: &str| {
                let is_taught = teaching.with(|teaching| teaching.is_marking(name));
                is_taught || view.with(|view| view.asks_for(name))
            };
            let user_tasks = gallery.with(|gallery| {
                let tasks = &gallery.ready()?.manifest.tasks;
                Some(known_tasks.with(|known| usable(tasks, known, is_asked)))
            });
            Arc::<Vec<UserTask>>::new(user_tasks.unwrap_or_default())
        });
        let tasks = Memo::new(move |_| {
            let tasks = gallery.with(|gallery| {
                let tasks = &gallery.ready()?.manifest.tasks;
                Some(user_tasks.with(|user_tasks| with_user_tasks(tasks, user_tasks)))
            });
            Arc::new(tasks.unwrap_or_default())
        });
        let selected_among = move |tasks: &[Task]| {
            let conditions = conditions.get();
            view.with(|view| {
                let example = !view.examples.is_empty();
                selected_task(tasks, view.selected_task.as_deref(), &conditions, example)
            })
        };
        let selected_task = Memo::new(move |_| tasks.with(|tasks| selected_among(tasks)));
        let compared = Memo::new(move |_| {
            gallery.with(|gallery| selected_among(&gallery.ready()?.manifest.tasks))
        });
        let marking = Memo::new(move |_| match open.get().teaching.get() {
            Teaching::Marking(name) => {
                let user_task = known_tasks.with(|known| examples::user_task(known, &name));
                Some(Arc::new(user_task))
            }
            Teaching::Nothing | Teaching::Naming(_) | Teaching::Renaming(_) => None,
        });
        let rows = Memo::new(move |_| {
            gallery.with(|gallery| {
                let tasks = gallery.ready().map(|gallery| &gallery.manifest.tasks[..]);
                let names = view.with(|view| view.rows.clone());
                rows::rows(tasks.unwrap_or_default(), &names)
            })
        });
        let index = RwSignal::new(Load::<Arc<GalleryIndex>>::Waiting);
        let shown = Memo::new(move |_| {
            let asked = view.with(|view| view.gallery.clone());
            if let Some(asked) = asked.as_ref().filter(|asked| own::id_of(asked).is_some()) {
                return Some(asked.clone());
            }
            index.with(|index| Some(index.ready()?.choose(asked.as_deref())?.name.clone()))
        });
        let state = Self {
            view,
            depth: RwSignal::new(0),
            history: StoredValue::new(History::default()),
            drag: StoredValue::new(SliderDrag::default()),
            index,
            shown,
            theme: RwSignal::new(theme::current()),
            tour: RwSignal::new(Tour::default()),
            mixing: RwSignal::new(false),
            folded: RwSignal::new(false),
            library: RwSignal::new(Library::recall()),
            offer: RwSignal::new(OfferState::Nothing),
            import_job: RwSignal::new(ImportJob::Nothing),
            store: StoredValue::new_local(StoreSlot::default()),
            import_turn: StoredValue::new(0),
            offer_turn: StoredValue::new(0),
            gallery,
            open,
            notice: RwSignal::new(notice),
            engine: RwSignal::new(EngineState::Unknown),
            tasks,
            site: Site::look(),
            conditions,
            selected_task,
            rows,
            compared,
            user_tasks,
            known_tasks,
            marking,
            own_pictures: StoredValue::new(clock::wall()),
            unsaved_changes: StoredValue::new(UnsavedChanges::default()),
            hidden_here: StoredValue::new(HiddenHere::default()),
            owner: StoredValue::new(owner),
        };
        state.follow_history();
        state.load_galleries();
        state
    }

    /// The gallery shown, tracked.
    pub fn data(&self) -> Option<Arc<GalleryData>> {
        self.gallery.with(|gallery| gallery.ready().cloned())
    }

    /// The gallery shown, now: for components that live no longer than it does.
    pub fn data_now(&self) -> Option<Arc<GalleryData>> {
        self.gallery
            .with_untracked(|gallery| gallery.ready().cloned())
    }

    /// The predictions of a task, tracked.
    pub fn predictions(&self, task: usize) -> Option<Arc<Predictions>> {
        self.open()
            .predictions
            .with(|predictions| predictions.get(task).cloned().flatten())
    }

    /// The facet counts of a task, tracked.
    pub fn facet_counts(&self, task: usize) -> Option<Arc<FacetCounts>> {
        self.open()
            .facet_counts
            .with(|counts| counts.get(task).cloned().flatten())
    }

    /// The state of the open gallery, tracked: closures that read it run again for another gallery.
    pub fn open(&self) -> OpenGallery {
        self.open.get()
    }

    /// The state of the open gallery, now. It is not kept across an `await`, unless by a task of the gallery itself
    /// ([`OpenGallery::spawn`]): another gallery may be open by then, and this one's signals gone.
    pub fn open_now(&self) -> OpenGallery {
        self.open.get_untracked()
    }
}

/// The page's state, from the context.
pub fn use_state() -> State {
    expect_context::<State>()
}
