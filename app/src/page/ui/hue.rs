//! Every task has a hue of its own.

/// The golden angle in degrees: consecutive tasks land far from each other, however many there are.
const GOLDEN: f64 = 137.507_764;
/// The first task's hue: a calm blue.
const FIRST: f64 = 262.0;

/// The OKLCH hue of a task in degrees, `0..360`.
pub fn hue(task: usize) -> u32 {
    ((FIRST + task as f64 * GOLDEN) % 360.0) as u32
}

/// The style that gives an element and all in it a task's hue.
pub fn style(task: usize) -> String {
    format!("--hue:{}", hue(task))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forty_tasks_are_told_apart() {
        let mut hues: Vec<u32> = (0..40).map(hue).collect();
        hues.sort_unstable();
        assert!(
            hues.windows(2).all(|pair| pair[1] - pair[0] >= 3),
            "{hues:?}"
        );
        assert!(hues.iter().all(|&hue| hue < 360));
    }

    #[test]
    fn neighbours_differ_much() {
        for task in 0..60 {
            let apart = hue(task).abs_diff(hue(task + 1));
            assert!(apart.min(360 - apart) > 90);
        }
    }
}
