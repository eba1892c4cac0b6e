//! A static file server for the built site, as an ordinary host would serve it.
//!
//! Right types, Brotli or gzip where accepted, entity tags, ranges, the headers that protect the site, nothing outside
//! its folder. It also plays a host that keeps the site under a sub-path, which is how the tests hold the site to working
//! under any.

mod compress;
mod files;
mod http;
mod range;
mod respond;
#[cfg(test)]
mod tests;

use std::{net::TcpListener, path::PathBuf};

use self::files::Site;
use crate::error::{Error, Result};

/// The folder and the address to serve.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) folder: PathBuf,
    /// Path of the site on this server: "/" or "/sub/path/".
    pub(crate) base: String,
}

/// A server that listens already, so that a port that is taken is known before anything else happens.
#[derive(Debug)]
pub(crate) struct Server {
    listener: TcpListener,
    settings: Settings,
}

impl Server {
    /// Takes the port.
    ///
    /// # Errors
    /// When the port is taken.
    pub(crate) fn listen(settings: &Settings) -> Result<Self> {
        let address = (settings.host.as_str(), settings.port);
        let listener = TcpListener::bind(address).map_err(|source| Error::Listen {
            address: format!("{}:{}", settings.host, settings.port),
            source,
        })?;
        Ok(Self {
            listener,
            settings: settings.clone(),
        })
    }

    /// The port, also where any free one was asked for.
    fn port(&self) -> u16 {
        self.listener
            .local_addr()
            .map_or(self.settings.port, |address| address.port())
    }

    /// Serves until it is ended.
    ///
    /// # Errors
    /// When the folder is not there.
    pub(crate) fn run(self) -> Result<()> {
        let port = self.port();
        let Self { listener, settings } = self;
        let site = Site::open(&settings.folder, &settings.base)?;
        println!(
            "Serving {} at http://{}:{port}{} (Ctrl-C ends it)",
            site.folder().display(),
            settings.host,
            site.base()
        );
        http::serve(&listener, move |request| respond::respond(&site, request));
        Ok(())
    }
}
