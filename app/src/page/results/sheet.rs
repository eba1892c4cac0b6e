//! The results as rows and columns, for a table and for JSON.

use std::sync::Arc;

use modulens_schema::{Task, TaskKind, UserTask};

use crate::page::shell::gallery::GroundTruth;
use crate::page::teach::examples::mark_of;
use crate::page::text;

use super::answer::Answer;
use super::csv::Cell;
use super::predictions::Predictions;

/// All that is known of the results.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// The network's tasks, and after them those that the visitor taught.
    pub tasks: Arc<Vec<Task>>,
    /// The query's answer.
    pub answer: Arc<Answer>,
    /// Ids and labels, if they are known.
    pub truth: Option<Arc<GroundTruth>>,
    /// The predictions of every task.
    pub predictions: Vec<Option<Arc<Predictions>>>,
    /// The taught tasks, the last ones of the tasks.
    pub taught: Arc<Vec<UserTask>>,
}

/// An image, and its place among the results from 0; none for an image that is no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The place.
    pub place: Option<usize>,
    /// The image.
    pub image: usize,
}

/// A column of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// The place, from 1.
    Place,
    /// The id of the image.
    Name,
    /// The score.
    Score,
    /// The score of a part of the query.
    Part(usize),
    /// The number of images alike that the image stands for, itself included.
    Copies,
    /// The probability of a value of a task.
    Probability(usize, usize),
    /// The dataset's label under a task of the network.
    Label(usize),
    /// The visitor's label in a column of their own.
    Own(usize),
    /// The visitor's text in a column of texts.
    Text(usize),
    /// The mark for a taught task.
    Mark(usize),
}

/// The rows of all results, or of the selected images (ascending): results in their order, then the images that are none.
pub fn rows(answer: &Answer, selected: Option<&[usize]>) -> Vec<Row> {
    let is_wanted = |image: usize| selected.is_none_or(|all| all.binary_search(&image).is_ok());
    let results = answer.ranking.order.iter().enumerate();
    let mut rows: Vec<Row> = results
        .filter(|(_, ranked)| is_wanted(ranked.index))
        .map(|(place, ranked)| Row {
            place: Some(place),
            image: ranked.index,
        })
        .collect();
    let wanted = selected.unwrap_or_default();
    if rows.len() < wanted.len() {
        let mut found: Vec<usize> = rows.iter().map(|row| row.image).collect();
        found.sort_unstable();
        let others = wanted.iter().copied();
        let others = others.filter(|image| found.binary_search(image).is_err());
        rows.extend(others.map(|image| Row { place: None, image }));
    }
    rows
}

impl Sheet {
    /// The columns of a table of some rows. Labels that none of them has are left out.
    pub fn columns(&self, rows: &[Row]) -> Vec<Column> {
        let ranking = &self.answer.ranking;
        let mut columns = vec![Column::Place, Column::Name];
        columns.extend(ranking.scored.then_some(Column::Score));
        columns.extend((0..ranking.clauses.len()).map(Column::Part));
        columns.extend((self.answer.folded > 0).then_some(Column::Copies));
        for (task, spec) in self.tasks.iter().enumerate() {
            let first = usize::from(spec.kind == TaskKind::Binary);
            let values = first..spec.values.len();
            columns.extend(values.map(|value| Column::Probability(task, value)));
        }
        let is_there = |column: &Column| {
            let mut rows = rows.iter();
            rows.any(|row| self.cell(*column, *row) != Cell::Empty)
        };
        columns.extend(self.label_columns().into_iter().filter(is_there));
        columns.extend((0..self.taught.len()).map(Column::Mark));
        columns
    }

    /// The columns of labels: those of the network's tasks, unless the visitor's own has the same name, and the own ones.
    pub fn label_columns(&self) -> Vec<Column> {
        let Some(truth) = &self.truth else {
            return Vec::new();
        };
        let same = |one: &str, other: &str| one.eq_ignore_ascii_case(other);
        let own = if truth.own { &truth.columns[..] } else { &[] };
        let is_own = |name: &str| own.iter().any(|column| same(&column.name, name));
        let network = self.tasks.len() - self.taught.len().min(self.tasks.len());
        let tasks = self.tasks.iter().take(network).enumerate();
        let tasks = tasks.filter(|(_, task)| !is_own(&task.name));
        let mut columns: Vec<Column> = tasks.map(|(task, _)| Column::Label(task)).collect();
        columns.extend((0..own.len()).map(Column::Own));
        // A number is kept as it is written, too: both are one column.
        let texts = truth.texts.0.iter().enumerate();
        let texts = texts.filter(|(_, name)| !is_own(name));
        columns.extend(texts.map(|(at, _)| Column::Text(at)));
        columns
    }

