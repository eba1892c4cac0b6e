//! Putting rows and columns in an order in which like lies beside like.

use crate::page::ui::descending::descending;

use super::modulation::Scaling;

/// The tasks in an order in which neighbours are alike.
///
/// Every task serves once as the start of a walk that always goes on to the most similar task left; the best of these
/// walks is then untangled by turning stretches of it round, as long as that brings more alike tasks together.
pub fn rows(scaling: &Scaling) -> Vec<usize> {
    let tasks = scaling.tasks();
    let walk = |start: usize| {
        let mut order = vec![start];
        let mut left: Vec<usize> = (0..tasks).filter(|&task| task != start).collect();
        while let Some(&last) = order.last() {
            let next = left
                .iter()
                .enumerate()
                // Of equals the first: `max_by` would take the last.
                .rev()
                .max_by(|a, b| {
                    scaling
                        .alike(last, *a.1)
                        .total_cmp(&scaling.alike(last, *b.1))
                })
                .map(|(at, _)| at);
            match next {
                Some(at) => order.push(left.remove(at)),
                None => break,
            }
        }
        order
    };
    let mut best = (0..tasks)
        .map(walk)
        .rev()
        .max_by(|a, b| together(scaling, a).total_cmp(&together(scaling, b)))
        .unwrap_or_default();
    while untangle(scaling, &mut best) {}
    best
}

/// The summed similarity of neighbours.
fn together(scaling: &Scaling, order: &[usize]) -> f64 {
    order
        .windows(2)
        .map(|pair| scaling.alike(pair[0], pair[1]))
        .sum()
}

/// Turns the first stretch round that is better turned. Whether there was one.
fn untangle(scaling: &Scaling, order: &mut [usize]) -> bool {
    // Outside the order nothing is lost or gained.
    let alike = |order: &[usize], a: Option<usize>, b: Option<usize>| {
        let task = |at: Option<usize>| order.get(at?).copied();
        task(a)
            .zip(task(b))
            .map_or(0.0, |(a, b)| scaling.alike(a, b))
    };
    for from in 0..order.len() {
        for to in from + 1..order.len() {
            let (before, after) = (from.checked_sub(1), Some(to + 1));
            let now = alike(order, before, Some(from)) + alike(order, Some(to), after);
            let turned = alike(order, before, Some(to)) + alike(order, Some(from), after);
            // By more than rounding, so that it comes to an end.
            if turned > now + 1e-9 {
                order[from..=to].reverse();
                return true;
            }
        }
    }
    false
}

/// For every column the task that turns it up most of all; of equals the first.
pub fn owners(scaling: &Scaling) -> Vec<usize> {
    let mut owners = vec![(0, f32::NEG_INFINITY); scaling.width()];
    for task in 0..scaling.tasks() {
        for (owner, &scale) in owners.iter_mut().zip(scaling.row(task)) {
            if scale > owner.1 {
                *owner = (task, scale);
            }
        }
    }
    owners.into_iter().map(|(task, _)| task).collect()
}

/// The columns in the order of the tasks that own them, each task's strongest first.
pub fn columns(scaling: &Scaling, rows: &[usize]) -> Vec<usize> {
    let owners = owners(scaling);
    let mut order = Vec::with_capacity(scaling.width());
    for &task in rows {
        let row = scaling.row(task);
        // What is not its own comes last, and is left out.
        let own = |column: usize| owners.get(column) == Some(&task);
        let keys: Vec<f64> = row
            .iter()
            .enumerate()
            .map(|(column, &scale)| if own(column) { scale.into() } else { -1.0 })
            .collect();
        order.extend(descending(&keys).into_iter().filter(|&column| own(column)));
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scaling(rows: &[&[f32]]) -> Scaling {
        Scaling::new(rows.concat(), rows.len()).expect("fits")
    }

    #[test]
    fn like_lies_beside_like() {
        // Two kinds, in turns.
        let found = rows(&scaling(&[
            &[1.0, 0.1, 0.0],
            &[0.0, 0.1, 1.0],
            &[0.9, 0.2, 0.0],
            &[0.0, 0.2, 0.9],
            &[1.0, 0.0, 0.1],
        ]));
        let odd: Vec<bool> = found.iter().map(|task| task % 2 == 1).collect();
        let changes = odd.windows(2).filter(|pair| pair[0] != pair[1]).count();
        assert_eq!(changes, 1, "{found:?}");
    }

    #[test]
    fn a_line_is_found_again() {
        // Tasks on an arc, shuffled: neighbours on it are the most alike.
        let angles = [4, 0, 7, 2, 9, 5, 1, 8, 3, 6];
        let row = |angle: &i32| {
            let angle = f64::from(*angle) * 0.15;
            vec![angle.cos() as f32, angle.sin() as f32]
        };
        let values: Vec<f32> = angles.iter().flat_map(row).collect();
        let order = rows(&Scaling::new(values, 10).expect("fits"));
        let along: Vec<i32> = order.iter().map(|&task| angles[task]).collect();
        let steps: Vec<i32> = along
            .windows(2)
            .map(|pair| (pair[1] - pair[0]).abs())
            .collect();
        assert_eq!(steps, [1; 9], "{along:?}");
    }

    #[test]
    fn every_row_and_column_is_there_once() {
        // Some are equal, and some are off.
        let values: Vec<f32> = (0..40 * 12)
            .map(|at| ((at * 7) % 11) as f32 * 0.1)
            .collect();
        let scaling = Scaling::new(values, 40).expect("fits");
        let rows = rows(&scaling);
        let mut sorted = rows.clone();
        sorted.sort_unstable();
        assert!(sorted.into_iter().eq(0..40));
        let mut sorted = columns(&scaling, &rows);
        sorted.sort_unstable();
        assert!(sorted.into_iter().eq(0..12));
    }

    #[test]
    fn columns_lie_under_the_task_that_owns_them() {
        let scaling = scaling(&[&[0.2, 1.0, 0.1, 0.3], &[0.9, 0.1, 0.1, 2.0]]);
        assert_eq!(owners(&scaling), [1, 0, 0, 1]);
        assert_eq!(columns(&scaling, &[1, 0]), [3, 0, 1, 2]);
    }

    #[test]
    fn one_task_is_an_order_too() {
        let one = scaling(&[&[1.0, 2.0]]);
        assert_eq!(rows(&one), [0]);
        assert_eq!(columns(&one, &[0]), [1, 0]);
    }
}
