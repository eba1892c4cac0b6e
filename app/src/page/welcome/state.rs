//! The welcome's image and rows.

use leptos::prelude::*;
use modulens_retrieval::{Clause, Query};

use crate::page::query::action::Action;
use crate::page::query::view::{Example, Panel, View};
use crate::page::shell::gallery::Source;
use crate::page::state::State;
use crate::page::tour::state::Tour;
use crate::page::ui::descending::descending;
use crate::page::ui::effect::effect;
use crate::turn;

use super::pick;

/// Images of a row.
const IMAGES: usize = 6;
/// Images that are shown, one after the other.
const EXAMPLES: usize = 12;

/// The welcome's content.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Welcome {
    /// The task of each row.
    pub tasks: Vec<usize>,
    /// The images that it can show, and for each the rows: those most like it under each task.
    pub examples: Vec<(usize, Vec<Vec<usize>>)>,
    /// The place of the one that is shown.
    pub at: usize,
}

impl Welcome {
    /// The image that is shown.
    pub fn example(&self) -> Option<usize> {
        self.examples.get(self.at).map(|(image, _)| *image)
    }

    /// The rows that are shown: a task, and the images most like the one shown under it.
    pub fn rows(&self) -> Vec<(usize, Vec<usize>)> {
        let rows = self.examples.get(self.at).map_or(&[][..], |(_, rows)| rows);
        self.tasks
            .iter()
            .copied()
            .zip(rows.iter().cloned())
            .collect()
    }
}

/// True if the visitor asked for anything; details and panels are only looked at.
fn asks_anything(view: &View) -> bool {
    let looked_at = View {
        gallery: view.gallery.clone(),
        open: view.open,
        panel: view.panel,
        backend: view.backend,
        ..View::default()
    };
    *view != looked_at
}

impl State {
    /// True while the welcome is shown; tracked.
    pub fn welcomes(&self) -> bool {
        self.tour.with(|tour| *tour == Tour::Offered)
    }

    /// Fills the welcome while it is shown, and ends it with the first query.
    pub(crate) fn keep_welcoming(&self) {
        let state = *self;
        effect(move || {
            if state.view.with(asks_anything)
                && state.tour.with_untracked(|tour| *tour == Tour::Offered)
            {
                state.end_tour();
            }
        });
        effect(move || {
            let here = state.open().images.get() > 0 && state.data().is_some();
            let open = state.open_now();
            match here && state.welcomes() {
                true => open.run_latest(open.welcoming, state.fill_welcome()),
                false => open.run_latest(open.welcoming, async {}),
            }
        });
    }

    async fn fill_welcome(self) {
        let Some(data) = self.data_now() else { return };
        let open = self.open_now();
        let tasks = pick::tasks(&data.manifest.tasks, &data.manifest.quality);
        let mut shown = Vec::new();
        for &task in &tasks {
            self.predict(task, &|| true).await;
            let spec = &data.manifest.tasks[task];
            let rows = open.searchers.try_update_value(|searchers| {
                let probabilities = searchers.of(Source::Shipped)?.probabilities(task).ok()?;
                let rows = probabilities.chunks_exact(spec.values.len().max(1));
                Some(rows.map(|row| pick::shown(spec, row)).collect::<Vec<_>>())
            });
            shown.extend(rows.flatten());
            turn::breathe().await;
        }
        // The idea is seen best where the rows differ in all else.
        let mut found = Vec::new();
        for example in pick::images(&shown, &open.excluded.get_untracked()) {
            let mut rows = Vec::new();
            for &task in &tasks {
                rows.push(self.most_like(example, task));
                turn::breathe().await;
            }
            found.push((pick::contrast(&rows, &shown), example, rows));
        }
        if found.is_empty() {
            // There is nothing to show.
            self.tour.set(Tour::Away);
            return;
        }
        let contrasts: Vec<f64> = found
            .iter()
            .map(|(contrast, ..)| f64::from(*contrast))
            .collect();
        let best = descending(&contrasts).into_iter().take(EXAMPLES);
        let examples = best.map(|at| (found[at].1, found[at].2.clone()));
        open.welcome.set(Welcome {
            tasks,
            examples: examples.collect(),
            at: 0,
        });
    }

    /// Shows another image.
    pub fn another_welcome(&self) {
        self.open_now().welcome.update(|welcome| {
            welcome.at = (welcome.at + 1) % welcome.examples.len().max(1);
        });
    }

    /// The images most like another one under a task, that one left out.
    fn most_like(&self, example: usize, task: usize) -> Vec<usize> {
        let open = self.open_now();
        let hidden = open.excluded.get_untracked();
        let best = open.searchers.try_update_value(|searchers| {
            let gallery = searchers.of(Source::Shipped)?;
            let features = gallery.features().row(example).to_vec();
            let query = Query::from(Clause::similar(task, features));
            gallery.best(&query, IMAGES + 1, &hidden).ok()
        });
        let best = best.flatten().unwrap_or_default().into_iter();
        let others = best.map(|ranked| ranked.index).filter(|&it| it != example);
        others.take(IMAGES).collect()
    }

    /// Leaves the welcome for the image shown, compared under a task.
    pub fn follow_welcome(&self, task: usize) {
        let example = self.open_now().welcome.with_untracked(Welcome::example);
        let name = self
            .tasks
            .with_untracked(|tasks| tasks.get(task).map(|task| task.name.clone()));
        if let Some(example) = example {
            self.go(Action::Like(Example::Gallery(example), name));
        }
    }

    /// Leaves the welcome for the visitor's own photographs.
    pub fn bring_photos(&self) {
        self.end_tour();
        self.go(Action::Show(Some(Panel::Library)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::query::query_string::decode;

    #[test]
    fn a_look_at_details_does_not_end_the_welcome() {
        for text in ["", "gallery=faces&open=3", "show=help&backend=cpu"] {
            assert!(!asks_anything(&decode(text)), "{text}");
        }
        for text in [
            "want.A=yes",
            "like=1",
            "lens=A",
            "all",
            "view=map",
            "name=x",
        ] {
            assert!(asks_anything(&decode(text)), "{text}");
        }
    }
}
