//! Futures side by side.

use futures::future::{LocalBoxFuture, try_join_all};

/// Futures of one kind for all of the page: waiting for many of them is a lot of code, which it then has once.
pub type Lane<'a> = LocalBoxFuture<'a, Result<(), String>>;

/// Runs futures side by side until all are done or one fails.
///
/// # Errors
/// That of the first that fails.
pub async fn run(lanes: Vec<Lane<'_>>) -> Result<(), String> {
    try_join_all(lanes).await.map(drop)
}
