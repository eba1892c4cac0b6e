//! From files to a plan: recognised by the store, tried out on a few pictures.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use futures::FutureExt as _;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsValue;

use crate::page::browser::dom;
use crate::page::browser::files::Brought;
use crate::page::browser::lanes;
use crate::page::domain::measure::domain;
use crate::page::domain::outside::Outside;
use crate::page::engine::job;
use crate::page::engine::loan::Loan;
use crate::page::engine::network::Network;
use crate::page::engine::pool::{Embedded, Given, Pool};
use crate::page::query::action::Action;
use crate::page::query::view::Panel;
use crate::page::state::State;
use crate::page::text;
use crate::protocol::{Backend, Preference};
use crate::store_protocol::{Recognised, Reply, Request, SAVED};
use crate::turn;
use crate::work::flight;

use super::add_choice::targets;
use super::import_job::{Candidate, ImportJob, Measured, Offer, OfferState, TrialState};
use super::looking::Watch;
use super::plan::{PREVIEW, THUMBNAIL, Trial};
use super::propose::propose;
use super::state::out_of_turn;

/// Files handed over in one message: handing over 200,000 at once would hold up the page.
const TOGETHER: usize = 2000;
/// Pictures that a network is tried on.
const TRIED: usize = 24;
/// The most engines it is tried on at once: those of an import work side by side, and slow each other down.
const ENGINES: usize = 4;
/// The first of them only warm the engine up.
const WARM_UP: usize = 8;

impl State {
    /// Looks at files that a visitor brought.
    pub fn offer_files(&self, brought: Brought) {
        let (state, name) = (*self, brought.name());
        self.go(Action::Show(Some(Panel::Library)));
        let turn = self.next_offer();
        if self.import_job.with_untracked(ImportJob::is_running) {
            let busy = text::library::BUSY;
            self.offer.set(OfferState::Refused(busy.into()));
            return;
        }
        self.offer.set(OfferState::Reading {
            name: name.clone(),
            files: 0,
        });
        spawn_local(async move {
            let planned = state.plan(turn, name, brought).await;
            if state.is_offer(turn) {
                state.offer.set(match planned {
                    Ok(offer) => OfferState::Planned(Arc::new(offer)),
                    Err(message) => OfferState::Refused(message),
                });
            }
        });
    }

    /// Says why something that was brought cannot be looked at.
    pub fn refuse_offer(&self, message: String) {
        self.next_offer();
        self.go(Action::Show(Some(Panel::Library)));
        self.offer.set(OfferState::Refused(message));
    }

    /// Forgets what was offered.
    pub fn drop_offer(&self) {
        self.next_offer();
        self.offer.set(OfferState::Nothing);
    }

    async fn plan(&self, turn: u32, name: String, brought: Brought) -> Result<Offer, String> {
        // Before the visitor waits for anything: what cannot be kept need not be looked at.
        let (kept, _) = self.kept().await?;
        let mut recognised = self.hand_over(turn, &name, brought).await?;
        let networks = self.candidates().await?;
        let shown = self.data_now().map(|data| data.network_base.clone());
        let preferred = |network: &Candidate| shown.as_ref() == Some(&network.base);
        let preferred = networks.iter().position(preferred).unwrap_or(0);
        // Where there is no network for photographs, it does not matter what they are.
        let has = |is: fn(&Candidate) -> bool| networks.iter().any(is);
        let looks = recognised.format != SAVED && has(|network| network.photographs);
        let looked = match looks {
            // Whatever goes wrong with it is said when the network is tried.
            true => (self.look_at_a_few(has(|network| network.faces)).await).ok(),
            false => None,
        };
        let proposal = propose(&recognised.tasks, &networks, preferred, looked.as_ref());
        let fits = networks.get(proposal.network);
        let is_kept = |network: &&Candidate| kept.iter().any(|kept| kept.network == network.name);
        if fits
            .filter(|network| network.faces)
            .is_some_and(|network| is_kept(&network))
        {
            // Which faces a kept gallery has can only be told once they are found.
            let watch = PlanWatch {
                state: *self,
                turn,
                name,
            };
            recognised = self.cut_offer(recognised.files, &watch).await?;
            if recognised.images == 0 {
                recognised = self.cut(None).await?;
            }
        }
        Ok(Offer {
            proposal,
            looked,
            targets: targets(&recognised.overlaps, &networks),
            networks,
            recognised,
        })
    }

    /// Recognises what was offered once more, with columns of its tables read as told.
    ///
    /// # Errors
    /// A column cannot be read so, in a sentence; the offer is as it was.
    pub async fn reread_offer(
        &self,
        columns: BTreeMap<String, String>,
    ) -> Result<Recognised, String> {
        let request = Request::Reread { columns };
        match self.store().await?.call(request, &[]).await? {
            (Reply::Recognised(recognised), _) => Ok(*recognised),
            _ => Err(out_of_turn()),
        }
    }

