//! The summary of a finished gallery.

use std::fmt;

/// The count of each value of one task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskCount {
    /// The task's name.
    pub name: String,
    /// Value and number of images, in the task's order.
    pub values: Vec<(String, usize)>,
    /// Images for which the task's value is not known.
    pub unknown: usize,
}

/// The images and labels written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Images.
    pub images: usize,
    /// Identities or products.
    pub groups: usize,
    /// Images of train, val and test.
    pub splits: [usize; 3],
    /// Pairs of the same drawing with one attribute changed.
    pub counterfactuals: usize,
    /// Every task that varies.
    pub tasks: Vec<TaskCount>,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [train, val, test] = self.splits;
        writeln!(
            f,
            "{} images of {} groups: {train} train, {val} val, {test} test",
            self.images, self.groups
        )?;
        if self.counterfactuals > 0 {
            writeln!(
                f,
                "{} pairs that differ in one attribute",
                self.counterfactuals
            )?;
        }
        for task in &self.tasks {
            write!(f, "  {:<24}", task.name)?;
            for (value, count) in &task.values {
                write!(f, " {value} {count},")?;
            }
            writeln!(f, " unknown {}", task.unknown)?;
        }
        Ok(())
    }
}
