//! From the measurements of a run to rows that can be read, by people and by programs.

use std::{fs, path::Path};

use serde_json::{Map, Value, json};

use super::statistics::Summary;
use crate::error::Error;

/// The figures of a run.
#[derive(Debug)]
pub(super) struct Report {
    /// Of the run: browser, cores, repeats, the command.
    context: Map<String, Value>,
    rows: Vec<Row>,
}

/// One comparison.
#[derive(Debug)]
struct Row {
    name: String,
    peer_name: String,
    unit: String,
    ours: Summary,
    /// Absent where the peer did not get there; the note says why.
    peer: Option<Summary>,
    /// The ratio of ours to the peer's: above 1, ours is better.
    ratio: Option<f64>,
    note: String,
}

impl Report {
    /// Reads what a run left in a file.
    pub(super) fn open(path: &Path, name: &str) -> Result<Self, Error> {
        let text = fs::read_to_string(path).map_err(Error::io("read", path))?;
        Self::read(&text, &format!("cargo xtask bench {name}")).map_err(|what| Error::Content {
            path: path.to_owned(),
            what,
        })
    }

    /// Reads what the script printed: `{context, rows: [{name, unit, better, ours, peer, peer_name, note}]}`, where
    /// `ours` and `peer` are lists of measurements.
    ///
    /// # Errors
    /// What is not as it should be, in words.
    pub(super) fn read(text: &str, command: &str) -> Result<Self, String> {
        let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let mut context = value
            .get("context")
            .and_then(Value::as_object)
            .cloned()
            .ok_or("it lacks its context")?;
        context.insert("command".into(), command.into());
        let rows = value.get("rows").and_then(Value::as_array);
        let rows: Vec<Row> = rows
            .into_iter()
            .flatten()
            .map(Row::read)
            .collect::<Result<_, _>>()?;
        if rows.is_empty() {
            return Err("it has no rows".into());
        }
        Ok(Self { context, rows })
    }

    /// One object.
    pub(super) fn json(&self) -> Value {
        let rows: Vec<_> = self.rows.iter().map(Row::json).collect();
        json!({ "context": self.context, "rows": rows })
    }

    /// For a terminal.
    pub(super) fn table(&self) -> String {
        let mut text = format!(
            "{:<38} {:<30} {:>10} {:>10} {:<9} {:>7} {:>7}\n",
            "what", "against", "ours", "theirs", "unit", "ratio", "spread"
        );
        for row in &self.rows {
            let [ours, peer, ratio, spread] = row.cells();
            text += &format!(
                "{:<38} {:<30} {ours:>10} {peer:>10} {:<9} {ratio:>7} {spread:>7} {}",
                row.name, row.peer_name, row.unit, row.note
            );
            text.truncate(text.trim_end().len());
            text.push('\n');
        }
        text
    }

    /// For a document.
    pub(super) fn markdown(&self) -> String {
        let mut text = String::from(
            "| what | against | ours | theirs | unit | times better | spread | |\n\
             | --- | --- | ---: | ---: | --- | ---: | ---: | --- |\n",
        );
        for row in &self.rows {
            let [ours, peer, ratio, spread] = row.cells();
            text += &format!(
                "| {} | {} | {ours} | {peer} | {} | {ratio} | {spread} | {} |\n",
                row.name, row.peer_name, row.unit, row.note
            );
        }
        text
    }
}

impl Row {
    fn read(value: &Value) -> Result<Self, String> {
        let text = |key: &str| {
            let text = value.get(key).and_then(Value::as_str);
            text.map(str::to_owned)
                .ok_or_else(|| format!("a row lacks {key:?}"))
        };
        let samples = |key: &str| -> Result<Vec<f64>, String> {
            let list = value.get(key).and_then(Value::as_array);
            let list = list.ok_or_else(|| format!("a row lacks {key:?}"))?;
            list.iter()
                .map(|sample| {
                    sample
                        .as_f64()
                        .filter(|sample| sample.is_finite())
                        .ok_or_else(|| format!("{key:?} of a row holds {sample}"))
                })
                .collect()
        };
        let name = text("name")?;
        let ours = Summary::of(&samples("ours")?)
            .ok_or_else(|| format!("{name:?} has no measurement of ours"))?;
        let peer = Summary::of(&samples("peer")?);
        let note = text("note")?;
        if peer.is_none() && note.is_empty() {
            return Err(format!("{name:?} does not say why the peer has nothing"));
        }
        let less = match text("better")?.as_str() {
            "less" => true,
            "more" => false,
            other => return Err(format!("{name:?} is neither less nor more but {other:?}")),
        };
        let ratio = |peer: Summary| {
            let (above, below) = if less {
                (peer.median, ours.median)
            } else {
                (ours.median, peer.median)
            };
            (below > 0.0).then(|| above / below)
        };
        Ok(Self {
            peer_name: text("peer_name")?,
            unit: text("unit")?,
            ratio: peer.and_then(ratio),
            ours,
            peer,
            name,
            note,
        })
    }

