//! As much of HTTP/1.1 as a static site needs.
//!
//! Every connection has a thread of its own: a browser opens a handful and keeps them, some of them without ever
//! asking anything. (A pool of threads that idle connections can fill up leaves the others waiting for ever.)

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

/// Longest head of a request.
const MAX_HEAD: u64 = 16 * 1024;
/// Connections at once; more are closed unanswered.
const MAX_CONNECTIONS: usize = 256;
/// A connection on which nothing was asked for so long is closed.
const IDLE: Duration = Duration::from_secs(60);

/// A request without a body.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) method: String,
    /// Path and query, as sent.
    pub(super) target: String,
    headers: Vec<(String, String)>,
    keep: bool,
}

impl Request {
    /// The first header of this name.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// An answer.
#[derive(Debug)]
pub(super) struct Response {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Body,
}

/// The body of an answer.
#[derive(Debug)]
pub(super) enum Body {
    Empty,
    Bytes(Arc<[u8]>),
    /// So many bytes of a file, from where it stands.
    File(File, u64),
}

impl Response {
    pub(super) fn new(status: u16, body: Body) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body,
        }
    }

    /// A plain sentence.
    pub(super) fn sentence(status: u16, text: &str) -> Self {
        let bytes = format!("{text}\n").into_bytes();
        Self::new(status, Body::Bytes(bytes.into()))
            .with("Content-Type", "text/plain; charset=utf-8")
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    fn write(self, stream: &mut TcpStream, head_only: bool, keep: bool) -> io::Result<()> {
        let length = match &self.body {
            Body::Empty => 0,
            Body::Bytes(bytes) => bytes.len() as u64,
            Body::File(_, length) => *length,
        };
        let mut head = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status));
        for (name, value) in &self.headers {
            // A line break in a value would be a header of its own.
            let value = value.replace(['\r', '\n'], " ");
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        // An unchanged file has no body, and says nothing about the length of the one it stands for.
        if self.status != 304 {
            head.push_str(&format!("Content-Length: {length}\r\n"));
        }
        head.push_str(if keep {
            "Connection: keep-alive\r\n\r\n"
        } else {
            "Connection: close\r\n\r\n"
        });
        stream.write_all(head.as_bytes())?;
        if !head_only {
            match self.body {
                Body::Empty => {}
                Body::Bytes(bytes) => stream.write_all(&bytes)?,
                Body::File(file, length) => {
                    let sent = io::copy(&mut file.take(length), stream)?;
                    if sent < length {
                        // The file shrank meanwhile; only the end of the connection can say so.
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                }
            }
        }
        stream.flush()
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        206 => "Partial Content",
        301 => "Moved Permanently",
        304 => "Not Modified",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        416 => "Range Not Satisfiable",
        _ => "Internal Server Error",
    }
}

/// Answers connections for ever.
pub(super) fn serve(
    listener: &TcpListener,
    answer: impl Fn(&Request) -> Response + Send + Sync + 'static,
) {
    let answer = Arc::new(answer);
    let open = Arc::new(AtomicUsize::new(0));
    for stream in listener.incoming() {
        // A connection that broke before it began concerns nobody.
        let Ok(stream) = stream else { continue };
        if open.fetch_add(1, Ordering::SeqCst) >= MAX_CONNECTIONS {
            open.fetch_sub(1, Ordering::SeqCst);
            continue;
        }
        let (answer, open) = (Arc::clone(&answer), Arc::clone(&open));
        thread::spawn(move || {
            let _counted = Counted(open);
            // A visitor who left before the end is no error of ours.
            converse(stream, &*answer).ok();
        });
    }
}

struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

