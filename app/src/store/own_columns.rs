//! The label columns of an offer, as they are kept with the gallery.

use modulens_dataset::{Dataset, TextColumn};
use modulens_schema::{Labels, Task};
use modulens_store::Columns;

use crate::store_protocol::{COLUMN_LETTERS, KeptColumns, MOST_COLUMNS, MOST_FACET_VALUES};

/// The columns of some images of a dataset, in this order.
pub(super) fn columns(dataset: &Dataset, images: impl Iterator<Item = usize>) -> Columns {
    let (tasks, texts) = kept(dataset);
    let mut columns = Columns {
        columns: dataset.tasks[..tasks].to_vec(),
        texts: dataset.texts[..texts]
            .iter()
            .map(|column| column.name.clone())
            .collect(),
        ..Columns::default()
    };
    for image in images {
        let values = (0..tasks).map(|task| dataset.labels.get(image, task));
        let values = values.map(|value| value.unwrap_or(Labels::UNKNOWN));
        columns.cells.extend(values);
        let cell = |column: &TextColumn| {
            let text = column.cells.get(image).map_or("", String::as_str);
            text.chars().take(COLUMN_LETTERS).collect()
        };
        let row: Vec<String> = dataset.texts[..texts].iter().map(cell).collect();
        columns.rows.push(row);
    }
    columns
}

/// The numbers of columns that are kept, for the plan.
pub(super) fn described(dataset: &Dataset) -> KeptColumns {
    let (tasks, texts) = kept(dataset);
    let few = |task: &&Task| task.values.len() <= MOST_FACET_VALUES;
    let filters = dataset.tasks[..tasks].iter().filter(few).count();
    // Numbers are a filter of ranges, and shown as they are written.
    let twice = |text: &&TextColumn| dataset.tasks.iter().any(|task| task.name == text.name);
    let twice = dataset.texts[..texts].iter().filter(twice).count();
    KeptColumns {
        filters,
        details: (tasks - filters + texts).saturating_sub(twice),
        left_out: dataset.tasks.len() - tasks + dataset.texts.len() - texts,
        cut: dataset.texts[..texts]
            .iter()
            .flat_map(|column| &column.cells)
            .any(|cell| cell.chars().nth(COLUMN_LETTERS).is_some()),
    }
}

/// The numbers of columns with values and of texts that are kept: the first ones.
fn kept(dataset: &Dataset) -> (usize, usize) {
    let tasks = dataset.tasks.len().min(MOST_COLUMNS);
    let texts = Columns::MOST_TEXTS / dataset.images.len().max(1);
    (tasks, dataset.texts.len().min(MOST_COLUMNS).min(texts))
}
