//! The server, asked over a real connection.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpStream,
    thread,
};

use flate2::read::GzDecoder;
use tempfile::TempDir;

use super::{Server, Settings, files::is_hashed};

struct Running {
    folder: TempDir,
    port: u16,
}

struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (field, value) = line.split_once(':')?;
            field.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

impl Running {
    fn start(base: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let site = folder.path().join("site");
        fs::create_dir_all(site.join("sub")).expect("a folder");
        fs::write(folder.path().join("secret.txt"), "outside").expect("a file");
        fs::write(site.join("index.html"), "<p>hello").expect("a file");
        fs::write(site.join("sub/index.html"), "<p>sub").expect("a file");
        fs::write(site.join("a b.txt"), "spaced").expect("a file");
        fs::write(site.join("store.js"), "store()").expect("a file");
        fs::write(site.join("page-0123456789abcdef_bg.wasm"), vec![7; 5000]).expect("a file");
        fs::write(site.join("engine.wasm"), vec![9; 5000]).expect("a file");
        fs::write(site.join("digits.jpg"), "0123456789").expect("a file");
        let server = Server::listen(&Settings {
            host: "127.0.0.1".into(),
            port: 0,
            folder: site,
            base: base.into(),
        })
        .expect("a free port");
        let port = server.port();
        // It listens until the tests are over.
        thread::spawn(move || server.run());
        Self { folder, port }
    }

    fn connect(&self) -> TcpStream {
        TcpStream::connect(("127.0.0.1", self.port)).expect("it listens")
    }

    fn ask(&self, method: &str, path: &str, headers: &[&str]) -> Answer {
        let mut stream = self.connect();
        let lines: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n{lines}\r\n"
        )
        .expect("sent");
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).expect("answered");
        let end = bytes
            .windows(4)
            .position(|window| window == b"\r\n\r\n")
            .expect("a head");
        let head = String::from_utf8(bytes[..end].to_vec()).expect("text");
        let status = head
            .split(' ')
            .nth(1)
            .expect("a status")
            .parse()
            .expect("a number");
        Answer {
            status,
            head,
            body: bytes[end + 4..].to_vec(),
        }
    }

    fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[])
    }
}

#[test]
fn the_headers_that_protect_the_site_come_with_every_answer() {
    let site = Running::start("/");
    for path in ["/", "/digits.jpg", "/store.js", "/nothing", "/sub"] {
        let answer = site.get(path);
        for (name, value) in crate::headers::ALL {
            let line = format!("{name}: {value}");
            assert!(
                answer.head.lines().any(|sent| sent == line),
                "{path}: {line}"
            );
        }
    }
    let policies = |path: &str| {
        site.get(path)
            .head
            .matches("Content-Security-Policy:")
            .count()
    };
    assert_eq!(policies("/"), 1);
    assert_eq!(policies("/store.js"), 2, "that of a worker besides");
}

#[test]
fn files_have_their_types_and_lifetimes() {
    let site = Running::start("/");
    let page = site.get("/");
    assert_eq!(
        (page.status, page.body.as_slice()),
        (200, b"<p>hello".as_slice())
    );
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert_eq!(page.header("cache-control"), Some("no-cache"));
    let hashed = site.get("/page-0123456789abcdef_bg.wasm?x=1");
    assert_eq!(hashed.header("content-type"), Some("application/wasm"));
    assert!(
        hashed
            .header("cache-control")
            .expect("a lifetime")
            .contains("immutable")
    );
    assert_eq!(hashed.header("content-length"), Some("5000"));
    assert_eq!(
        site.get("/engine.wasm").header("cache-control"),
        Some("no-cache")
    );
    assert_eq!(site.get("/a%20b.txt").body, b"spaced");
    assert_eq!(site.get("/nothing.js").status, 404);
}

#[test]
fn folders_are_redirected_to_their_slash() {
    let site = Running::start("/");
    let answer = site.get("/sub");
    assert_eq!(
        (answer.status, answer.header("location")),
        (301, Some("/sub/"))
    );
    assert_eq!(site.get("/sub/").body, b"<p>sub");
}

#[test]
fn compressed_only_where_accepted_and_useful() {
    let site = Running::start("/");
    let zipped = site.ask("GET", "/engine.wasm", &["Accept-Encoding: gzip;q=0.8"]);
    assert_eq!(zipped.header("content-encoding"), Some("gzip"));
    let mut plain = Vec::new();
    GzDecoder::new(zipped.body.as_slice())
        .read_to_end(&mut plain)
        .expect("gzip");
    assert_eq!(plain, vec![9; 5000]);
    assert!(zipped.body.len() < 200);
    let smaller = site.ask("GET", "/engine.wasm", &["Accept-Encoding: gzip, br"]);
    assert_eq!(smaller.header("content-encoding"), Some("br"));
    let mut plain = Vec::new();
    brotli::Decompressor::new(smaller.body.as_slice(), 4096)
        .read_to_end(&mut plain)
        .expect("brotli");
    assert_eq!(plain, vec![9; 5000]);
    assert_ne!(
        zipped.header("etag"),
        smaller.header("etag"),
        "two bodies, two tags"
    );
    let refused = site.ask(
        "GET",
        "/engine.wasm",
        &["Accept-Encoding: gzip;q=0, br;q=0"],
    );
    assert_eq!(refused.header("content-encoding"), None);
    let picture = site.ask("GET", "/digits.jpg", &["Accept-Encoding: gzip"]);
    assert_eq!(picture.body, b"0123456789");
    assert_ne!(
        zipped.header("etag"),
        refused.header("etag"),
        "two bodies, two tags"
    );
}

