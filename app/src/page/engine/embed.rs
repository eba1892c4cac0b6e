//! "Embed this gallery here": the whole gallery's features, computed on the visitor's machine.

use std::cell::RefCell;

use futures::FutureExt as _;
use leptos::prelude::*;
use modulens_bundle::{Features, files};

use crate::caller::Answers;
use crate::page::browser::address::absolute;
use crate::page::browser::clock;
use crate::page::browser::lanes;
use crate::page::shell::gallery::Source;
use crate::page::state::State;
use crate::page::text;
use crate::protocol::{Embedding, Reply, Request, Skipped};

use super::job::{Collected, Progress, ranges};
use super::own_picture::floats;

/// The progress of embedding the gallery.
#[derive(Clone, Debug, PartialEq)]
pub enum EmbedState {
    /// Not begun.
    Idle,
    /// The engine is being started.
    Starting,
    /// At work.
    Running(Progress),
    /// Done.
    Done {
        /// Time from the first request to the last picture.
        millis: f64,
        /// Pictures embedded.
        pictures: usize,
        /// Pictures left out, and why.
        skipped: Vec<Skipped>,
    },
    /// Ended early because the visitor asked for it.
    Cancelled,
    /// Ended by an error.
    Failed(String),
}

impl EmbedState {
    /// Returns true if there is something to cancel.
    pub fn is_busy(&self) -> bool {
        matches!(self, Self::Starting | Self::Running(_))
    }
}

/// The reason embedding ended without features.
enum Stop {
    Cancelled,
    Failed(String),
}

impl From<String> for Stop {
    fn from(message: String) -> Self {
        Self::Failed(message)
    }
}

impl State {
    /// Embeds the gallery shown, on as many workers as there are cores.
    pub fn embed_gallery(&self) {
        let state = *self;
        if state.open_now().embed.with_untracked(EmbedState::is_busy) {
            return;
        }
        state.use_source(Source::Shipped);
        state.open_now().difference.set(None);
        state.open_now().embed.set(EmbedState::Starting);
        let run = state.next_run();
        state.open_now().spawn(async move {
            let started = clock::now();
            let outcome = state.embed_all(run).await;
            if state.is_over(run) {
                return;
            }
            match outcome {
                Ok((features, skipped)) => {
                    let pictures = features.rows - skipped.len();
                    let millis = clock::now() - started;
                    state.keep_features(features);
                    state.open_now().embed.set(EmbedState::Done {
                        millis,
                        pictures,
                        skipped,
                    });
                    state.measure_difference().await;
                }
                Err(Stop::Cancelled) => state.open_now().embed.set(EmbedState::Cancelled),
                Err(Stop::Failed(message)) => {
                    state.open_now().embed.set(EmbedState::Failed(message));
                }
            }
        });
    }

    /// Ends embedding early.
    pub fn stop_embedding(&self) {
        if self.open_now().embed.with_untracked(EmbedState::is_busy) {
            self.open_now().embed.set(EmbedState::Cancelled);
        }
        self.next_run();
        self.end_jobs();
    }

    /// Runs all workers to their end.
    async fn embed_all(&self, run: u32) -> Result<(Features, Vec<Skipped>), Stop> {
        let data = self
            .data_now()
            .ok_or_else(|| text::engine::NO_GALLERY.to_owned())?;
        let format = data
            .manifest
            .picture
            .as_ref()
            .ok_or_else(|| text::engine::NO_PICTURES.to_owned())?;
        let engines = self.running(self.workers_wanted().await).await?;
        if self.is_over(run) {
            return Err(Stop::Cancelled);
        }
        let base = absolute(&format!("{}{}/", data.network_base, files::PICTURES));
        let ranges = ranges(data.manifest.images, engines.len());
        let parts = StoredValue::new_local(
            ranges
                .iter()
                .map(|range| Progress {
                    total: range.len(),
                    ..Progress::default()
                })
                .collect::<Vec<_>>(),
        );
        self.open_now().embed.set(EmbedState::Running(
            parts.with_value(|parts| Progress::sum(parts)),
        ));
        let collected = StoredValue::new_local(Some(Collected::new(
            data.manifest.images,
            data.manifest.feature_len(),
        )));
        let mut jobs = Vec::with_capacity(ranges.len());
        for (engine, range) in engines.iter().zip(&ranges) {
            let request = Request::EmbedGallery {
                base: base.clone(),
                extension: format.extension.clone(),
                first: range.start,
                count: range.len(),
            };
            let job = engine.ask(request, &[])?;
            self.open_now()
                .engines
                .update_value(|engines| engines.jobs.push((engine.clone(), job.call)));
            jobs.push(job);
        }
        let ends = RefCell::new(Vec::new());
        let listen = async |at, job| {
            let end = self.listen(run, at, job, parts, collected).await;
            ends.borrow_mut().push(end);
            Ok(())
        };
        let jobs = jobs.into_iter().enumerate();
        let listening = jobs.map(|(at, job)| listen(at, job).boxed_local());
        lanes::run(listening.collect()).await?;
        let ends = ends.into_inner();
        if self.is_over(run) {
            return Err(Stop::Cancelled);
        }
        self.open_now()
            .engines
            .update_value(|engines| engines.jobs.clear());
        ends.into_iter().collect::<Result<Vec<()>, Stop>>()?;
        let collected = collected.try_update_value(Option::take).flatten();
        let mut collected = collected.ok_or_else(|| text::engine::FEATURES_LOST.to_owned())?;
        let skipped = std::mem::take(&mut collected.skipped);
        Ok((collected.finish()?, skipped))
    }

