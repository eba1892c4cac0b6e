//! The content security policy of the page, as an element of the page: only what the build put there runs.
//!
//! Trunk writes scripts and styles into the page, so their hashes are known only when the site is built. A page that
//! was not finished (`trunk serve`) has no policy.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use sha2::{Digest as _, Sha256};

/// Opens the element. Beside it the policy has no double quotes.
const OPEN: &str = "\n    <meta http-equiv=\"Content-Security-Policy\" content=\"";
const CLOSE: &str = "\" />";
/// Opens the element that comes before it: how the page is encoded has to be said in its first kilobyte.
const BEFORE: &str = "<meta charset=";

/// A page with the policy of its own scripts and styles, whichever it had.
pub(super) fn page(html: &str) -> Result<String, String> {
    let mut bare = html.to_owned();
    if let Some((before, rest)) = html.split_once(OPEN) {
        let (_, after) = rest.split_once(CLOSE).ok_or("its policy has no end")?;
        bare = format!("{before}{after}");
    }
    let policy = of(&inline(&bare)?);
    let at = bare.find(BEFORE);
    let at = at.and_then(|at| Some(at + bare[at..].find('>')? + 1));
    let (before, after) =
        bare.split_at(at.ok_or("it has no <meta charset>, which the policy follows")?);
    Ok(format!("{before}{OPEN}{policy}{CLOSE}{after}"))
}

/// The policy of a page with these scripts and styles.
fn of(inline: &Inline) -> String {
    let hashes = |texts: &[&str]| {
        texts
            .iter()
            .map(|text| format!(" '{}'", hash(text)))
            .collect::<String>()
    };
    [
        "default-src 'self'",
        // The program is WebAssembly.
        &format!(
            "script-src 'self' 'wasm-unsafe-eval'{}",
            hashes(&inline.scripts)
        ),
        &format!("style-src 'self'{}", hashes(&inline.styles)),
        // Widths of bars and hues of tasks are attributes of elements.
        "style-src-attr 'unsafe-inline'",
        // Images of the visitor's own, and what is saved, are objects of this page.
        "img-src 'self' blob:",
        "connect-src 'self' blob:",
        "worker-src 'self'",
        "frame-src 'none'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    .join("; ")
}

/// The source expression of a text: its SHA-256, the line ends as a browser reads them.
fn hash(text: &str) -> String {
    let digest = Sha256::digest(text.replace("\r\n", "\n"));
    format!("sha256-{}", BASE64_STANDARD.encode(digest))
}

/// The texts of a page's scripts and styles that stand in the page itself.
#[derive(Debug, Default, PartialEq, Eq)]
struct Inline<'a> {
    scripts: Vec<&'a str>,
    styles: Vec<&'a str>,
}

/// Finds the scripts and styles in a page.
fn inline(html: &str) -> Result<Inline<'_>, String> {
    let mut found = Inline::default();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment
                .split_once("-->")
                .ok_or("a comment in it has no end")?
                .1;
            continue;
        }
        let name = ["script", "style"].into_iter().find(|name| {
            let after = rest.strip_prefix(name);
            after.is_some_and(|after| {
                after.starts_with(|next: char| next == '>' || next.is_ascii_whitespace())
            })
        });
        let Some(name) = name else { continue };
        let endless = || format!("a <{name}> in it has no end");
        let (tag, inner) = rest.split_once('>').ok_or_else(endless)?;
        let (text, after) = inner
            .split_once(&format!("</{name}>"))
            .ok_or_else(endless)?;
        rest = after;
        match name {
            "style" => found.styles.push(text),
            _ if tag
                .split_ascii_whitespace()
                .any(|word| word.starts_with("src=")) => {}
            _ => found.scripts.push(text),
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<html>\n  <head>\n    <meta charset=\"utf-8\" />\n    <title>x</title>\n\
        <!-- <script>no()</script> -->\n<script src=\"boot.js\" defer></script><style>a{}</style>\n\
        <script>\n  one()\n</script><script type=\"module\">two()</script><style>b{}</style></head></html>";

    #[test]
    fn scripts_and_styles_of_the_page_itself_are_found() {
        let found = inline(PAGE).expect("a page");
        assert_eq!(found.scripts, ["\n  one()\n", "two()"]);
        assert_eq!(found.styles, ["a{}", "b{}"]);
        assert!(inline("<script>one()").is_err());
        assert!(inline("<!-- no end").is_err());
    }

    #[test]
    fn the_policy_names_the_hashes_and_nothing_looser() {
        let policed = page(PAGE).expect("a page");
        let (_, rest) = policed.split_once(OPEN).expect("a policy");
        let (policy, _) = rest.split_once(CLOSE).expect("its end");
        let sources = |name: &str| {
            let directive = policy.split("; ").find_map(|one| one.strip_prefix(name));
            directive
                .expect("a directive")
                .split_whitespace()
                .collect::<Vec<_>>()
        };
        // As `printf 'two()' | openssl dgst -sha256 -binary | base64` has it.
        let two = "'sha256-iMrPAWirDC2X0OhZzLsM2MRIWSmepJGI4r7D8ZlwBOw='";
        let scripts = sources("script-src ");
        assert_eq!(scripts[..2], ["'self'", "'wasm-unsafe-eval'"]);
        assert_eq!((scripts.len(), scripts[3]), (4, two));
        assert_eq!(sources("style-src ").len(), 3);
        assert!(
            !policy.contains('"') && !policy.contains("'unsafe-eval'"),
            "{policy}"
        );
        assert_eq!(
            policy.matches("'unsafe-inline'").count(),
            1,
            "attributes of style only"
        );
    }

    #[test]
    fn the_policy_comes_before_all_that_it_is_about() {
        let policed = page(PAGE).expect("a page");
        let at = |text: &str| policed.find(text).expect("there");
        assert!(at("charset") < at(OPEN) && at(OPEN) < at("<title>"));
        assert!(page("<html></html>").is_err());
    }

    #[test]
    fn a_policy_given_twice_is_given_once_and_follows_the_page() {
        let once = page(PAGE).expect("a page");
        assert_eq!(page(&once).expect("a page"), once);
        let changed = once.replace("two()", "three()");
        assert_ne!(
            page(&changed).expect("a page").replace("three()", "two()"),
            once
        );
        assert_eq!(hash("a\r\nb"), hash("a\nb"));
    }
}