#[test]
fn a_known_tag_saves_the_body_and_a_change_ends_that() {
    let site = Running::start("/");
    let tag = site
        .get("/digits.jpg")
        .header("etag")
        .expect("a tag")
        .to_owned();
    let line = format!("If-None-Match: \"other\", {tag}");
    let again = site.ask("GET", "/digits.jpg", &[&line]);
    assert_eq!((again.status, again.body.len()), (304, 0));
    fs::write(site.folder.path().join("site/digits.jpg"), "01234567890").expect("changed");
    assert_eq!(site.ask("GET", "/digits.jpg", &[&line]).status, 200);
}

#[test]
fn a_changed_file_is_compressed_anew() {
    let site = Running::start("/");
    let ask = || {
        site.ask("GET", "/engine.wasm", &["Accept-Encoding: gzip"])
            .body
    };
    let before = ask();
    fs::write(site.folder.path().join("site/engine.wasm"), vec![8; 6000]).expect("changed");
    assert_ne!(before, ask());
}

#[test]
fn ranges_are_answered_in_part() {
    let site = Running::start("/");
    let part = site.ask("GET", "/digits.jpg", &["Range: bytes=2-4"]);
    assert_eq!(
        (part.status, part.body.as_slice()),
        (206, b"234".as_slice())
    );
    assert_eq!(part.header("content-range"), Some("bytes 2-4/10"));
    let wrong = site.ask("GET", "/digits.jpg", &["Range: bytes=10-"]);
    assert_eq!(
        (wrong.status, wrong.header("content-range")),
        (416, Some("bytes */10"))
    );
    let other = site.ask(
        "GET",
        "/digits.jpg",
        &["Range: bytes=2-4", "If-Range: \"old\""],
    );
    assert_eq!((other.status, other.body.len()), (200, 10));
}

#[test]
fn nothing_outside_the_folder_is_answered() {
    let site = Running::start("/");
    for path in [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/sub/../../secret.txt",
        "/..%5csecret.txt",
        "//etc/passwd",
        "/%00",
        "/%zz",
        "/%ff",
    ] {
        let answer = site.get(path);
        assert!(
            matches!(answer.status, 403 | 404),
            "{path} is {}",
            answer.status
        );
        assert_ne!(answer.body, b"outside", "{path}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_out_is_refused() {
    let site = Running::start("/");
    let folder = site.folder.path();
    std::os::unix::fs::symlink(folder.join("secret.txt"), folder.join("site/link.txt"))
        .expect("a link");
    assert_eq!(site.get("/link.txt").status, 403);
}

#[test]
fn under_a_base_only_the_base_exists() {
    let site = Running::start("some/where");
    assert_eq!(site.get("/some/where/").body, b"<p>hello");
    assert_eq!(
        site.get("/some/where").header("location"),
        Some("/some/where/")
    );
    assert_eq!(site.get("/some/where/sub/").body, b"<p>sub");
    assert_eq!(site.get("/").status, 404);
    assert_eq!(site.get("/index.html").status, 404);
}

#[test]
fn other_methods_are_refused_and_head_has_no_body() {
    let site = Running::start("/");
    assert_eq!(site.ask("POST", "/", &["Content-Length: 0"]).status, 405);
    let head = site.ask("HEAD", "/digits.jpg", &[]);
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("content-length"), Some("10"));
}

#[test]
fn one_connection_carries_many_requests() {
    let site = Running::start("/");
    let mut stream = site.connect();
    for _ in 0..3 {
        write!(stream, "GET /digits.jpg HTTP/1.1\r\nHost: here\r\n\r\n").expect("sent");
        let mut bytes = Vec::new();
        while !bytes.ends_with(b"\r\n\r\n0123456789") {
            let mut one = [0];
            stream.read_exact(&mut one).expect("still open");
            bytes.push(one[0]);
        }
    }
}

/// A browser keeps connections open without asking anything; those once kept others from being answered.
#[test]
fn idle_connections_keep_nobody_waiting() {
    let site = Running::start("/");
    let idle: Vec<_> = (0..40).map(|_| site.connect()).collect();
    thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(|| assert_eq!(site.get("/digits.jpg").status, 200));
        }
    });
    drop(idle);
}

#[test]
fn nonsense_is_answered_and_ends_the_connection() {
    let site = Running::start("/");
    let mut stream = site.connect();
    write!(stream, "hello there\r\n\r\n").expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it ends");
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
}

#[test]
fn a_taken_port_and_a_missing_folder_are_sentences() {
    let site = Running::start("/");
    let settings = |port, folder| Settings {
        host: "127.0.0.1".into(),
        port,
        folder,
        base: "/".into(),
    };
    let taken = Server::listen(&settings(site.port, site.folder.path().to_owned()));
    let taken = taken.expect_err("taken");
    assert!(taken.to_string().contains("--port"), "{taken}");
    let missing = Server::listen(&settings(0, "/no/such/folder".into())).expect("a free port");
    let missing = missing.run().expect_err("missing");
    assert!(
        missing.to_string().contains("cargo xtask build"),
        "{missing}"
    );
}

#[test]
fn names_with_a_hash() {
    for (name, hashed) in [
        ("page-0123456789abcdef_bg.wasm", true),
        ("styles-0f1e2d3c4b5a6978.css", true),
        ("engine-cpu.js", false),
        ("engine-webgpu_bg.wasm", false),
        ("000001.jpg", false),
    ] {
        assert_eq!(is_hashed(name.as_ref()), hashed, "{name}");
    }
}
