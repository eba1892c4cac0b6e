//! The two places that are written when a site is finished: an attribute of the page, a line of the worker.

/// Opens the attribute of the page's root that holds the version.
const ATTRIBUTE: &str = "data-version=\"";
/// Begins the worker's line that holds the list.
const LINE: &str = "const SITE = ";

/// A page with this version, whichever it had.
pub(super) fn page(html: &str, version: &str) -> Result<String, String> {
    let parts = html.split_once(ATTRIBUTE);
    let parts = parts.and_then(|(before, rest)| Some((before, rest.split_once('"')?.1)));
    let (before, after) = parts.ok_or(
        "its <html> has no data-version; is it made from www/index.html of this repository?",
    )?;
    Ok(format!("{before}{ATTRIBUTE}{version}\"{after}"))
}

/// A worker with this list, whichever it had.
pub(super) fn worker(script: &str, list: &str) -> Result<String, String> {
    let mut found = false;
    let lines: Vec<_> = script
        .lines()
        .map(|line| {
            if found || !line.starts_with(LINE) {
                return line.to_owned();
            }
            found = true;
            format!("{LINE}{list};")
        })
        .collect();
    if !found {
        return Err(format!(
            "no line begins with {LINE:?}; is it www/sw.js of this repository?"
        ));
    }
    Ok(lines.join("\n") + "\n")
}
