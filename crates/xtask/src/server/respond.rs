//! The answer to one request.

use std::{
    fs::{File, Metadata},
    io::{self, Cursor, Read, Seek as _, SeekFrom},
    path::Path,
    time::UNIX_EPOCH,
};

use tiny_http::{Header, Method, Request, Response, ResponseBox, StatusCode};

use super::{
    compress,
    files::{Site, Target, is_hashed, media_type},
    range::{self, Wanted},
};

/// Answers a request; whatever goes wrong is an answer too.
pub(super) fn respond(site: &Site, request: &Request) -> ResponseBox {
    if !matches!(request.method(), Method::Get | Method::Head) {
        return sentence(405, "Only GET and HEAD are answered here.");
    }
    match site.target(request.url()) {
        Target::File(path) => file(site, request, &path).unwrap_or_else(|error| {
            sentence(500, &format!("The file could not be read: {error}."))
        }),
        Target::Redirect(to) => with(sentence(301, "It is a folder."), "Location", &to),
        Target::Missing => sentence(
            404,
            &format!("There is no such file here. The site is at {}", site.base()),
        ),
        Target::Refused => sentence(403, "Only files below the served folder are answered."),
    }
}

fn file(site: &Site, request: &Request, path: &Path) -> io::Result<ResponseBox> {
    let mut source = File::open(path)?;
    let metadata = source.metadata()?;
    let length = metadata.len();
    let plain_tag = entity_tag(&metadata, "");
    let range = header(request, "Range")
        .filter(|_| header(request, "If-Range").is_none_or(|tag| tag == plain_tag));
    let wanted = range::parse(range, length);
    let zip = wanted == Wanted::Whole
        && compress::is_worthwhile(path, length)
        && header(request, "Accept-Encoding").is_some_and(accepts_gzip);
    let tag = if zip {
        entity_tag(&metadata, "-gz")
    } else {
        plain_tag
    };

    let known = header(request, "If-None-Match").unwrap_or_default();
    let fresh = known
        .split(',')
        .any(|one| one.trim().trim_start_matches("W/") == tag);
    let response = if fresh {
        new(304, io::empty(), 0)
    } else {
        match wanted {
            Wanted::Whole if zip => {
                let bytes = compress::gzip(site, path, &metadata)?;
                let size = bytes.len();
                with(
                    new(200, Cursor::new(bytes), size),
                    "Content-Encoding",
                    "gzip",
                )
            }
            Wanted::Whole => new(200, source, size(length)?),
            Wanted::Part { first, last } => {
                source.seek(SeekFrom::Start(first))?;
                let count = last - first + 1;
                let range = format!("bytes {first}-{last}/{length}");
                with(
                    new(206, source.take(count), size(count)?),
                    "Content-Range",
                    &range,
                )
            }
            Wanted::Nothing => {
                let range = format!("bytes */{length}");
                with(new(416, io::empty(), 0), "Content-Range", &range)
            }
        }
    };
    let keep = if is_hashed(path) {
        "public, max-age=31536000, immutable"
    } else {
        // Kept, but asked for again each time: the entity tag makes that cheap.
        "no-cache"
    };
    let headers = [
        ("Content-Type", media_type(path)),
        ("Cache-Control", keep),
        ("ETag", &tag),
        ("Accept-Ranges", "bytes"),
        ("Vary", "Accept-Encoding"),
        ("X-Content-Type-Options", "nosniff"),
    ];
    Ok(headers
        .into_iter()
        .fold(response, |response, (name, value)| {
            with(response, name, value)
        }))
}

/// A tag that changes when the file does.
fn entity_tag(metadata: &Metadata, suffix: &str) -> String {
    let modified = metadata.modified().ok();
    let age = modified.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let nanos = age.map_or(0, |age| age.as_nanos());
    format!("\"{:x}-{nanos:x}{suffix}\"", metadata.len())
}

fn accepts_gzip(header: &str) -> bool {
    header.split(',').any(|offer| {
        let mut parts = offer.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let refused = parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"));
        (name == "gzip" || name == "*") && !refused
    })
}

fn header<'a>(request: &'a Request, name: &'static str) -> Option<&'a str> {
    let mut headers = request.headers().iter();
    headers
        .find(|header| header.field.equiv(name))
        .map(|header| header.value.as_str())
}

fn sentence(status: u16, text: &str) -> ResponseBox {
    let body = format!("{text}\n").into_bytes();
    let size = body.len();
    with(
        new(status, Cursor::new(body), size),
        "Content-Type",
        "text/plain; charset=utf-8",
    )
}

fn new(status: u16, body: impl Read + Send + 'static, size: usize) -> ResponseBox {
    Response::new(StatusCode(status), Vec::new(), body, Some(size), None)
        // Of known length, however long: without it the browser has no progress to show.
        .with_chunked_threshold(usize::MAX)
        .boxed()
}

fn with(response: ResponseBox, name: &str, value: &str) -> ResponseBox {
    match Header::from_bytes(name, value) {
        Ok(header) => response.with_header(header),
        // Only a redirect's address could hold something that is no header text; better none than a wrong one.
        Err(()) => response,
    }
}

fn size(length: u64) -> io::Result<usize> {
    usize::try_from(length).map_err(io::Error::other)
}
