//! Results in another order than by score, and found by their names.

use std::sync::Arc;

use modulens_schema::Labels;

use super::search::{gallery, probability};
use crate::{Clause, Gallery, GivenLabels, Need, Order, OrderBy, Query, RetrievalError, Subject};

fn named() -> Gallery {
    let mut gallery = gallery();
    gallery.set_given(Arc::new(GivenLabels {
        ids: ["b10.jpg", "B9.jpg", "a.png"].map(str::to_owned).to_vec(),
        columns: Labels::from_cells(1, vec![0, 2, Labels::UNKNOWN, 1]).expect("rows"),
        values: vec![3],
        ..GivenLabels::default()
    }));
    gallery
}

fn query(by: OrderBy, reversed: bool) -> Query {
    Query {
        order: Order { by, reversed },
        ..Query::from(Clause::any_of(0, [1]))
    }
}

fn found(query: &Query) -> Vec<usize> {
    let mut gallery = named();
    let ranking = gallery.rank(query, &[]).expect("ranks");
    let best = gallery.best(query, 2, &[]).expect("ranks");
    assert_eq!(best, ranking.order[..2.min(ranking.order.len())]);
    ranking.order.iter().map(|ranked| ranked.index).collect()
}

#[test]
fn results_are_sorted_by_name_and_those_without_one_come_last() {
    assert_eq!(found(&query(OrderBy::Name, false)), [2, 1, 0, 3]);
    assert_eq!(found(&query(OrderBy::Name, true)), [0, 1, 2, 3]);
}

#[test]
fn results_are_sorted_by_the_probability_of_any_value() {
    let by = OrderBy::Value { task: 1, value: 1 };
    let p = probability(1, 1);
    for reversed in [false, true] {
        let order = found(&query(by.clone(), reversed));
        let sorted = |pair: &[usize]| match reversed {
            false => p[pair[0]] >= p[pair[1]],
            true => p[pair[0]] <= p[pair[1]],
        };
        assert!(order.windows(2).all(sorted), "{order:?} by {p:?}");
    }
    assert!(query(by, false).needs().contains(&(1, Need::Probabilities)));
}

#[test]
fn results_are_sorted_by_a_label_and_equal_ones_by_their_scores() {
    let by = |places: [u32; 3]| OrderBy::Label {
        column: 0,
        places: places.to_vec(),
    };
    assert_eq!(found(&query(by([2, 1, 0]), false)), [1, 3, 0, 2]);
    assert_eq!(found(&query(by([2, 1, 0]), true)), [0, 3, 1, 2]);
    let plain = found(&query(OrderBy::Score, false));
    let labelled: Vec<usize> = plain.iter().copied().filter(|&image| image != 2).collect();
    assert_eq!(found(&query(by([5; 3]), false))[..3], labelled);
}

#[test]
fn results_are_shuffled_the_same_way_for_the_same_number() {
    let orders: Vec<_> = (0..40)
        .map(|seed| found(&query(OrderBy::Random(seed), false)))
        .collect();
    assert_eq!(orders[7], found(&query(OrderBy::Random(7), false)));
    for first in 0..4 {
        let times = orders.iter().filter(|order| order[0] == first).count();
        assert!(
            (3..20).contains(&times),
            "{first} is first {times} times of 40"
        );
    }
}

#[test]
fn the_worst_come_first_on_request() {
    let mut best = found(&query(OrderBy::Score, false));
    best.reverse();
    assert_eq!(found(&query(OrderBy::Score, true)), best);
}

#[test]
fn a_name_is_a_filter_like_any_other() {
    let asked = Query {
        name: "B".into(),
        ..query(OrderBy::Name, false)
    };
    assert_eq!(found(&asked), [1, 0]);
    let ranking = named().rank(&asked, &[]).expect("ranks");
    assert_eq!(ranking.left_out, 2);
    assert_eq!(
        ranking.mask.all_but(Subject::Task(0)),
        [true, true, false, false],
        "counted by the facets"
    );
}

#[test]
fn an_order_that_the_gallery_does_not_have_is_refused() {
    let refused = |by| named().rank(&query(by, false), &[]).expect_err("refused");
    assert_eq!(
        refused(OrderBy::Value { task: 1, value: 9 }),
        RetrievalError::NoValue {
            task: 1,
            value: 9,
            values: 3
        }
    );
    let (column, places) = (4, Vec::new());
    assert_eq!(
        refused(OrderBy::Label { column, places }),
        RetrievalError::NoColumn {
            column: 4,
            columns: 1
        }
    );
}
