//! A static file server for the built site, as an ordinary host would serve it.
//!
//! Right types, gzip where accepted, entity tags, ranges, nothing outside its folder. It also plays a host
//! that keeps the site under a sub-path, which is how the tests hold the site to working under any.

mod compress;
mod files;
mod range;
mod respond;
#[cfg(test)]
mod tests;

use std::{path::PathBuf, sync::Arc, thread};

use tiny_http::Server;

use self::files::Site;
use crate::error::{Error, Result};

/// Requests answered at once. A page asks for many small pictures.
const THREADS: usize = 8;

/// What to serve, and where.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) folder: PathBuf,
    /// Path of the site on this server: "/" or "/sub/path/".
    pub(crate) base: String,
}

/// Serves until it is ended.
///
/// # Errors
/// When the folder is not there, or the port is taken.
pub(crate) fn run(settings: &Settings) -> Result<()> {
    let (server, site) = open(settings)?;
    let port = server
        .server_addr()
        .to_ip()
        .map_or(settings.port, |address| address.port());
    println!(
        "Serving {} at http://{}:{port}{} (Ctrl-C ends it)",
        site.folder().display(),
        settings.host,
        site.base()
    );
    let workers: Vec<_> = (0..THREADS)
        .map(|_| {
            let (server, site) = (Arc::clone(&server), Arc::clone(&site));
            thread::spawn(move || answer_all(&server, &site))
        })
        .collect();
    for worker in workers {
        // A worker ends only with the server itself.
        worker.join().ok();
    }
    Ok(())
}

fn open(settings: &Settings) -> Result<(Arc<Server>, Arc<Site>)> {
    let site = Site::open(&settings.folder, &settings.base)?;
    let address = format!("{}:{}", settings.host, settings.port);
    let server = Server::http(&address).map_err(|why| Error::Listen {
        address,
        why: why.to_string(),
    })?;
    Ok((Arc::new(server), Arc::new(site)))
}

fn answer_all(server: &Server, site: &Site) {
    while let Ok(request) = server.recv() {
        let response = respond::respond(site, &request);
        // A visitor who left before the end is no error of ours.
        request.respond(response).ok();
    }
}