    /// Takes in what one worker says until its job ends. One worker's failure ends the others' jobs, too.
    async fn listen(
        &self,
        run: u32,
        at: usize,
        mut job: Answers<Embedding>,
        parts: StoredValue<Vec<Progress>, LocalStorage>,
        collected: StoredValue<Option<Collected>, LocalStorage>,
    ) -> Result<(), Stop> {
        while let Some(answer) = job.next().await {
            let (reply, values) = match answer {
                Ok(answer) => answer,
                Err(refusal) => {
                    self.end_jobs();
                    return Err(Stop::Failed(refusal.message));
                }
            };
            match reply {
                Reply::Progress {
                    done,
                    total,
                    images_per_second,
                    eta_seconds,
                } => {
                    let progress = Progress {
                        done,
                        total,
                        images_per_second,
                        eta_seconds,
                    };
                    self.show_progress(run, at, progress, parts);
                }
                Reply::Features { first, rows, .. } => {
                    let put = floats(&values).and_then(|values| {
                        let put = collected.try_update_value(|collected| {
                            collected
                                .as_mut()
                                .map(|collected| collected.put(first, rows, &values))
                        });
                        put.flatten().unwrap_or(Ok(()))
                    });
                    if let Err(message) = put {
                        self.end_jobs();
                        return Err(Stop::Failed(message));
                    }
                }
                Reply::Done {
                    images, skipped, ..
                } => {
                    let total = images + skipped.len();
                    collected.update_value(|collected| {
                        if let Some(collected) = collected {
                            collected.skipped.extend(skipped);
                        }
                    });
                    let progress = Progress {
                        done: total,
                        total,
                        ..Progress::default()
                    };
                    self.show_progress(run, at, progress, parts);
                    return Ok(());
                }
                Reply::Cancelled => return Err(Stop::Cancelled),
                _ => {}
            }
        }
        Err(Stop::Failed(text::engine::ENDED_EARLY.into()))
    }

    fn show_progress(
        &self,
        run: u32,
        at: usize,
        progress: Progress,
        parts: StoredValue<Vec<Progress>, LocalStorage>,
    ) {
        let sum = parts.try_update_value(|parts| {
            if let Some(part) = parts.get_mut(at) {
                *part = progress;
            }
            Progress::sum(parts)
        });
        if let Some(sum) = sum.filter(|_| !self.is_over(run)) {
            self.open_now().embed.set(EmbedState::Running(sum));
        }
    }

    /// Makes whatever runs an old run. Returns the new count.
    fn next_run(&self) -> u32 {
        let runs = self.open_now().runs;
        runs.update_value(|run| *run += 1);
        runs.get_value()
    }

    /// Returns true if a run was ended, or followed by another.
    fn is_over(&self, run: u32) -> bool {
        self.open_now().runs.get_value() != run
    }

    /// Asks the workers to end all jobs.
    fn end_jobs(&self) {
        let jobs = self
            .open_now()
            .engines
            .try_update_value(|engines| std::mem::take(&mut engines.jobs));
        for (engine, call) in jobs.into_iter().flatten() {
            engine.tell(Request::Cancel { call }, &[]);
        }
    }
}
