//! Other browsers: whether every part of the built site works in their engines, too.

use serde::{Deserialize, Serialize};

use crate::{
    child::Run,
    cli::ReportArgs,
    error::{Error, Result},
    marks,
    places::Places,
    setup,
};

/// The findings of a walk through one browser.
#[derive(Debug, Deserialize, Serialize)]
struct Report {
    browsers: Vec<Walk>,
    /// Browsers that this machine lacks.
    missing: Vec<String>,
}

/// A walk through the site in one browser.
#[derive(Debug, Deserialize, Serialize)]
struct Walk {
    name: String,
    version: String,
    steps: Vec<Step>,
    /// The page's console errors.
    errors: Vec<String>,
}

#[derive(Debug, Deserialize, Serialize)]
struct Step {
    name: String,
    ok: bool,
    /// A note on the step; of a failure, the reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    said: Option<String>,
    milliseconds: u64,
}

/// Walks through `dist/` (or `MODULENS_DIST`) and prints what works.
///
/// # Errors
/// A step failed, the page complained, or no browser is there.
pub(crate) fn run(places: &Places, args: &ReportArgs) -> Result<()> {
    setup::run(places, true)?;
    setup::browsers_packages(places)?;
    let dist = places.site()?;
    let script = places.root().join("e2e/browsers/walk.mjs");
    let modules = |folder: std::path::PathBuf| folder.join("node_modules");
    let text = Run::new(places, setup::find_node(places)?)
        .arg(&script)
        .env("MODULENS_XTASK", places.ourselves())
        .env("MODULENS_DIST", dist)
        .env("MODULENS_NODE_MODULES", modules(places.npm()))
        .env("MODULENS_BROWSERS_MODULES", modules(places.npm_browsers()))
        .capture()?;
    let report: Report = serde_json::from_str(&text).map_err(|error| Error::Content {
        path: script,
        what: error.to_string(),
    })?;
    if report.browsers.is_empty() {
        return Err(Error::Missing {
            what: report.missing.join(" and "),
            what_to_do: "on Debian, `apt-get install firefox-esr webkit2gtk-driver xvfb`",
        });
    }
    let table = table(&report);
    if args.save {
        let document = places.root().join("docs/browsers.md");
        marks::replace(&document, "browsers", &table)?;
    }
    if args.json {
        println!("{}", serde_json::json!(report));
    } else {
        print!("{table}");
    }
    complain(&report)
}

/// The steps against the browsers, and what was said.
fn table(report: &Report) -> String {
    let heads = report
        .browsers
        .iter()
        .map(|walk| format!(" {} {} |", walk.name, walk.version));
    let mut table = format!("| |{}\n| ---", heads.collect::<String>());
    table += &" | :---:".repeat(report.browsers.len());
    table += " |\n";
    let mut notes = String::new();
    let most = report.browsers.iter().map(|walk| &walk.steps);
    for step in most.max_by_key(|steps| steps.len()).into_iter().flatten() {
        table += &format!("| {} |", step.name);
        for walk in &report.browsers {
            let own = walk.steps.iter().find(|own| own.name == step.name);
            table += match own {
                Some(Step { ok: true, said, .. })
                    if said
                        .as_ref()
                        .is_some_and(|said| said.starts_with("refused")) =>
                {
                    " said not to |"
                }
                Some(Step { ok: true, .. }) => " works |",
                Some(_) => " **fails** |",
                None => " |",
            };
            if let Some(said) = own.and_then(|own| own.said.as_ref()) {
                notes += &format!("- {}, {}: {said}.\n", walk.name, step.name);
            }
        }
        table += "\n";
    }
    if !notes.is_empty() {
        table += &format!("\n{notes}");
    }
    if !report.missing.is_empty() {
        table += &format!("\nNot on this machine: {}.\n", report.missing.join(", "));
    }
    table
}

/// An error where something does not work.
fn complain(report: &Report) -> Result<()> {
    let of = |walk: &Walk| {
        let failed = walk.steps.iter().filter(|step| !step.ok);
        let failed = failed.map(|step| format!("{}: {}", walk.name, step.name));
        let said = walk.errors.iter();
        let said = said.map(|error| format!("{} said: {error}", walk.name));
        failed.chain(said).collect::<Vec<_>>()
    };
    let names: Vec<_> = report.browsers.iter().flat_map(of).collect();
    if names.is_empty() {
        return Ok(());
    }
    Err(Error::Steps {
        failed: names.len(),
        total: report.browsers.iter().map(|walk| walk.steps.len()).sum(),
        names: names.join("; "),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{from_value, json};

    use super::{Report, complain, table};

    fn report(works: bool) -> Report {
        let report = json!({
            "browsers": [
                {"name": "Firefox", "version": "140", "errors": [], "steps": [
                    {"name": "search", "ok": true, "milliseconds": 10},
                    {"name": "keep", "ok": works, "said": "so and so", "milliseconds": 20},
                ]},
                {"name": "WebKitGTK", "version": "2.50", "errors": [], "steps": [
                    {"name": "search", "ok": true, "milliseconds": 10},
                    {"name": "keep", "ok": true, "said": "refused: no files", "milliseconds": 2},
                ]},
            ],
            "missing": ["Netscape"],
        });
        from_value(report).expect("whole")
    }

    #[test]
    fn a_walk_becomes_a_table() {
        let text = table(&report(true));
        assert!(
            text.contains("| | Firefox 140 | WebKitGTK 2.50 |"),
            "{text}"
        );
        assert!(text.contains("| search | works | works |"), "{text}");
        assert!(text.contains("| keep | works | said not to |"), "{text}");
        assert!(text.contains("- Firefox, keep: so and so."), "{text}");
        assert!(text.contains("Not on this machine: Netscape."), "{text}");
    }

    #[test]
    fn what_does_not_work_is_an_error() {
        assert!(complain(&report(true)).is_ok());
        let error = complain(&report(false)).expect_err("a step failed");
        assert!(error.to_string().contains("Firefox: keep"), "{error}");
        let mut said = report(true);
        said.browsers[1].errors.push("TypeError".into());
        let error = complain(&said).expect_err("the page complained");
        assert!(error.to_string().contains("TypeError"), "{error}");
    }
}
