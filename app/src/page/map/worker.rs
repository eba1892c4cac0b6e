//! The worker of the map, as the page speaks to it.

use std::collections::HashSet;
use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen::JsValue;

use crate::caller::MapWorker;
use crate::calls::Refusal;
use crate::map_protocol::{Request, SCRIPT, Shown};
use crate::page::browser::spawn;
use crate::page::state::State;
use crate::page::ui::effect::effect;

use super::state::Progress;

/// The worker, and the points whose images are asked for and not there.
#[derive(Clone, Debug, Default)]
pub(crate) struct Worker {
    worker: Option<MapWorker>,
    asked: HashSet<usize>,
}

impl State {
    /// Hands a canvas to the worker, which is started if need be, and lays the images out.
    pub(crate) async fn open_map(self, canvas: JsValue) {
        let open = self.open_now();
        let known = open.map_worker.with_value(|it| it.worker.clone());
        let known = known.filter(|worker| !worker.is_broken());
        let started = match known {
            Some(worker) => Ok(worker),
            None => spawn::start(SCRIPT).await,
        };
        let ready = match started {
            Ok(worker) => {
                open.map_worker.update_value(|it| it.worker = Some(worker));
                self.call_map(Request::Canvas, &[canvas]).await
            }
            Err(message) => Err(message.into()),
        };
        match ready {
            Ok(_) => open.map_ready.set(true),
            Err(refusal) => open.map_progress.set(Progress::Failed(refusal.message)),
        }
    }

    /// Asks the worker for something, and shows what it says.
    pub(crate) async fn call_map(
        self,
        request: Request,
        parts: &[JsValue],
    ) -> Result<Shown, Refusal> {
        let open = self.open_now();
        let worker = open.map_worker.with_value(|it| it.worker.clone());
        let Some(worker) = worker else {
            return Ok(Shown::default());
        };
        let (shown, _) = worker.call(request, parts).await?;
        self.bring_images(&shown.wanted);
        if open.map_shown.try_get_untracked().as_ref() != Some(&shown) {
            open.map_shown.try_set(shown.clone());
        }
        Ok(shown)
    }

    /// Tells the worker something; `then` does what follows.
    pub(crate) fn tell_map(
        self,
        request: Request,
        parts: Vec<JsValue>,
        then: impl FnOnce(Shown) + 'static,
    ) {
        let open = self.open_now();
        open.spawn(async move {
            match self.call_map(request, &parts).await {
                Ok(shown) => then(shown),
                Err(refusal) => open.map_progress.set(Progress::Failed(refusal.message)),
            }
        });
    }

    /// Brings the worker the addresses of images: those known at once, the others as they come.
    fn bring_images(self, wanted: &[usize]) {
        let open = self.open_now();
        let images: Arc<Vec<usize>> = open.map_images.get_untracked();
        let mut known = Vec::new();
        for &point in wanted {
            let is_asked = open.map_worker.with_value(|it| it.asked.contains(&point));
            let Some(image) = images.get(point).copied().filter(|_| !is_asked) else {
                continue;
            };
            let place = self.picture(image);
            if let Some(address) = place.get_untracked() {
                known.push((point, address));
                continue;
            }
            open.map_worker
                .update_value(|it| _ = it.asked.insert(point));
            effect(move || {
                let Some(address) = place.get() else { return };
                open.map_worker
                    .update_value(|it| _ = it.asked.remove(&point));
                // The points may be those of other images by now.
                let is_same = open
                    .map_images
                    .with_untracked(|now| now.get(point) == Some(&image));
                if is_same {
                    let images = vec![(point, address)];
                    self.tell_map(Request::Images { images }, Vec::new(), |_| {});
                }
            });
        }
        if !known.is_empty() {
            self.tell_map(Request::Images { images: known }, Vec::new(), |_| {});
        }
    }

    /// Forgets what was asked for: the points are those of other images.
    pub(super) fn forget_map_images(self) {
        self.open_now()
            .map_worker
            .update_value(|it| it.asked.clear());
    }
}
