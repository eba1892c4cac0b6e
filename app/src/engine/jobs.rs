//! The jobs that run, and how each comes to its end.

use std::cell::RefCell;
use std::collections::BTreeMap;

use futures::future::{AbortHandle, AbortRegistration, Abortable};

use crate::protocol::{Event, JobId, Skipped};
use crate::scope;

thread_local! {
    static RUNNING: RefCell<BTreeMap<JobId, AbortHandle>> = const { RefCell::new(BTreeMap::new()) };
}

/// A job that runs.
#[derive(Debug)]
pub(super) struct Job {
    /// The page's name for it.
    id: JobId,
    /// The time it began, in milliseconds.
    began: f64,
    registration: AbortRegistration,
}

/// The result of a job.
#[derive(Debug)]
pub(super) struct Finished {
    /// Pictures embedded.
    pub images: usize,
    /// Pictures left out, and why.
    pub skipped: Vec<Skipped>,
}

/// The reason a job stopped before its end.
#[derive(Debug)]
pub(super) enum Stop {
    /// Something about the job itself.
    Failed(String),
    /// The backend is gone, and this worker with it.
    Broken(String),
}

impl From<String> for Stop {
    fn from(message: String) -> Self {
        Self::Failed(message)
    }
}

impl Job {
    /// Enters a job.
    pub(super) fn enter(id: JobId) -> Self {
        let (handle, registration) = AbortHandle::new_pair();
        RUNNING.with_borrow_mut(|running| running.insert(id, handle));
        Self {
            id,
            began: scope::now(),
            registration,
        }
    }

    /// Does the job's work and sends its last event. When it is cancelled, the work is dropped at the place
    /// where it waits.
    pub(super) async fn run(self, work: impl Future<Output = Result<Finished, Stop>>) {
        let Self {
            id: job,
            began,
            registration,
        } = self;
        let outcome = Abortable::new(work, registration).await;
        if let Ok(Err(Stop::Broken(message))) = outcome {
            return break_down(&message);
        }
        // A job that is no longer listed has had its last event.
        if RUNNING
            .with_borrow_mut(|running| running.remove(&job))
            .is_none()
        {
            return;
        }
        scope::post(&match outcome {
            Ok(Ok(Finished { images, skipped })) => Event::Done {
                job,
                images,
                millis: scope::now() - began,
                skipped,
            },
            Ok(Err(Stop::Failed(message) | Stop::Broken(message))) => Event::Failed {
                job: Some(job),
                message,
            },
            Err(_aborted) => Event::Cancelled { job },
        });
    }
}

/// Ends a job early; nothing happens when it is not running.
pub(super) fn cancel(job: JobId) {
    RUNNING.with_borrow(|running| running.get(&job).map(AbortHandle::abort));
}

/// Ends all jobs early.
pub(super) fn cancel_all() {
    RUNNING.with_borrow(|running| running.values().for_each(AbortHandle::abort));
}

/// Ends all jobs and says that the worker is of no use any more.
pub(super) fn break_down(message: &str) {
    // Called from the panic hook too, when the list may be in use.
    let running = RUNNING.with(|running| {
        running
            .try_borrow_mut()
            .map(|mut jobs| std::mem::take(&mut *jobs))
    });
    for job in running
        .unwrap_or_default()
        .into_keys()
        .map(Some)
        .chain([None])
    {
        scope::post(&Event::Failed {
            job,
            message: message.to_owned(),
        });
    }
}
