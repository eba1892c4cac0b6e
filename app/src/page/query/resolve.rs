//! From the view in the address to the query in indices.

use modulens_retrieval::{Clause, Criterion, Limit, Order, OrderBy, Query};
use modulens_schema::{Task, TaskKind};

use super::conditions::locate;
use super::view::{
    Bound, Condition, Example, LabelCondition, LabelTest, Like, OVERALL, SortBy, View,
};

/// The gallery that a view is resolved for.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The network's tasks, and after them the user tasks.
    pub tasks: &'a [Task],
    /// Number of the network's tasks; only in these can images be compared.
    pub network: usize,
    /// The gallery's first query, for a view that asks for nothing.
    pub first: &'a [Condition],
    /// The task in which examples are compared that name none; all of them, overall, where absent.
    pub selected_task: Option<usize>,
    /// The columns of the labels that the images came with; `None` while they are on their way.
    pub columns: Option<&'a [Task]>,
    /// True if the images have labels to compare the predictions with.
    pub labelled: bool,
}

/// Backbone features of an example.
#[derive(Clone, Debug, PartialEq)]
pub enum ExampleFeatures {
    /// They are here, `[C]`.
    Ready(Vec<f32>),
    /// The engine is computing them.
    Waiting,
    /// There is no such image, or it cannot be read.
    Missing,
}

/// The query of a view; `None` while the features of an example, or names or labels that are asked for, are on their way.
///
/// Parts that the gallery does not have, and those of weight 0, are left out. The clauses of values come in the order
/// in which their tasks were first asked, then those of examples.
pub fn resolve(
    view: &View,
    context: &Context<'_>,
    features: impl Fn(Example) -> ExampleFeatures,
) -> Option<Query> {
    let mut query = Query::default();
    let conditions = view.conditions_or(context.first).iter();
    for condition in conditions.filter(|asked| asked.weight.counts()) {
        if let Some((task, value)) = locate(context.tasks, condition) {
            query.add_value(task, value, condition.wanted, condition.weight.factor());
        }
    }
    for like in &view.examples {
        let features = match features(like.example) {
            ExampleFeatures::Ready(features) => features,
            ExampleFeatures::Waiting => return None,
            ExampleFeatures::Missing => continue,
        };
        if like.weight.counts() {
            query.all.push(Clause {
                task: context.compared(like),
                criterion: Criterion::Similar {
                    features,
                    negated: !like.wanted,
                },
                weight: like.weight.factor(),
            });
        }
    }
    let limit = |bound: &Bound| {
        let condition = Condition::new(&bound.task, &bound.value, true);
        let (task, value) = locate(context.tasks, &condition)?;
        Some(Limit {
            task,
            value,
            low: f32::from(bound.low) / 100.0,
            high: f32::from(bound.high) / 100.0,
        })
    };
    query.limits = view.bounds.iter().filter_map(limit).collect();
    if view.needs_labels() {
        let columns = context.columns?;
        for label in &view.labels {
            context.add_label(&mut query, columns, label);
        }
        query.name.clone_from(&view.name);
    }
    query.min_score = f32::from(view.at_least) / 100.0;
    query.order = Order {
        by: context.order(&view.sort.by),
        reversed: view.sort.reversed,
    };
    Some(query)
}

/// The query of one row of the side-by-side view.
///
/// `query` is resolved with the row's task as the lens. Where nothing is compared through it (`compares`) and no value
/// of the task is asked for, the row ranks by its confidence: in "yes", or in any value. The best come first.
pub fn row(task: usize, spec: &Task, mut query: Query, compares: bool) -> Query {
    query.order = Order::default();
    let of_task = |clause: &Clause| clause.task == Some(task) && clause.criterion.is_of_values();
    if !compares && !query.all.iter().any(of_task) {
        query.all.push(match spec.kind {
            TaskKind::Binary => Clause::any_of(task, [1]),
            TaskKind::Categorical | TaskKind::Ordinal => Clause::confident(task),
        });
    }
    query
}

