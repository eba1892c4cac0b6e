//! The jobs that run, and how each comes to its end.

use std::cell::RefCell;

use futures::future::{AbortHandle, AbortRegistration, Abortable};

use crate::answers;
use crate::calls::{CallId, Refusal};
use crate::protocol::{Reply, Skipped};
use crate::scope;

thread_local! {
    static RUNNING: RefCell<Vec<(CallId, AbortHandle)>> = const { RefCell::new(Vec::new()) };
}

/// A job that runs.
#[derive(Debug)]
pub(super) struct Job {
    /// The call that it answers.
    call: CallId,
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
    /// The store refused something.
    Refused(Refusal),
}

impl From<String> for Stop {
    fn from(message: String) -> Self {
        Self::Failed(message)
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl Job {
    /// Enters a job.
    pub(super) fn enter(call: CallId) -> Self {
        let (handle, registration) = AbortHandle::new_pair();
        RUNNING.with_borrow_mut(|running| running.push((call, handle)));
        Self {
            call,
            began: scope::now(),
            registration,
        }
    }

    /// Does the job's work and gives its last answer. When it is cancelled, the work is dropped at the place
    /// where it waits.
    pub(super) async fn run(self, work: impl Future<Output = Result<Finished, Stop>>) {
        let Self {
            call,
            began,
            registration,
        } = self;
        let outcome = Abortable::new(work, registration).await;
        RUNNING.with_borrow_mut(|running| running.retain(|(job, _)| *job != call));
        let reply = match outcome {
            Ok(Ok(Finished { images, skipped })) => Reply::Done {
                images,
                millis: scope::now() - began,
                skipped,
            },
            Ok(Err(Stop::Refused(refusal))) => {
                answers::part(call, Reply::Refused(refusal), &[]);
                Reply::Done {
                    images: 0,
                    millis: scope::now() - began,
                    skipped: Vec::new(),
                }
            }
            Ok(Err(Stop::Failed(message))) => return answers::fail(Some(call), message),
            Ok(Err(Stop::Broken(message))) => return answers::fail(None, message),
            Err(_aborted) => Reply::Cancelled,
        };
        answers::reply(call, reply, &[]);
    }
}

/// Ends a job early; nothing happens when it is not running.
pub(super) fn cancel(call: CallId) {
    RUNNING.with_borrow(|running| {
        let job = running.iter().find(|(job, _)| *job == call);
        job.inspect(|(_, handle)| handle.abort());
    });
}

/// Ends all jobs early.
pub(super) fn cancel_all() {
    RUNNING.with_borrow(|running| running.iter().for_each(|(_, handle)| handle.abort()));
}