fn converse(mut stream: TcpStream, answer: &dyn Fn(&Request) -> Response) -> io::Result<()> {
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(IDLE))?;
    stream.set_write_timeout(Some(IDLE))?;
    let mut reader = BufReader::new(stream.try_clone()?);
    loop {
        match read(&mut reader)? {
            Heard::Nothing => return Ok(()),
            Heard::Nonsense => {
                return Response::sentence(400, "That is no request that is understood here.")
                    .write(&mut stream, false, false);
            }
            Heard::Request(request) => {
                let head_only = request.method == "HEAD";
                answer(&request).write(&mut stream, head_only, request.keep)?;
                if !request.keep {
                    return Ok(());
                }
            }
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Heard {
    Request(Request),
    /// The other side is done.
    Nothing,
    Nonsense,
}

/// Reads the head of a request.
fn read(reader: &mut impl BufRead) -> io::Result<Heard> {
    let mut head = reader.take(MAX_HEAD);
    let mut line = || -> io::Result<Option<String>> {
        let mut bytes = Vec::new();
        head.read_until(b'\n', &mut bytes)?;
        // Without its end, the line is cut off or too long.
        Ok(bytes
            .strip_suffix(b"\n")
            .map(|bytes| bytes.strip_suffix(b"\r").unwrap_or(bytes))
            .and_then(|bytes| String::from_utf8(bytes.to_vec()).ok()))
    };
    let Some(first) = line()? else {
        let untouched = head.limit() == MAX_HEAD;
        return Ok(if untouched {
            Heard::Nothing
        } else {
            Heard::Nonsense
        });
    };
    let parts: Vec<_> = first.split(' ').collect();
    let [method, target, version] = parts[..] else {
        return Ok(Heard::Nonsense);
    };
    if !target.starts_with('/') || !version.starts_with("HTTP/1.") {
        return Ok(Heard::Nonsense);
    }
    let mut request = Request {
        method: method.into(),
        target: target.into(),
        keep: version == "HTTP/1.1",
        ..Request::default()
    };
    loop {
        let Some(line) = line()? else {
            return Ok(Heard::Nonsense);
        };
        if line.is_empty() {
            break;
        }
        let Some((name, value)) = line.split_once(':') else {
            return Ok(Heard::Nonsense);
        };
        request.headers.push((name.into(), value.trim().into()));
    }
    // A body is never read, so that what follows it could not be found.
    let has_body = request
        .header("Content-Length")
        .is_some_and(|length| length != "0")
        || request.header("Transfer-Encoding").is_some();
    let says = |word: &str| {
        let connection = request.header("Connection").unwrap_or_default();
        connection
            .split(',')
            .any(|said| said.trim().eq_ignore_ascii_case(word))
    };
    let keep = (request.keep || says("keep-alive")) && !says("close") && !has_body;
    Ok(Heard::Request(Request { keep, ..request }))
}

#[cfg(test)]
mod tests {
    use super::{Heard, MAX_HEAD, read};

    fn heard(text: &str) -> Heard {
        read(&mut text.as_bytes()).expect("memory")
    }

    #[test]
    fn requests_are_read() {
        let Heard::Request(request) =
            heard("GET /a?b HTTP/1.1\r\nHost: x\r\naccept-encoding:  gzip \r\n\r\nrest")
        else {
            panic!("a request")
        };
        assert_eq!(
            (request.method.as_str(), request.target.as_str()),
            ("GET", "/a?b")
        );
        assert_eq!(request.header("Accept-Encoding"), Some("gzip"));
        assert!(request.keep);
    }

    #[test]
    fn connections_end_when_asked_to_or_when_a_body_follows() {
        for head in [
            "GET / HTTP/1.0\r\n\r\n",
            "GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
        ] {
            assert!(
                matches!(heard(head), Heard::Request(request) if !request.keep),
                "{head}"
            );
        }
        let kept = "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n";
        assert!(matches!(heard(kept), Heard::Request(request) if request.keep));
    }

    #[test]
    fn nonsense_is_told_from_silence() {
        assert_eq!(heard(""), Heard::Nothing);
        let long = format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(MAX_HEAD as usize));
        for text in [
            "GET / HTTP/1.1\r\nHost",
            "hello\r\n\r\n",
            "GET relative HTTP/1.1\r\n\r\n",
            "GET / SPDY/3\r\n\r\n",
            "GET / HTTP/1.1\r\nno colon\r\n\r\n",
            long.as_str(),
        ] {
            assert_eq!(heard(text), Heard::Nonsense, "{text:.40}");
        }
    }
}
