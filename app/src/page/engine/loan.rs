//! Files that the store lends to engines.

use std::pin::pin;

use futures::future::{Either, select};
use web_sys::MessageChannel;

use crate::caller::{Engine, Store};
use crate::page::text;
use crate::protocol::{self, Lent};
use crate::store_protocol::{Reply, Request};

/// Files that the store holds for engines until this is dropped.
#[derive(Debug)]
pub(crate) struct Loan {
    store: Store,
    /// Its number.
    pub number: u32,
    /// Index of every image.
    pub images: Vec<usize>,
    /// Bytes that decoding the largest of them takes.
    pub decoding: u64,
}

impl Loan {
    /// Has the store lend what a request asks for.
    ///
    /// # Errors
    /// It cannot, in a sentence.
    pub(crate) async fn ask(store: &Store, request: Request) -> Result<Self, String> {
        match store.call(request, &[]).await? {
            (
                Reply::Lent {
                    loan,
                    images,
                    decoding,
                },
                _,
            ) => Ok(Self {
                store: store.clone(),
                number: loan,
                images,
                decoding,
            }),
            _ => Err(text::library::OUT_OF_TURN.into()),
        }
    }

    /// Some of the files, for an engine.
    pub(crate) fn part(&self, first: usize, count: usize) -> Lent {
        Lent {
            loan: self.number,
            first,
            count,
        }
    }
}

impl Drop for Loan {
    fn drop(&mut self) {
        let loan = self.number;
        self.store.tell(Request::Release { loan }, &[]);
    }
}

/// Lets an engine ask the store by itself.
pub(crate) fn connect(engine: &Engine, store: &Store) {
    // Every browser with workers has channels.
    if let Ok(channel) = MessageChannel::new() {
        store.tell(Request::Connect, &[channel.port1().into()]);
        engine.tell(protocol::Request::Connect, &[channel.port2().into()]);
    }
}

/// Waits for an engine that asks the store by itself: should the store break, the engine would wait for ever.
///
/// # Errors
/// The store broke.
pub(crate) async fn unless_broken<T>(
    store: &Store,
    work: impl Future<Output = T>,
) -> Result<T, String> {
    match select(pin!(work), pin!(store.breakage())).await {
        Either::Left((done, _)) => Ok(done),
        Either::Right((why, _)) => Err(why.unwrap_or_else(|| text::library::OUT_OF_TURN.into())),
    }
}
