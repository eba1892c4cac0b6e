//! A task's scaling vector as bars: one SVG path for the numbers it turns up most of all tasks, one for the others.

use std::fmt::Write as _;

use super::modulation::Scaling;

/// Height of the drawing, in its own units; the largest scale of all is as high.
pub const HEIGHT: u32 = 100;
/// From one bar to the next.
pub const PITCH: usize = 10;
/// Width of a bar.
const BAR: u32 = 8;

/// The order of the columns, and whose each is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns {
    /// The columns in the order drawn.
    pub order: Vec<usize>,
    /// For every column, the task that turns it up most.
    pub owners: Vec<usize>,
}

/// The bars of one task.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bars {
    /// Those that no other task turns up as much.
    pub own: String,
    /// All others.
    pub others: String,
}

/// The bars of a task. A scale that would not be seen is left out.
pub fn bars(scaling: &Scaling, columns: &Columns, task: usize) -> Bars {
    let mut bars = Bars::default();
    let largest = scaling.largest();
    if largest <= 0.0 {
        return bars;
    }
    let row = scaling.row(task);
    for (at, &column) in columns.order.iter().enumerate() {
        let scale = row.get(column).copied().unwrap_or_default();
        let height = (scale / largest * HEIGHT as f32).round().max(0.0) as u32;
        if height == 0 {
            continue;
        }
        let path = if columns.owners.get(column) == Some(&task) {
            &mut bars.own
        } else {
            &mut bars.others
        };
        // Writing to a String cannot fail.
        _ = write!(
            path,
            "M{} {HEIGHT}v-{height}h{BAR}v{height}z",
            at * PITCH + 1
        );
    }
    bars
}

/// The height of a factor of one, which leaves a channel unchanged; `None` where no scale reaches
/// it.
pub fn unchanged(scaling: &Scaling) -> Option<f32> {
    let largest = scaling.largest();
    (largest >= 1.0).then(|| HEIGHT as f32 * (1.0 - 1.0 / largest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_high_as_the_scale_and_parted_by_owner() {
        let scaling = Scaling::new(vec![2.0, 0.5, 0.0, 1.0, 1.0, 0.001], 2).expect("fits");
        let columns = Columns {
            order: vec![1, 0, 2],
            owners: vec![0, 1, 1],
        };
        let found = bars(&scaling, &columns, 0);
        assert_eq!(found.others, "M1 100v-25h8v25z");
        assert_eq!(found.own, "M11 100v-100h8v100z");
        assert_eq!(bars(&scaling, &columns, 1).own, "M1 100v-50h8v50z");
        assert_eq!(bars(&scaling, &columns, 5), Bars::default());
    }

    #[test]
    fn one_is_marked_where_it_is_reached() {
        let scaling = |values| Scaling::new(values, 1).expect("fits");
        assert_eq!(unchanged(&scaling(vec![0.3, 2.0])), Some(50.0));
        assert_eq!(unchanged(&scaling(vec![0.3, 0.9])), None);
        let off = scaling(vec![0.0]);
        assert_eq!(unchanged(&off), None);
        let columns = Columns {
            order: vec![0],
            owners: vec![0],
        };
        assert_eq!(bars(&off, &columns, 0), Bars::default());
    }
}
