//! Looking at images that were brought: at a few of them before the plan, and at all of them for their faces.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures::FutureExt as _;

use crate::page::browser::clock;
use crate::page::browser::dom;
use crate::page::browser::lanes;
use crate::page::engine::job;
use crate::page::engine::loan::Loan;
use crate::page::engine::looker::{Looker, detector};
use crate::page::state::State;
use crate::page::text;
use crate::store_protocol::{FileFaces, Recognised, Reply, Request};

use super::propose::Looked;
use super::state::out_of_turn;

/// Images that are looked at before the plan.
const FEW: usize = 8;
/// Images that are read together.
const TOGETHER: usize = 4;

/// Faces that are being found: the images done, of all; an error ends it early.
pub(super) trait Watch {
    /// Hears of the progress, waits while it is paused, and says whether to go on.
    async fn goes_on(&self, done: usize, total: usize) -> bool;
}

impl State {
    /// Looks at a few of the images offered, also for faces if they are wanted.
    pub(super) async fn look_at_a_few(&self, faces: bool) -> Result<Looked, String> {
        let store = self.store().await?;
        let sample = Loan::ask(&store, Request::Sample { count: FEW }).await?;
        let detector = match faces {
            true => Some(detector().await?),
            false => None,
        };
        let looker = Looker::new(detector, Some(&store));
        let mut looked = Looked::default();
        let began = clock::now();
        let images = sample.images.len();
        for place in 0..images {
            if let Ok(seen) = looker.look(&sample, place).await? {
                looked.add(&seen);
            }
        }
        looked.millis = (clock::now() - began) / images.max(1) as f64;
        Ok(looked)
    }

    /// Finds the faces in all the files offered; from then on each face is what is offered.
    pub(super) async fn cut_offer(
        &self,
        files: usize,
        watch: &impl Watch,
    ) -> Result<Recognised, String> {
        let store = self.store().await?;
        let weights = detector().await?;
        let (next, done) = (Cell::new(0), Cell::new(0));
        let found = RefCell::new(vec![FileFaces::default(); files]);
        let lane = async || {
            let looker = Looker::new(Some(Rc::clone(&weights)), Some(&store));
            loop {
                let first = next.get();
                let images: Vec<usize> = (first..files).take(TOGETHER).collect();
                next.set(first + images.len());
                if images.is_empty() {
                    return Ok(());
                }
                let lent = Loan::ask(&store, Request::Files { images }).await?;
                for (place, &image) in lent.images.iter().enumerate() {
                    if !watch.goes_on(done.get(), files).await {
                        return Err(text::library::ENDED_EARLY.to_owned());
                    }
                    found.borrow_mut()[image] = match looker.look(&lent, place).await? {
                        Ok(seen) => FileFaces {
                            frames: seen.faces,
                            unread: None,
                        },
                        Err(why) => FileFaces {
                            frames: Vec::new(),
                            unread: Some(why),
                        },
                    };
                    done.set(done.get() + 1);
                }
            }
        };
        let lanes = (0..job::lanes(dom::cores())).map(|_| lane().boxed_local());
        lanes::run(lanes.collect()).await?;
        self.cut(Some(found.into_inner())).await
    }

    /// Offers faces in place of whole images, or whole images again.
    pub(super) async fn cut(&self, faces: Option<Vec<FileFaces>>) -> Result<Recognised, String> {
        let request = Request::Cut { faces };
        match self.store().await?.call(request, &[]).await? {
            (Reply::Recognised(recognised), _) => Ok(*recognised),
            _ => Err(out_of_turn()),
        }
    }
}
