//! Predictions for people: for every task the likeliest value and its probability.

use std::borrow::Cow;

use modulens_schema::Task;
use modulens_training::text::one_line;

use super::columns::{likeliest, of};
use super::network::Predicted;

/// Characters of a line.
const LINE: usize = 100;
/// The most characters of an id in a line with other cells; its end says more than its beginning.
const ID: usize = 40;

/// Some images: a line each where all tasks fit into one, else a paragraph each.
pub(super) fn render(tasks: &[Task], ids: &[&str], predicted: &Predicted) -> String {
    let cells: Vec<Vec<String>> = (0..ids.len())
        .map(|image| {
            let tasks = tasks.iter().zip(&predicted.probabilities);
            let cell = |(task, table): (&Task, &Vec<f32>)| {
                let (value, probability) = likeliest(task, of(table, predicted.images, image));
                format!("{} {:.1} %", one_line(value), 100.0 * probability)
            };
            tasks.map(cell).collect()
        })
        .collect();
    let names: Vec<Cow<'_, str>> = tasks.iter().map(|task| one_line(&task.name)).collect();
    let widths: Vec<usize> = (0..tasks.len())
        .map(|task| {
            let of_cells = cells.iter().map(|row| length(&row[task]));
            of_cells.max().unwrap_or(0).max(length(&names[task]))
        })
        .collect();
    let shown: Vec<String> = ids.iter().map(|id| shortened(&one_line(id))).collect();
    let first = shown.iter().map(|id| length(id)).max().unwrap_or(0).max(5);
    let whole = first + widths.iter().map(|width| width + 2).sum::<usize>();
    let mut text = String::new();
    if whole <= LINE {
        let lines = std::iter::once(("image", names.iter().map(AsRef::as_ref).collect()));
        let rows = shown.iter().zip(&cells);
        let rows = rows.map(|(id, row)| (id.as_str(), row.iter().map(String::as_str).collect()));
        for (id, row) in lines.chain::<Vec<(&str, Vec<&str>)>>(rows.collect()) {
            let mut line = padded(id, first);
            for (cell, &width) in row.iter().zip(&widths) {
                line.push_str("  ");
                line.push_str(&padded(cell, width));
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text.push('\n');
        return text;
    }
    let named: Vec<Vec<String>> = cells.iter().map(|row| named(&names, row)).collect();
    let widest = named.iter().flatten().map(|cell| length(cell)).max();
    let width = widest.unwrap_or(0) + 2;
    for (id, row) in ids.iter().zip(&named) {
        text.push_str(&one_line(id));
        text.push('\n');
        for line in row.chunks(((LINE - 2) / width).max(1)) {
            let line: String = line.iter().map(|cell| padded(cell, width)).collect();
            text.push_str("  ");
            text.push_str(line.trim_end());
            text.push('\n');
        }
    }
    text
}

/// Cells with the names of their tasks before them.
fn named(names: &[Cow<'_, str>], cells: &[String]) -> Vec<String> {
    let pairs = names.iter().zip(cells);
    pairs.map(|(name, cell)| format!("{name} {cell}")).collect()
}

fn length(text: &str) -> usize {
    text.chars().count()
}

fn padded(text: &str, width: usize) -> String {
    format!("{text:width$}")
}

fn shortened(id: &str) -> String {
    match length(id).checked_sub(ID) {
        None | Some(0) => id.to_owned(),
        Some(more) => std::iter::once('…')
            .chain(id.chars().skip(more + 1))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn predicted(tasks: usize) -> Predicted {
        Predicted {
            images: 2,
            probabilities: vec![vec![0.25, 0.75, 0.995, 0.005]; tasks],
            ..Predicted::default()
        }
    }

    #[test]
    fn few_tasks_are_columns() {
        let tasks = [Task::binary("Smiling"), Task::binary("Hat")];
        let long = format!("{}/b\n.jpg", "a".repeat(60));
        let text = render(&tasks, &["1.jpg", &long], &predicted(2));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 4, "{text}");
        assert!(
            lines[0].starts_with("image ") && lines[0].ends_with("  Smiling     Hat"),
            "{text}"
        );
        assert!(lines[1].ends_with("  yes 75.0 %  yes 75.0 %"), "{text}");
        assert!(
            lines[2].starts_with("…aa") && lines[2].contains("b\\u{a}.jpg  no 99.5 %"),
            "{text}"
        );
    }

    #[test]
    fn many_tasks_are_a_paragraph_of_each_image() {
        let tasks: Vec<Task> = (0..40)
            .map(|task| Task::binary(format!("Task_{task}")))
            .collect();
        let text = render(&tasks, &["1.jpg", "2.jpg"], &predicted(40));
        assert!(text.lines().all(|line| length(line) <= LINE), "{text}");
        assert!(text.starts_with("1.jpg\n  Task_0 yes 75.0 %"), "{text}");
        assert_eq!(text.matches("no 99.5 %").count(), 40, "{text}");
    }
}