    /// The name of a column of labels or marks, without a prefix.
    pub fn name(&self, column: Column) -> &str {
        let truth = self.truth.as_deref();
        let name = match column {
            Column::Label(task) => self.tasks.get(task).map(|task| &task.name),
            Column::Own(at) => truth
                .and_then(|truth| truth.columns.get(at))
                .map(|column| &column.name),
            Column::Text(at) => truth.and_then(|truth| truth.texts.0.get(at)),
            Column::Mark(at) => self.taught.get(at).map(|task| &task.name),
            _ => None,
        };
        name.map_or("", String::as_str)
    }

    /// The head of a column.
    pub fn head(&self, column: Column) -> String {
        match column {
            Column::Place => text::results::PLACE.to_owned(),
            Column::Name => text::results::NAME.to_owned(),
            Column::Score => text::results::SCORE.to_owned(),
            Column::Copies => text::results::COPIES.to_owned(),
            Column::Part(at) => {
                let clause = self.answer.query.all.get(at);
                clause.map_or_else(String::new, |clause| {
                    text::results::clause(&self.tasks, clause)
                })
            }
            // As in `trainer predict --csv`.
            Column::Probability(task, value) => {
                let task = self.tasks.get(task);
                let value = task.and_then(|task| Some((task, task.values.get(value)?)));
                value.map_or_else(String::new, |(task, value)| {
                    format!("{}={value}", task.name)
                })
            }
            Column::Label(_) | Column::Own(_) | Column::Text(_) => {
                text::results::label_column(&self.name(column))
            }
            Column::Mark(_) => text::results::mark_column(&self.name(column)),
        }
    }