impl Context<'_> {
    /// The task that an example is compared in; none for overall.
    fn compared(&self, like: &Like) -> Option<usize> {
        match self.follows_lens(like) {
            true => self.selected_task,
            false => self.own_task(like),
        }
    }

    fn add_label(&self, query: &mut Query, columns: &[Task], label: &LabelCondition) {
        let (value, wanted) = match &label.test {
            LabelTest::Is(value) => (value, true),
            LabelTest::IsNot(value) => (value, false),
            LabelTest::Differs => {
                let network = if self.labelled { self.network } else { 0 };
                let mut network = self.tasks.iter().take(network);
                query
                    .disagree
                    .extend(network.position(|task| task.name == label.column));
                return;
            }
        };
        let condition = Condition::new(&label.column, value, true);
        if let Some((column, value)) = locate(columns, &condition) {
            query.add_label(column, value, wanted);
        }
    }

    /// The order of results; by score where the gallery does not have what is asked for.
    fn order(&self, by: &SortBy) -> OrderBy {
        let found = match by {
            SortBy::Score => None,
            SortBy::Name => Some(OrderBy::Name),
            SortBy::Random(seed) => Some(OrderBy::Random(*seed)),
            SortBy::Value { task, value } => {
                let condition = Condition::new(task, value, true);
                let found = locate(self.tasks, &condition);
                found.map(|(task, value)| OrderBy::Value { task, value })
            }
            SortBy::Label(name) => {
                let mut columns = self.columns.unwrap_or_default().iter().enumerate();
                let found = columns.find(|(_, column)| column.name == *name);
                found.map(|(column, spec)| OrderBy::label(column, spec))
            }
        };
        found.unwrap_or_default()
    }

    /// The task that an example names, if images can be compared in it.
    fn own_task(&self, like: &Like) -> Option<usize> {
        let name = like.task.as_ref()?;
        let network = self.tasks.iter().take(self.network);
        network.into_iter().position(|task| task.name == *name)
    }

    /// True if an example is compared through the lens: it names nothing that images can be compared in.
    fn follows_lens(&self, like: &Like) -> bool {
        like.task.as_deref() != Some(OVERALL) && self.own_task(like).is_none()
    }

    /// True if the view compares anything through the lens, so that another lens gives another query.
    pub fn compares(&self, view: &View) -> bool {
        let mut examples = view.examples.iter();
        examples.any(|like| like.weight.counts() && self.follows_lens(like))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use modulens_retrieval::{Gallery, GivenLabels, LabelFilter, Tail};
    use modulens_schema::{Features, FoldedTail, HeadWeights, Heads, Labels};
    use serde::Deserialize;

    use super::*;
    use crate::page::query::query_string::decode;

    fn tasks() -> [Task; 3] {
        [
            Task::binary("Smiling"),
            Task::with_values("Closure", TaskKind::Categorical, ["a", "b", "c"]),
            Task::binary("Mine"),
        ]
    }

    fn resolved(address: &str) -> Option<Query> {
        resolved_through(address, Some(0))
    }

    fn resolved_through(address: &str, selected_task: Option<usize>) -> Option<Query> {
        let tasks = tasks();
        let first = [Condition::new("Closure", "c", true)];
        let context = Context {
            tasks: &tasks,
            network: 2,
            first: &first,
            selected_task,
            columns: Some(&tasks[1..2]),
            labelled: true,
        };
        resolve(&decode(address), &context, |example| match example {
            Example::Gallery(index @ 0..4) => ExampleFeatures::Ready(vec![index as f32]),
            Example::Gallery(_) => ExampleFeatures::Missing,
            Example::Own(_) => ExampleFeatures::Waiting,
        })
    }

    fn query<const N: usize>(clauses: [Clause; N]) -> Option<Query> {
        Some(clauses.into_iter().collect())
    }

    #[test]
    fn conditions_are_gathered_by_task_and_those_that_rest_or_are_unknown_left_out() {
        assert_eq!(resolved(""), query([Clause::any_of(1, [2])]), "the first");
        assert_eq!(resolved("all"), query([]));
        let asked = "want.Closure=a&not.Smiling=yes&want~250.Closure=b&want.Gone=x&want~0.Mine=yes";
        let expected = [
            Clause::any_of(1, [0, 1]).weighted(2.5),
            Clause::none_of(0, [1]),
        ];
        assert_eq!(resolved(asked), query(expected));
    }

    #[test]
    fn examples_are_compared_in_their_own_task_or_through_the_lens() {
        let asked = "like.Closure=3&unlike~50=1&like.Mine=2&like~0=0&like=9";
        let expected = [
            Clause::similar(1, [3.0]),
            Clause::dissimilar(0, [1.0]).weighted(0.5),
            Clause::similar(0, [2.0]),
        ];
        assert_eq!(resolved(asked), query(expected), "a user task is no lens");
        assert_eq!(resolved("own-like=1"), None, "on its way");
    }

    #[test]
    fn examples_are_compared_overall_without_a_lens_or_by_that_name() {
        let asked = "like=3&like.Closure=1&like.overall=2";
        let (closure, overall) = (Clause::similar(1, [1.0]), Clause::similar_overall([2.0]));
        let expected = [
            Clause::similar_overall([3.0]),
            closure.clone(),
            overall.clone(),
        ];
        assert_eq!(resolved_through(asked, None), query(expected));
        let expected = [Clause::similar(0, [3.0]), closure, overall];
        assert_eq!(resolved(asked), query(expected));
    }

    #[test]
    fn limits_and_the_least_score_are_shares() {
        let found = resolved("all&only.Closure=b:20-95&only.Gone=b:1-2&least=35").expect("ready");
        let limit = Limit {
            task: 1,
            value: 1,
            low: 0.2,
            high: 0.95,
        };
        assert_eq!(found.limits, [limit]);
        assert_eq!(found.min_score, 0.35);
    }

    #[test]
    fn labels_are_filters_by_column_and_wait_for_the_labels() {
        let asked = "all&label.Closure=b&label.Closure=c&not-label.Closure=a&label.Smiling=yes&differs=Smiling&differs=Mine";
        let found = resolved(asked).expect("ready");
        let filter = LabelFilter {
            column: 0,
            any_of: vec![1, 2],
            none_of: vec![0],
        };
        assert_eq!((found.labels, found.disagree), (vec![filter], vec![0]));
        let context = Context {
            tasks: &tasks(),
            network: 2,
            first: &[],
            selected_task: None,
            columns: None,
            labelled: false,
        };
        let ask = |address: &str| resolve(&decode(address), &context, |_| ExampleFeatures::Missing);
        assert_eq!(ask("label.Closure=b"), None);
        assert!(ask("all").is_some());
        // The labels could not be loaded.
        let context = Context {
            columns: Some(&[]),
            ..context
        };
        let found = resolve(&decode("all&differs=Smiling"), &context, |_| {
            ExampleFeatures::Missing
        });
        assert_eq!(found.map(|query| query.disagree), Some(Vec::new()));
    }

    #[test]
    fn a_row_without_anything_to_compare_ranks_by_confidence() {
        let row = |task: usize, compares| {
            let asked = resolved("want~50.Smiling=yes").expect("ready");
            row(task, &tasks()[task], asked, compares).all
        };
        let asked = Clause::any_of(0, [1]).weighted(0.5);
        assert_eq!(
            row(0, false),
            std::slice::from_ref(&asked),
            "asked for already"
        );
        assert_eq!(row(1, false), [asked.clone(), Clause::confident(1)]);
        assert_eq!(row(2, false), [asked.clone(), Clause::any_of(2, [1])]);
        assert_eq!(row(1, true), [asked]);
    }

    /// The gallery and the queries that `trainer search` is held to as well.
    #[derive(Deserialize)]
    struct Fixture {
        tasks: Vec<Task>,
        channels: usize,
        embedding: usize,
        features: Vec<f32>,
        tail: Vec<Vec<f32>>,
        heads: Vec<[Vec<f32>; 2]>,
        labels: Vec<u8>,
        queries: Vec<Asked>,
    }

    #[derive(Deserialize)]
    struct Asked {
        address: String,
        ids: Vec<usize>,
    }

    #[test]
    fn the_page_finds_the_same_as_trainer_search() {
        let fixture = include_str!("../../../../crates/retrieval/fixtures/queries.json");
        let fixture: Fixture = serde_json::from_str(fixture).expect("a fixture");
        let [feature_scale, weight, bias, embedding_scale] = fixture
            .tail
            .try_into()
            .expect("the four tables of a folded tail");
        let tail = Tail::new(FoldedTail {
            tasks: fixture.tasks.len(),
            channels: fixture.channels,
            embedding: fixture.embedding,
            rectified: true,
            feature_scale,
            weight,
            bias,
            embedding_scale,
        })
        .expect("a tail");
        let weights = fixture.heads.into_iter();
        let heads = Heads {
            embedding: fixture.embedding,
            tasks: weights
                .map(|[weight, bias]| HeadWeights { weight, bias })
                .collect(),
        };
        let rows = fixture.features.len() / fixture.channels;
        let features = Features::new(rows, fixture.channels, fixture.features).expect("fits");
        let mut gallery = Gallery::new(tail, &heads, features.clone()).expect("fits");
        let labels = Labels::from_cells(fixture.tasks.len(), fixture.labels).expect("rows");
        let values = fixture.tasks.iter().map(|task| task.values.len());
        let ids = (0..rows).map(|image| format!("img{image}.jpg")).collect();
        let given = GivenLabels::of_tasks(ids, labels, values.collect());
        gallery.set_given(Arc::new(given));
        for Asked { address, ids } in fixture.queries {
            let view = decode(&address);
            let selected_task = view.selected_task.as_deref();
            let context = Context {
                tasks: &fixture.tasks,
                network: fixture.tasks.len(),
                first: &[],
                selected_task: fixture
                    .tasks
                    .iter()
                    .position(|task| Some(task.name.as_str()) == selected_task),
                columns: Some(&fixture.tasks),
                labelled: true,
            };
            let query = resolve(&view, &context, |example| match example {
                Example::Gallery(index) => ExampleFeatures::Ready(features.row(index).to_vec()),
                Example::Own(_) => ExampleFeatures::Missing,
            });
            let ranking = gallery.rank(&query.expect("ready"), &[]).expect("ranks");
            let found = ranking.order.iter().take(50).map(|ranked| ranked.index);
            assert_eq!(found.collect::<Vec<_>>(), ids, "{address}");
        }
    }
}
