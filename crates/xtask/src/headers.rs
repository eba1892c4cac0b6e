//! Headers that protect the site, sent with its files beside those of types and caching.
//!
//! None of them depends on the build, so that a host is set up once. The policy of the page stands in the page itself
//! (`finish/policy.rs`), with the hashes of its scripts. The headers add only what a page cannot say: who may frame it,
//! and the policy of workers, which each takes from its own script.

const POLICY: &str = "Content-Security-Policy";

/// Name and value of the headers of every file.
pub(crate) const ALL: [(&str, &str); 4] = [
    (POLICY, "frame-ancestors 'none'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    (
        "Permissions-Policy",
        "camera=(), display-capture=(), geolocation=(), hid=(), microphone=(), midi=(), payment=(), serial=(), usb=()",
    ),
];

/// Name and value of the header that every script has besides: the policy of a worker that it is started as.
pub(crate) const SCRIPT: (&str, &str) = (
    POLICY,
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' blob:",
);

/// The file `_headers`, as Netlify, Cloudflare Pages and others read it.
pub(crate) fn file() -> String {
    let line = |(name, value): &(&str, &str)| format!("  {name}: {value}\n");
    let all: String = ALL.iter().map(line).collect();
    format!("/*\n{all}/*.js\n{}", line(&SCRIPT))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keeps the examples in step with what is sent.
    #[test]
    fn the_guide_to_hosting_names_every_header() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/hosting.md");
        let guide = std::fs::read_to_string(path).expect("docs/hosting.md");
        for host in ["nginx", "caddy"] {
            let example = guide.split_once(&format!("```{host}\n"));
            let example = example.and_then(|(_, rest)| rest.split_once("```"));
            let (example, _) = example.unwrap_or_else(|| panic!("an example for {host}"));
            for (name, value) in ALL.iter().chain([&SCRIPT]) {
                assert!(
                    example.contains(&format!("{name} \"{value}\"")),
                    "{host}: {name} {value}"
                );
            }
        }
    }
}
