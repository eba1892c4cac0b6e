//! Laying out the images: their embeddings are computed by the page.

use std::sync::Arc;

use js_sys::Float32Array;
use leptos::prelude::*;
use modulens_schema::Task;

use crate::map_protocol::Request;
use crate::page::query::view::OVERALL;
use crate::page::shell::gallery::Source;
use crate::page::state::State;
use crate::page::text;
use crate::page::ui::effect::effect;
use crate::turn;

/// The most images on a map; of more, as many are taken at equal distances.
pub const MOST: usize = 5000;
/// Images embedded before the browser gets its turn.
const SLICE: usize = 512;
/// Epochs between two drawings.
const EPOCHS: u32 = 5;

/// The things that a map is laid out by: the task, the features, and the images.
pub(crate) type LaidOutBy = (Option<usize>, Source, Arc<Vec<usize>>);

/// The layout's progress.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Progress {
    /// Nothing is laid out, or all is.
    #[default]
    Rest,
    /// This share of it is done.
    Working(f32),
    /// It cannot be done.
    Failed(String),
}

/// The images of a map: all of those that are shown, or as many as fit at equal distances. `excluded` is ascending.
pub fn sample(images: usize, excluded: &[usize], most: usize) -> Vec<usize> {
    let mut shown: Vec<usize> = (0..images)
        .filter(|image| excluded.binary_search(image).is_err())
        .collect();
    let count = shown.len();
    if count > most {
        shown = (0..most).map(|at| shown[at * count / most]).collect();
    }
    shown
}

/// The task that the map is laid out under: the lens, or (asked for by name) none for the network without modulation.
fn task_of(tasks: &[Task], asked: Option<&str>, compared: Option<usize>) -> Option<usize> {
    let named = tasks.iter().any(|task| task.name == OVERALL);
    match asked {
        Some(OVERALL) if !named => None,
        _ => compared,
    }
}

impl State {
    /// The task that the map is laid out under; tracked.
    pub fn mapped_task(&self) -> Option<usize> {
        let compared = self.compared.get();
        let data = self.data()?;
        self.view.with(|view| {
            task_of(
                &data.manifest.tasks,
                view.selected_task.as_deref(),
                compared,
            )
        })
    }

    /// Lays the images out while the map is shown, anew for every lens.
    pub(crate) fn keep_mapping(&self) {
        let state = *self;
        let task = Memo::new(move |_| state.mapped_task());
        effect(move || {
            let open = state.open();
            let task = task.get();
            let (source, images) = (open.source.get(), open.images.get());
            open.excluded.track();
            let ready = state.gallery.with(|gallery| gallery.ready().is_some());
            if open.map_ready.get() && ready && images > 0 {
                open.run_latest(open.mapping, state.lay_out(task, source));
            }
        });
    }

    async fn lay_out(self, task: Option<usize>, source: Source) {
        let open = self.open_now();
        let excluded = open.excluded.get_untracked();
        let images = Arc::new(sample(open.images.get_untracked(), &excluded, MOST));
        let of = (task, source, Arc::clone(&images));
        if open.map_of.with_value(|known| known.as_ref() == Some(&of)) {
            return;
        }
        open.map_progress.set(Progress::Working(0.0));
        let progress = match self.laid_out(task, source, images).await {
            Ok(()) => {
                open.map_of.set_value(Some(of));
                Progress::Rest
            }
            Err(message) => Progress::Failed(message),
        };
        open.map_progress.set(progress);
    }

    async fn laid_out(
        self,
        task: Option<usize>,
        source: Source,
        images: Arc<Vec<usize>>,
    ) -> Result<(), String> {
        let open = self.open_now();
        open.map_of.set_value(None);
        let (dim, embeddings) = self.embed(&images, task, source).await?;
        let same = open.map_images.get_untracked() == images;
        if !same {
            self.forget_map_images();
            open.map_images.set(images);
        }
        let part = Float32Array::from(embeddings.as_slice()).buffer().into();
        let mut before = self
            .call_map(Request::Begin { dim, same }, &[part])
            .await?
            .done;
        loop {
            let step = Request::Step { epochs: EPOCHS };
            let done = self.call_map(step, &[]).await?.done;
            if done >= 1.0 {
                return Ok(());
            }
            if done <= before {
                return Err(text::map::STUCK.into());
            }
            before = done;
            open.map_progress.set(Progress::Working(done));
        }
    }

    /// The embeddings of some images under a task, or without modulation: their length, and `[N, D]`.
    async fn embed(
        self,
        images: &[usize],
        task: Option<usize>,
        source: Source,
    ) -> Result<(usize, Vec<f32>), String> {
        let mut embeddings = Vec::new();
        let mut dim = 1;
        for images in images.chunks(SLICE) {
            let embedded = self.open_now().searchers.try_update_value(|searchers| {
                let gallery = searchers.of(source)?;
                let rows: Vec<f32> = images
                    .iter()
                    .flat_map(|&image| gallery.features().row(image).to_vec())
                    .collect();
                let tail = gallery.tail();
                dim = tail.embedding();
                let mut out = vec![0.0; images.len() * dim];
                let embedded = match task {
                    Some(task) => tail.embed_rows(&rows, task, &mut out),
                    None => tail.embed_rows_unmodulated(&rows, &mut out),
                };
                Some(embedded.map(|()| out))
            });
            let rows = embedded.flatten().ok_or(text::map::NO_GALLERY)?;
            embeddings.extend(rows.map_err(|error| text::map::not_laid_out(&error))?);
            turn::breathe().await;
        }
        Ok((dim, embeddings))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_images_some_are_taken_at_equal_distances() {
        assert_eq!(sample(5, &[1, 3], 9), [0, 2, 4]);
        assert_eq!(sample(10, &[], 4), [0, 2, 5, 7]);
        assert_eq!(sample(11, &[0], 5), [1, 3, 5, 7, 9]);
        assert!(sample(0, &[], 5).is_empty());
    }

    #[test]
    fn the_lens_is_the_task_unless_overall_is_asked_for() {
        let tasks = [Task::binary("A"), Task::binary("B")];
        assert_eq!(task_of(&tasks, None, Some(1)), Some(1));
        assert_eq!(task_of(&tasks, Some("A"), Some(0)), Some(0));
        assert_eq!(task_of(&tasks, Some(OVERALL), Some(0)), None);
        let odd = [Task::binary(OVERALL)];
        assert_eq!(task_of(&odd, Some(OVERALL), Some(0)), Some(0));
    }
}
