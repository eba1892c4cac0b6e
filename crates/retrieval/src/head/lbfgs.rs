//! Limited-memory BFGS: minimising a smooth function of many variables without its second derivatives.
//!
//! The two-loop recursion of Nocedal and Wright, *Numerical Optimization*, chapter 7, with a backtracking
//! line search. Heads are convex and have a few hundred variables, so some dozens of steps suffice.

use std::collections::VecDeque;

/// Past steps remembered.
const MEMORY: usize = 10;
/// Share of the decrease promised by the slope that a step must deliver (Armijo's condition).
const SUFFICIENT: f64 = 1e-4;

/// Minimises a function from `x`, which is overwritten with the best point found.
///
/// `value(x, gradient)` returns the function's value and writes its gradient. Ends after `iterations` steps,
/// when no component of the gradient exceeds `tolerance`, or when no step along the direction helps.
pub(crate) fn minimise(
    x: &mut [f64],
    iterations: usize,
    tolerance: f64,
    mut value: impl FnMut(&[f64], &mut [f64]) -> f64,
) {
    let mut gradient = vec![0.0; x.len()];
    let mut current = value(x, &mut gradient);
    let mut history: VecDeque<Step> = VecDeque::with_capacity(MEMORY);
    for _ in 0..iterations {
        if gradient.iter().all(|slope| slope.abs() <= tolerance) {
            return;
        }
        let mut direction = descent(&gradient, &history);
        let mut slope = dot(&direction, &gradient);
        if slope >= 0.0 {
            // Rounding has spoilt the memory; start again along the gradient.
            history.clear();
            direction = gradient.iter().map(|slope| -slope).collect();
            slope = dot(&direction, &gradient);
        }
        // Before there is a memory the direction's length means nothing: begin with a step of length 1.
        let mut size = if history.is_empty() {
            1.0 / (-slope).sqrt().max(1.0)
        } else {
            1.0
        };
        let mut next_gradient = vec![0.0; x.len()];
        let (next, next_value) = loop {
            let next: Vec<f64> = x
                .iter()
                .zip(&direction)
                .map(|(x, d)| x + size * d)
                .collect();
            let next_value = value(&next, &mut next_gradient);
            if next_value <= current + SUFFICIENT * size * slope {
                break (next, next_value);
            }
            size *= 0.5;
            if size < 1e-10 {
                return;
            }
        };
        let moved: Vec<f64> = next.iter().zip(&*x).map(|(a, b)| a - b).collect();
        let turned: Vec<f64> = next_gradient
            .iter()
            .zip(&gradient)
            .map(|(a, b)| a - b)
            .collect();
        let curvature = dot(&moved, &turned);
        if curvature > 1e-12 * dot(&turned, &turned) {
            if history.len() == MEMORY {
                history.pop_front();
            }
            history.push_back(Step {
                moved,
                turned,
                curvature,
            });
        }
        x.copy_from_slice(&next);
        gradient = next_gradient;
        current = next_value;
    }
}

/// One past step.
struct Step {
    /// Change of the point.
    moved: Vec<f64>,
    /// Change of the gradient.
    turned: Vec<f64>,
    /// Their inner product, above zero.
    curvature: f64,
}

/// The direction of the next step: minus the gradient, times what the history says of the inverse Hessian.
fn descent(gradient: &[f64], history: &VecDeque<Step>) -> Vec<f64> {
    let mut direction: Vec<f64> = gradient.iter().map(|slope| -slope).collect();
    let mut shares = Vec::with_capacity(history.len());
    for step in history.iter().rev() {
        let share = dot(&step.moved, &direction) / step.curvature;
        add(&mut direction, -share, &step.turned);
        shares.push(share);
    }
    if let Some(last) = history.back() {
        let scale = last.curvature / dot(&last.turned, &last.turned);
        direction.iter_mut().for_each(|x| *x *= scale);
    }
    for (step, share) in history.iter().zip(shares.into_iter().rev()) {
        let correction = share - dot(&step.turned, &direction) / step.curvature;
        add(&mut direction, correction, &step.moved);
    }
    direction
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn add(to: &mut [f64], times: f64, what: &[f64]) {
    for (to, what) in to.iter_mut().zip(what) {
        *to += times * what;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_badly_scaled_valley_is_followed_to_its_end() {
        // Rosenbrock's function, whose minimum is at (1, 1).
        let mut x = [-1.2, 1.0];
        minimise(&mut x, 200, 1e-9, |x, gradient| {
            let (a, b) = (1.0 - x[0], x[1] - x[0] * x[0]);
            gradient[0] = -2.0 * a - 400.0 * x[0] * b;
            gradient[1] = 200.0 * b;
            a * a + 100.0 * b * b
        });
        assert!(
            (x[0] - 1.0).abs() < 1e-6 && (x[1] - 1.0).abs() < 1e-6,
            "{x:?}"
        );
    }

    #[test]
    fn a_minimum_is_left_alone() {
        let mut x = [3.0];
        minimise(&mut x, 10, 1e-9, |x, gradient| {
            gradient[0] = 2.0 * (x[0] - 3.0);
            (x[0] - 3.0).powi(2)
        });
        assert_eq!(x, [3.0]);
    }
}
