//! Lighthouse: how the built site does on a phone, in its four scores and the figures behind them.

use std::{fs, path::Path};

use serde_json::Value;

use crate::{
    child::Run,
    cli::ReportArgs,
    error::{Error, Result},
    marks,
    places::Places,
    setup,
};

/// The categories as Lighthouse names them, and as people do.
const SCORES: [(&str, &str); 4] = [
    ("performance", "performance"),
    ("accessibility", "accessibility"),
    ("best-practices", "best practices"),
    ("seo", "search engines"),
];

/// Measures `dist/` (or `MODULENS_DIST`) and prints the figures of the median run.
pub(crate) fn run(places: &Places, args: &ReportArgs) -> Result<()> {
    setup::run(places, true)?;
    setup::lighthouse_packages(places)?;
    let dist = places.site()?;
    let browser = setup::find_browser(places).ok_or(Error::Missing {
        what: "a browser".into(),
        what_to_do: "run `cargo xtask setup --tests`",
    })?;
    let script = places.root().join("e2e/lighthouse/run.mjs");
    let text = Run::new(places, setup::find_node(places)?)
        .arg(&script)
        .env("CHROMIUM", browser)
        .env("MODULENS_XTASK", places.ourselves())
        .env("MODULENS_DIST", dist)
        .env("MODULENS_NODE_MODULES", places.npm().join("node_modules"))
        .env(
            "MODULENS_LIGHTHOUSE_MODULES",
            places.npm_lighthouse().join("node_modules"),
        )
        .capture()?;
    let content = |what: String| Error::Content {
        path: script.clone(),
        what,
    };
    let report: Value = serde_json::from_str(&text).map_err(|error| content(error.to_string()))?;
    let table = table(&report).ok_or_else(|| content("it printed no scores".into()))?;
    if args.save {
        save(&places.root().join("docs"), &report, &table)?;
    }
    if args.json {
        println!("{report}");
    } else {
        print!("{table}");
    }
    Ok(())
}

/// Keeps the figures beside the document, and their table in it.
fn save(docs: &Path, report: &Value, table: &str) -> Result<()> {
    let figures = docs.join("lighthouse.json");
    fs::write(&figures, format!("{report:#}\n")).map_err(Error::io("write", &figures))?;
    marks::replace(&docs.join("lighthouse.md"), "lighthouse", table)
}

/// The report for people: scores, figures, and what the figures were taken with. `None` where something is missing.
fn table(report: &Value) -> Option<String> {
    let text = |value: &Value, key: &str| Some(value.get(key)?.as_str()?.to_owned());
    let mut table = String::from("| | |\n| --- | ---: |\n");
    let scores = report.get("scores")?;
    for (key, name) in SCORES {
        table += &format!("| {name} | {} of 100 |\n", scores.get(key)?.as_u64()?);
    }
    for metric in report.get("metrics")?.as_array()? {
        let (name, shown) = (text(metric, "name")?, text(metric, "shown")?);
        // A space that may not break a line is none here.
        table += &format!("| {name} | {} |\n", shown.replace('\u{a0}', " "));
    }
    let interaction = report.get("interaction")?;
    table += &format!(
        "| interaction to next paint while the engine embeds | {} ms (the slowest of {}: {} ms) |\n",
        interaction.get("milliseconds")?.as_f64()?,
        interaction.get("interactions")?.as_u64()?,
        interaction.get("worst")?.as_f64()?,
    );
    let runs = report.get("performance_of_runs")?.as_array()?;
    let runs: Vec<_> = runs.iter().map(Value::to_string).collect();
    table += &format!(
        "\nThe median of {} runs (performance {}); Lighthouse {}, {}, benchmark index {}.\n",
        runs.len(),
        runs.join(", "),
        text(report, "lighthouse")?,
        text(report, "browser")?,
        report.get("benchmark_index")?,
    );
    for audit in report.get("failed")?.as_array()? {
        table += &format!("Not passed: {}.\n", text(audit, "title")?);
    }
    Some(table)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::table;

    #[test]
    fn a_report_becomes_a_table() {
        let report = json!({
            "lighthouse": "13.5.0", "browser": "Chrome/1", "benchmark_index": 2500,
            "performance_of_runs": [96, 97, 99],
            "scores": {"performance": 97, "accessibility": 100, "best-practices": 98, "seo": 95},
            "metrics": [{"name": "speed index", "value": 1000.4, "shown": "1.0\u{a0}s"}],
            "interaction": {"interactions": 60, "milliseconds": 72.0, "worst": 80.0},
            "failed": [{"id": "x", "title": "Something"}],
        });
        let text = table(&report).expect("whole");
        assert!(text.contains("| performance | 97 of 100 |"), "{text}");
        assert!(text.contains("| speed index | 1.0 s |"), "{text}");
        assert!(
            text.contains("embeds | 72 ms (the slowest of 60: 80 ms) |"),
            "{text}"
        );
        assert!(
            text.contains("median of 3 runs (performance 96, 97, 99)"),
            "{text}"
        );
        assert!(text.contains("Not passed: Something."), "{text}");
        assert_eq!(table(&json!({"scores": {}})), None);
    }
}