    /// Hands files to the store, a few thousand at a time.
    async fn hand_over(
        &self,
        turn: u32,
        name: &str,
        brought: Brought,
    ) -> Result<Recognised, String> {
        let store = self.store().await?;
        // Of a folder that comes as a handle there are no files yet.
        let pieces = brought.files.len().div_ceil(TOGETHER).max(1);
        for piece in 0..pieces {
            let files = brought.files.iter().skip(piece * TOGETHER);
            let files: Vec<_> = files.take(TOGETHER).collect();
            let request = Request::Offer {
                paths: files.iter().map(|(path, _)| path.clone()).collect(),
                name: name.to_owned(),
                first: piece == 0,
                last: piece + 1 == pieces,
            };
            let mut parts: Vec<JsValue> = files.iter().map(|(_, file)| file.into()).collect();
            if piece + 1 == pieces {
                parts.extend_from_slice(&brought.handles);
            }
            let (reply, _) = store.call(request, &parts).await?;
            if !self.is_offer(turn) {
                return Err(text::library::OVERTAKEN.into());
            }
            if let Reply::Recognised(recognised) = reply {
                return Ok(*recognised);
            }
            self.offer.set(OfferState::Reading {
                name: name.to_owned(),
                files: (piece + 1) * TOGETHER,
            });
            turn::breathe().await;
        }
        Err(text::library::NO_FILES.into())
    }

    /// Tries a network on a few of the pictures offered: how fast it is, and how large thumbnails become.
    pub async fn try_network(&self, network: &Candidate) -> TrialState {
        match self.measure(&network.base).await {
            Ok(measured) => TrialState::Ready(measured),
            Err(message) => TrialState::Failed(message),
        }
    }

    async fn measure(&self, base: &str) -> Result<Measured, String> {
        let store = self.store().await?;
        let sample = Loan::ask(&store, Request::Sample { count: TRIED }).await?;
        let choice = self.choice().await;
        let preference = self.view.with_untracked(|view| view.backend);
        let manifest = Network::manifest(base).await?;
        let cores = job::lanes(dom::cores());
        let domain = domain(base, &manifest).await;
        let try_on = async |backend: Backend| {
            let engines = match backend {
                Backend::Cpu => flight::able(cores.min(ENGINES), sample.decoding),
                Backend::Webgpu => 1,
            };
            let pool = Pool::new(&store, base, &manifest, (backend, preference), engines).await?;
            let given = Given {
                loan: &sample,
                places: 0..sample.images.len(),
                preview: PREVIEW,
                keep: false,
            };
            let (trial, rows) = run_trial(&pool, given).await?;
            Ok::<_, String>((trial, pool.backend(), rows))
        };
        let (trial, backend, rows) = try_on(choice.backend).await?;
        let outside = domain.map(|domain| Outside {
            outside: domain.outside(&rows),
            images: trial.images,
        });
        let measured = |trial, backend, why| Measured {
            trial,
            backend,
            workers: if backend == Backend::Cpu { cores } else { 1 },
            why,
            outside,
        };
        if backend == Backend::Cpu || preference == Preference::Webgpu {
            return Ok(measured(trial, backend, choice.why));
        }
        // A graphics adapter is not always faster on small networks: whoever is, does the work.
        let (cpu, ..) = try_on(Backend::Cpu).await?;
        let together = cpu.images_per_second * cores as f64;
        let figures = |ours: f64, theirs: f64| text::library::measured_rates(&ours, &theirs);
        Ok(if trial.images_per_second >= together {
            measured(trial, backend, figures(trial.images_per_second, together))
        } else {
            measured(
                cpu,
                Backend::Cpu,
                figures(together, trial.images_per_second),
            )
        })
    }

    fn next_offer(&self) -> u32 {
        self.offer_turn.update_value(|turn| *turn += 1);
        self.offer_turn.get_value()
    }

    fn is_offer(&self, turn: u32) -> bool {
        self.offer_turn.get_value() == turn
    }
}

/// Faces that are found before the plan is shown.
struct PlanWatch {
    state: State,
    turn: u32,
    name: String,
}

impl Watch for PlanWatch {
    async fn goes_on(&self, done: usize, total: usize) -> bool {
        let goes_on = self.state.is_offer(self.turn);
        if goes_on {
            self.state.offer.set(OfferState::Looking {
                name: self.name.clone(),
                done,
                total,
            });
        }
        goes_on
    }
}

/// Embeds a few pictures on every engine of a pool at once and takes the time. Returns their features, too.
async fn run_trial(pool: &Pool, given: Given<'_>) -> Result<(Trial, Vec<f32>), String> {
    let pictures = given.places.len();
    let warm_up = given.part(0..pictures.min(WARM_UP));
    on_every_engine(pool, &warm_up).await?;
    let all = on_every_engine(pool, &given).await?;
    // The mean of the engines' times, each of which is at work while the others are.
    let millis = all.iter().map(|embedded| embedded.millis).sum::<f64>() / all.len().max(1) as f64;
    let embedded = all.into_iter().next().unwrap_or_default();
    let images = pictures - embedded.skipped.len();
    if images == 0 {
        let why = embedded.skipped.first().map_or("", |skipped| &skipped.why);
        return Err(text::library::none_readable(&pictures, &why));
    }
    let trial = Trial {
        images,
        preview_bytes: embedded.previews.iter().copied().map(u64::from).sum(),
        thumbnail_bytes: embedded
            .lengths
            .iter()
            .map(|&length| u64::from(length))
            .sum(),
        images_per_second: pictures as f64 / (millis / 1000.0).max(1e-3),
    };
    Ok((trial, embedded.features))
}

async fn on_every_engine(pool: &Pool, given: &Given<'_>) -> Result<Vec<Embedded>, String> {
    let all = RefCell::new(Vec::new());
    let embed = async |worker| {
        let embedded = pool.embed(worker, THUMBNAIL, given.clone()).await?;
        all.borrow_mut().push(embedded);
        Ok::<_, String>(())
    };
    let workers = 0..pool.workers();
    lanes::run(workers.map(|worker| embed(worker).boxed_local()).collect()).await?;
    Ok(all.into_inner())
}