    /// A cell.
    pub fn cell(&self, column: Column, row: Row) -> Cell<'_> {
        let (ranking, image) = (&self.answer.ranking, row.image);
        let share = |shares: Option<&f32>| shares.copied().map_or(Cell::Empty, Cell::Share);
        match column {
            Column::Place => row.place.map_or(Cell::Empty, |it| Cell::Count(it + 1)),
            Column::Name => {
                let truth = self.truth.as_ref();
                let id = truth.and_then(|truth| truth.given.ids.get(image));
                Cell::Text(id.map_or_else(|| text::results::unnamed(image).into(), Into::into))
            }
            Column::Score => share(ranking.scores.get(image)),
            Column::Part(at) => share(ranking.clauses.get(at).and_then(|it| it.get(image))),
            Column::Copies => Cell::Count(self.answer.copies(image)),
            Column::Probability(task, value) => share(self.probabilities(task, image).get(value)),
            Column::Label(_) | Column::Own(_) | Column::Text(_) | Column::Mark(_) => {
                let words = self.words(column, image);
                words.map_or(Cell::Empty, |words| Cell::Text(words.into()))
            }
        }
    }

    /// The probabilities of a task's values; empty where they are not known.
    pub fn probabilities(&self, task: usize, image: usize) -> &[f32] {
        let predictions = self.predictions.get(task).and_then(Option::as_ref);
        predictions.map_or(&[], |predictions| predictions.row(image))
    }

    /// The label or mark of an image in a column.
    pub fn words(&self, column: Column, image: usize) -> Option<&str> {
        let truth = self.truth.as_deref();
        let text = |at: usize| {
            let text = truth?.texts.1.get(image)?.get(at)?;
            (!text.is_empty()).then_some(text.as_str())
        };
        match column {
            Column::Label(task) => {
                let label = truth?.labels().get(image, task)?;
                let value = self.tasks.get(task)?.values.get(usize::from(label))?;
                Some(value)
            }
            Column::Own(at) => truth?.own_label(at, image),
            Column::Text(at) => text(at),
            Column::Mark(at) => Some(match mark_of(self.taught.get(at)?, image)? {
                true => "yes",
                false => "no",
            }),
            _ => None,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use modulens_retrieval::{Clause, GivenLabels, Ranked, Ranking};
    use modulens_schema::Labels;

    use super::*;
    use crate::page::results::csv::{head, lines};

    /// Three images, of which the last one is no result, under a yes/no task, one of three values, and a taught one.
    pub(crate) fn sheet(own: bool) -> Sheet {
        let closure = ["Lace up", "Zipper", "Slip-on"];
        let tasks = [
            Task::binary("Smiling"),
            Task::with_values("Closure", TaskKind::Categorical, closure),
            Task::binary("Hats"),
        ];
        let labels = Labels::from_cells(2, vec![1, 2, 255, 0, 0, 255]).expect("fits");
        let columns = [
            Task::with_values("Age", TaskKind::Ordinal, ["0-9", "10-19"]),
            Task::binary("smiling"),
        ];
        let ids = ["a.png", "=b,\"c\".png", "d.png"].map(str::to_owned);
        let given = GivenLabels {
            columns: Labels::from_cells(2, vec![1, 0, 0, 255, 255, 255]).expect("fits"),
            values: vec![2, 2],
            ..GivenLabels::of_tasks(ids.to_vec(), labels.clone(), vec![2, 3])
        };
        let truth = match own {
            false => GroundTruth::of_tasks(&tasks[..2], labels, ids.to_vec()),
            true => GroundTruth {
                given: Arc::new(given.clone()),
                came: Arc::new(given),
                corrections: Vec::new(),
                columns: columns.into(),
                texts: (
                    vec!["AGE".into(), "Place".into()],
                    vec![
                        vec!["12.5".into(), "Rome".into()],
                        vec![String::new(), String::new()],
                        Vec::new(),
                    ],
                ),
                own: true,
            },
        };
        let predictions = [
            Predictions::new(2, &[0.25, 0.75, 0.5, 0.5, 1.0, 0.0]),
            Predictions::new(3, &[0.5, 0.25, 0.25, 0.0, 1.0, 0.0, 0.25, 0.25, 0.5]),
            Predictions::new(2, &[0.0, 1.0, 1.0, 0.0, 0.5, 0.5]),
        ];
        let scores = vec![0.75, 0.9, 0.0];
        let ranked = |index: usize| Ranked {
            index,
            score: scores[index],
        };
        let answer = Answer {
            ranking: Ranking {
                order: vec![ranked(1), ranked(0)],
                clauses: vec![scores.clone()],
                scores: scores.clone(),
                scored: true,
                ..Ranking::default()
            },
            query: [Clause::any_of(0, [1])].into_iter().collect(),
            millis: 0.0,
            folded: 0,
            alike: Default::default(),
        };
        Sheet {
            tasks: Arc::new(tasks.to_vec()),
            answer: Arc::new(answer),
            truth: Some(Arc::new(truth)),
            predictions: predictions.map(|it| Some(Arc::new(it))).to_vec(),
            taught: Arc::new(vec![UserTask {
                name: "Hats".into(),
                yes: vec![0],
                no: vec![2],
            }]),
        }
    }

    fn table(sheet: &Sheet, selected: Option<&[usize]>) -> String {
        let rows = rows(&sheet.answer, selected);
        let columns = sheet.columns(&rows);
        let heads: Vec<String> = columns.iter().map(|it| sheet.head(*it)).collect();
        let cells = |row: &Row| columns.iter().map(|it| sheet.cell(*it, *row)).collect();
        let cells: Vec<_> = rows.iter().map(cells).collect();
        (head(&heads) + &lines(&cells)).replace('\u{feff}', "")
    }

    #[test]
    fn a_table_has_scores_probabilities_labels_and_marks() {
        assert_eq!(
            table(&sheet(false), None),
            "place,name,score,Smiling,Smiling=yes,Closure=Lace up,Closure=Zipper,Closure=Slip-on,Hats=yes,\
             label Smiling,label Closure,mark Hats\r\n\
             1,\"'=b,\"\"c\"\".png\",0.900000,0.900000,0.500000,0.000000,1.000000,0.000000,0.000000,,Lace up,\r\n\
             2,a.png,0.750000,0.750000,0.750000,0.500000,0.250000,0.250000,1.000000,yes,Slip-on,yes\r\n"
        );
    }

    #[test]
    fn selected_images_that_are_no_results_come_last_and_have_no_place() {
        let table = table(&sheet(false), Some(&[0, 2]));
        let lines: Vec<&str> = table.lines().collect();
        assert!(lines[1].starts_with("2,a.png,0.75"), "{table}");
        assert!(lines[2].starts_with(",d.png,0.000000"), "{table}");
        assert!(lines[2].ends_with(",no,,no"), "{table}");
        assert_eq!(lines.len(), 3);
    }

    #[test]
    fn own_labels_take_the_place_of_the_dataset_s_of_the_same_name() {
        let written = table(&sheet(true), Some(&[0]));
        let lines: Vec<&str> = written.lines().collect();
        assert!(
            lines[0]
                .ends_with("Hats=yes,label Closure,label Age,label smiling,label Place,mark Hats"),
            "{written}"
        );
        // A number is as it was written.
        assert!(lines[1].ends_with(",Slip-on,12.5,no,Rome,yes"), "{written}");
        // Labels that no row has are no column.
        let none = table(&sheet(true), Some(&[2]));
        let heads = none.lines().next();
        assert!(
            heads.is_some_and(|it| it.ends_with("Hats=yes,mark Hats")),
            "{none}"
        );
    }
}