    fn json(&self) -> Value {
        let spread = |summary: Summary| summary.spread.map(significant);
        json!({
            "name": self.name,
            "ours": significant(self.ours.median),
            "peer": self.peer.map(|peer| significant(peer.median)),
            "peer_name": self.peer_name,
            "unit": self.unit,
            "ratio": self.ratio.map(significant),
            "spread": spread(self.ours),
            "peer_spread": self.peer.and_then(spread),
            "note": self.note,
        })
    }

    /// Ours, theirs, ratio, spread, as words.
    fn cells(&self) -> [String; 4] {
        let number = |value: Option<f64>| value.map_or_else(|| "-".into(), short);
        let spread = self.ours.spread;
        [
            number(Some(self.ours.median)),
            number(self.peer.map(|peer| peer.median)),
            number(self.ratio),
            spread.map_or_else(|| "-".into(), |spread| format!("{:.0} %", 100.0 * spread)),
        ]
    }
}

/// Four significant digits: more is noise.
fn significant(value: f64) -> f64 {
    format!("{value:.3e}").parse().unwrap_or(value)
}

/// Three significant digits, without an exponent.
fn short(value: f64) -> String {
    let magnitude = if value == 0.0 {
        0
    } else {
        value.abs().log10().floor() as i32
    };
    let decimals = usize::try_from(2 - magnitude).unwrap_or(0).min(6);
    format!("{value:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(rows: &Value) -> String {
        json!({"context": {"cores": 2}, "rows": rows}).to_string()
    }

    fn row(better: &str, ours: &[f64], peer: &[f64], note: &str) -> Value {
        json!({
            "name": "n", "unit": "ms", "better": better, "ours": ours, "peer": peer, "peer_name": "p", "note": note,
        })
    }

    #[test]
    fn ours_better_is_above_one_whatever_the_unit() {
        let text = rows(&json!([
            row("less", &[2.0, 1.0, 3.0], &[8.0], ""),
            row("more", &[100.0], &[50.0, 40.0, 60.0], ""),
            row("less", &[2.0], &[1.0], ""),
            row("less", &[2.0], &[], "did not finish within 120 s"),
        ]));
        let json = Report::read(&text, "cargo xtask bench n")
            .expect("valid")
            .json();
        let ratios: Vec<_> = (0..4)
            .map(|row| json["rows"][row]["ratio"].as_f64())
            .collect();
        assert_eq!(ratios, [Some(4.0), Some(2.0), Some(0.5), None]);
        assert_eq!(json["rows"][0]["spread"], json!(0.8));
        assert_eq!(json["rows"][3]["peer"], Value::Null);
        assert_eq!(json["context"]["command"], "cargo xtask bench n");
        assert_eq!(json["context"]["cores"], 2);
    }

    #[test]
    fn tables_hold_every_row() {
        let text = rows(&json!([
            row("less", &[0.0123456, 0.0123456, 0.0123456], &[123_456.0], ""),
            row("less", &[2.0], &[], "late"),
        ]));
        let report = Report::read(&text, "c").expect("valid");
        let table = report.table();
        assert_eq!(table.lines().count(), 3);
        assert!(
            table.contains("0.0123") && table.contains("123456"),
            "{table}"
        );
        let markdown = report.markdown();
        assert!(
            markdown.contains("| n | p | 2.00 | - | ms | - | - | late |"),
            "{markdown}"
        );
    }

    #[test]
    fn what_is_missing_is_said() {
        for (value, word) in [
            (json!([]), "no rows"),
            (json!([{"name": "n"}]), "lacks"),
            (json!([row("less", &[], &[1.0], "")]), "no measurement"),
            (json!([row("less", &[1.0], &[], "")]), "does not say why"),
            (json!([row("fewer", &[1.0], &[1.0], "")]), "neither"),
        ] {
            let error = Report::read(&rows(&value), "c").expect_err(word);
            assert!(error.contains(word), "{error}");
        }
        assert!(Report::read("{}", "c").is_err());
        assert!(Report::read("nonsense", "c").is_err());
    }

    #[test]
    fn numbers_stay_short() {
        assert_eq!(short(0.0), "0.00");
        assert_eq!(short(1.0), "1.00");
        assert_eq!(short(12.345), "12.3");
        assert_eq!(short(1234.5), "1234");
        assert_eq!(short(0.001_234), "0.00123");
        assert_eq!(significant(1234.567), 1235.0);
    }
}
