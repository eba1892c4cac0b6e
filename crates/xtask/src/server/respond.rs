//! The answer to one request.

use std::{
    fs::{File, Metadata},
    io::{self, Seek as _, SeekFrom},
    path::Path,
    time::UNIX_EPOCH,
};

use super::{
    compress,
    files::{Site, Target, is_hashed, media_type},
    http::{Body, Request, Response},
    range::{self, Wanted},
};
use crate::{coding::Coding, headers};

/// Answers a request; whatever goes wrong is an answer too.
pub(super) fn respond(site: &Site, request: &Request) -> Response {
    let response = answer(site, request);
    headers::ALL
        .into_iter()
        .fold(response, |response, (name, value)| {
            response.with(name, value)
        })
}

fn answer(site: &Site, request: &Request) -> Response {
    if !matches!(request.method.as_str(), "GET" | "HEAD") {
        return Response::sentence(405, "Only GET and HEAD are answered here.")
            .with("Allow", "GET, HEAD");
    }
    match site.target(&request.target) {
        Target::File(path) => file(site, request, &path).unwrap_or_else(|error| {
            Response::sentence(500, &format!("The file could not be read: {error}."))
        }),
        Target::Redirect(to) => Response::sentence(301, "It is a folder.").with("Location", to),
        Target::Missing => Response::sentence(
            404,
            &format!("There is no such file here. The site is at {}", site.base()),
        ),
        Target::Refused => {
            Response::sentence(403, "Only files below the served folder are answered.")
        }
    }
}

fn file(site: &Site, request: &Request, path: &Path) -> io::Result<Response> {
    let mut source = File::open(path)?;
    let metadata = source.metadata()?;
    let length = metadata.len();
    let plain_tag = entity_tag(&metadata, "");
    // A part of another state of the file would not fit the parts that are there.
    let range = request.header("Range").filter(|_| {
        request
            .header("If-Range")
            .is_none_or(|tag| tag == plain_tag)
    });
    let wanted = range::parse(range, length);
    let coding = request
        .header("Accept-Encoding")
        .filter(|_| wanted == Wanted::Whole && compress::is_worthwhile(path, length))
        .and_then(accepted);
    let tag = match coding {
        Some(coding) => entity_tag(&metadata, &format!("-{}", coding.name())),
        None => plain_tag,
    };

    let known = request.header("If-None-Match").unwrap_or_default();
    let fresh = known
        .split(',')
        .any(|one| one.trim().trim_start_matches("W/") == tag);
    let response = if fresh {
        Response::new(304, Body::Empty)
    } else {
        match (wanted, coding) {
            (Wanted::Whole, Some(coding)) => {
                let bytes = compress::packed(site, path, &metadata, coding)?;
                Response::new(200, Body::Bytes(bytes)).with("Content-Encoding", coding.name())
            }
            (Wanted::Whole, None) => Response::new(200, Body::File(source, length)),
            (Wanted::Part { first, last }, _) => {
                source.seek(SeekFrom::Start(first))?;
                Response::new(206, Body::File(source, last - first + 1))
                    .with("Content-Range", format!("bytes {first}-{last}/{length}"))
            }
            (Wanted::Nothing, _) => {
                Response::new(416, Body::Empty).with("Content-Range", format!("bytes */{length}"))
            }
        }
    };
    let keep = if is_hashed(path) {
        "public, max-age=31536000, immutable"
    } else {
        // Kept, but asked for again each time: the entity tag makes that cheap.
        "no-cache"
    };
    let kind = media_type(path);
    let response = if kind.starts_with("text/javascript") {
        response.with(headers::SCRIPT.0, headers::SCRIPT.1)
    } else {
        response
    };
    Ok(response
        .with("Content-Type", kind)
        .with("Cache-Control", keep)
        .with("ETag", tag)
        .with("Accept-Ranges", "bytes")
        .with("Vary", "Accept-Encoding"))
}

/// A tag that changes when the file does.
fn entity_tag(metadata: &Metadata, suffix: &str) -> String {
    let modified = metadata.modified().ok();
    let age = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let nanos = age.map_or(0, |age| age.as_nanos());
    format!("\"{:x}-{nanos:x}{suffix}\"", metadata.len())
}

/// The best coding that a browser takes.
fn accepted(header: &str) -> Option<Coding> {
    let takes = |wanted: &str, any: bool| {
        header.split(',').any(|offer| {
            let mut parts = offer.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default();
            let refused = parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"));
            (name == wanted || any && name == "*") && !refused
        })
    };
    if takes("br", false) {
        return Some(Coding::Brotli);
    }
    takes("gzip", true).then_some(Coding::Gzip)
}
