//! The learning rate along training.

use crate::config::{Schedule, TrainConfig};

/// The longest part of a training in which the rate rises: a run of few steps would otherwise end before its warm-up.
const LONGEST_WARMUP: f64 = 0.25;

/// The rate of one step. `progress` counts epochs as a fraction, from 0 to `config.epochs`.
pub(crate) fn rate(config: &TrainConfig, step: usize, progress: f64) -> f64 {
    let part = (progress / config.epochs as f64).clamp(0.0, 1.0);
    let by_steps = (step + 1) as f64 / config.warmup_steps.max(1) as f64;
    let warm = by_steps.max(part / LONGEST_WARMUP).min(1.0);
    let fall = match config.schedule {
        Schedule::Cosine => 0.5 * (1.0 + (std::f64::consts::PI * part).cos()),
        Schedule::Step { epochs, factor } => factor.powi((progress / epochs as f64).floor() as i32),
    };
    config.learning_rate * warm * fall
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cosine_rises_then_falls_to_nothing() {
        let config = TrainConfig {
            learning_rate: 1.0,
            warmup_steps: 10,
            epochs: 4,
            ..TrainConfig::default()
        };
        assert!((rate(&config, 0, 0.0) - 0.1).abs() < 1e-12);
        assert!((rate(&config, 50, 2.0) - 0.5).abs() < 1e-12);
        assert!(rate(&config, 99, 4.0) < 1e-12);
    }

    #[test]
    fn a_short_run_reaches_its_rate() {
        let config = TrainConfig {
            learning_rate: 1.0,
            warmup_steps: 200,
            epochs: 10,
            ..TrainConfig::default()
        };
        // Five steps an epoch.
        let at = |step: usize| rate(&config, step, step as f64 / 5.0);
        assert!(at(0) < 0.01 && at(5) < at(10));
        let cosine = 0.5 * (1.0 + (std::f64::consts::PI * 0.26).cos());
        assert!((at(13) - cosine).abs() < 1e-12, "{}", at(13));
        // A long run warms up as it is told.
        assert!((rate(&config, 19, 0.1) - 0.1).abs() < 1e-3);
    }

    #[test]
    fn the_papers_steps() {
        let config = TrainConfig {
            learning_rate: 0.01,
            warmup_steps: 0,
            epochs: 100,
            schedule: Schedule::Step {
                epochs: 40,
                factor: 0.1,
            },
            ..TrainConfig::default()
        };
        assert!((rate(&config, 0, 39.9) - 0.01).abs() < 1e-12);
        assert!((rate(&config, 0, 40.0) - 0.001).abs() < 1e-12);
        assert!((rate(&config, 0, 80.0) - 0.0001).abs() < 1e-12);
    }
}
