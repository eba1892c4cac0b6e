//! Multidimensional scaling: points in the plane whose distances are as near as possible to given ones.
//!
//! Classical scaling finds where the points lie if two dimensions are enough. Where they are not, it shows them from
//! the side on which they are widest, and what lies behind one another falls together; so its points are then moved, a
//! little at a time, until the distances one sees fit best (de Leeuw's majorisation).

use crate::page::ui::descending::descending;

/// Steps of moving points; each makes the fit better, or leaves it.
const STEPS: usize = 200;
/// Sweeps over the matrix; a few are enough, and this many end whatever is given.
const SWEEPS: usize = 40;

/// The points of so many objects, from the distance of every two. The longer side of the cloud lies along the first
/// coordinate. Distances that are no numbers count as none.
pub fn place(objects: usize, distance: impl Fn(usize, usize) -> f64) -> Vec<[f64; 2]> {
    let distances: Vec<f64> = (0..objects * objects)
        .map(|at| {
            let (a, b) = (at / objects, at % objects);
            let found = distance(a.min(b), a.max(b));
            if a == b || !found.is_finite() {
                0.0
            } else {
                found.abs()
            }
        })
        .collect();
    let mut points = classical(objects, &distances);
    part(&mut points, &distances);
    for _ in 0..STEPS {
        points = moved(&points, &distances);
    }
    points
}

/// The distortion of a layout: the deviation of the distances among points from given ones, at the
/// scale that fits best, as the root of the mean square and a share of the distances among the
/// points (Kruskal's stress). 0 is a perfect fit.
pub fn misfit(points: &[[f64; 2]], distance: impl Fn(usize, usize) -> f64) -> f64 {
    let (mut given, mut both, mut seen) = (0.0, 0.0, 0.0);
    for (a, first) in points.iter().enumerate() {
        for (b, second) in points.iter().enumerate().skip(a + 1) {
            let (wanted, found) = (distance(a, b), apart(*first, *second));
            given += wanted * wanted;
            both += wanted * found;
            seen += found * found;
        }
    }
    match (given > 0.0, seen > 0.0) {
        (true, true) => (1.0 - both * both / (given * seen)).max(0.0).sqrt(),
        (false, false) => 0.0,
        // Points apart that should be one, or one that should be apart.
        _ => 1.0,
    }
}

fn apart([ax, ay]: [f64; 2], [bx, by]: [f64; 2]) -> f64 {
    (ax - bx).hypot(ay - by)
}

/// Classical scaling: the two longest axes of the cloud.
fn classical(objects: usize, distances: &[f64]) -> Vec<[f64; 2]> {
    let count = objects.max(1) as f64;
    let square = |a: usize, b: usize| distances[a * objects + b].powi(2);
    let means: Vec<f64> = (0..objects)
        .map(|a| (0..objects).map(|b| square(a, b)).sum::<f64>() / count)
        .collect();
    let mean = means.iter().sum::<f64>() / count;
    let mut products: Vec<f64> = (0..objects * objects)
        .map(|at| {
            let (a, b) = (at / objects, at % objects);
            -0.5 * (square(a, b) - means[a] - means[b] + mean)
        })
        .collect();
    let axes = eigenvectors(objects, &mut products);
    let values: Vec<f64> = (0..objects)
        .map(|axis| products[axis * objects + axis])
        .collect();
    let order = descending(&values);
    let coordinate = |object: usize, rank: usize| {
        let Some(&axis) = order.get(rank) else {
            return 0.0;
        };
        let along = |object: usize| axes[object * objects + axis];
        // An axis has no direction of its own: the first object that is not in the middle lies on its positive side.
        let first = (0..objects).map(along).find(|along| along.abs() > 1e-9);
        let sign = if first.is_some_and(|first| first < 0.0) {
            -1.0
        } else {
            1.0
        };
        sign * along(object) * values[axis].max(0.0).sqrt()
    };
    (0..objects)
        .map(|object| [coordinate(object, 0), coordinate(object, 1)])
        .collect()
}

/// The eigenvectors of a symmetric matrix as columns (Jacobi's rotations); the matrix keeps its eigenvalues on the
/// diagonal.
fn eigenvectors(size: usize, matrix: &mut [f64]) -> Vec<f64> {
    let mut vectors = vec![0.0; size * size];
    for at in 0..size {
        vectors[at * size + at] = 1.0;
    }
    let scale: f64 = matrix.iter().map(|value| value * value).sum();
    for _ in 0..SWEEPS {
        let mut outside = 0.0;
        for p in 0..size {
            for q in p + 1..size {
                let off = matrix[p * size + q];
                outside += off * off;
                if off * off <= scale * 1e-30 {
                    continue;
                }
                let theta = (matrix[q * size + q] - matrix[p * size + p]) / (2.0 * off);
                let tangent = theta.signum() / (theta.abs() + theta.hypot(1.0));
                let cosine = 1.0 / tangent.hypot(1.0);
                let sine = tangent * cosine;
                let rotate = |values: &mut [f64], i: usize, j: usize| {
                    let (left, right) = (values[i], values[j]);
                    values[i] = cosine * left - sine * right;
                    values[j] = sine * left + cosine * right;
                };
                for k in 0..size {
                    rotate(matrix, k * size + p, k * size + q);
                    rotate(&mut vectors, k * size + p, k * size + q);
                }
                for k in 0..size {
                    rotate(matrix, p * size + k, q * size + k);
                }
            }
        }
        if outside <= scale * 1e-24 {
            break;
        }
    }
    vectors
}

/// Parts points that fell together although they should not: they would stay so.
fn part(points: &mut [[f64; 2]], distances: &[f64]) {
    /// Cosine and sine of the golden angle: directions that never repeat.
    const TURN: [f64; 2] = [-0.737_368_878_078_319_7, 0.675_490_294_261_523_8];
    let objects = points.len();
    let mut direction = [1.0, 0.0];
    for a in 0..objects {
        let together = (0..a).find_map(|b| {
            let wanted = distances[a * objects + b];
            (apart(points[a], points[b]) < wanted * 1e-6).then_some(wanted)
        });
        if let Some(wanted) = together {
            points[a][0] += 0.01 * wanted * direction[0];
            points[a][1] += 0.01 * wanted * direction[1];
        }
        let [x, y] = direction;
        direction = [x * TURN[0] - y * TURN[1], x * TURN[1] + y * TURN[0]];
    }
}

/// The points after one step of majorisation, which never fits worse.
fn moved(points: &[[f64; 2]], distances: &[f64]) -> Vec<[f64; 2]> {
    let objects = points.len();
    let step = |(a, here): (usize, &[f64; 2])| {
        let mut sum = [0.0; 2];
        for (there, wanted) in points.iter().zip(&distances[a * objects..]) {
            let found = apart(*here, *there);
            // Two points that coincide pull each other nowhere.
            let pull = if found > 1e-12 { wanted / found } else { 0.0 };
            sum[0] += pull * (here[0] - there[0]);
            sum[1] += pull * (here[1] - there[1]);
        }
        sum.map(|sum| sum / objects as f64)
    };
    points.iter().enumerate().map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(points: &[[f64; 2]], distance: impl Fn(usize, usize) -> f64, within: f64) {
        for a in 0..points.len() {
            for b in 0..a {
                let (found, wanted) = (apart(points[a], points[b]), distance(a, b));
                assert!((found - wanted).abs() < within, "{a} {b}: {found} {wanted}");
            }
        }
    }

    #[test]
    fn distances_in_the_plane_are_kept() {
        let true_points: Vec<[f64; 2]> = (0..40)
            .map(|at| {
                let at = f64::from(at);
                [(at * 1.7).sin() * 3.0 + at * 0.1, (at * 0.9).cos() * 2.0]
            })
            .collect();
        let distance = |a: usize, b: usize| apart(true_points[a], true_points[b]);
        let points = place(40, distance);
        check(&points, distance, 1e-6);
        assert!(misfit(&points, distance) < 1e-6);
        let extent = |axis: usize| points.iter().map(|point| point[axis].powi(2)).sum::<f64>();
        assert!(extent(0) > extent(1), "the longer side lies along x");
    }

    #[test]
    fn few_objects_and_equal_ones_are_placed() {
        assert!(place(0, |_, _| 1.0).is_empty());
        assert_eq!(place(1, |_, _| 1.0), [[0.0, 0.0]]);
        check(&place(2, |_, _| 3.0), |_, _| 3.0, 1e-9);
        check(&place(3, |_, _| 2.0), |_, _| 2.0, 1e-9);
        let all_equal = place(5, |_, _| 0.0);
        assert_eq!(all_equal, [[0.0, 0.0]; 5]);
        // Two of three are the same.
        let twins = |a: usize, b: usize| if (a, b) == (0, 1) { 0.0 } else { 1.0 };
        let points = place(3, twins);
        assert!(points.iter().flatten().all(|value| value.is_finite()));
        assert!(apart(points[0], points[1]) < 1e-9);
    }

    #[test]
    fn more_dimensions_than_two_are_flattened_as_well_as_possible() {
        // Twelve corners, each as far from every other: nothing in the plane is like that.
        let distance = |a: usize, b: usize| if a == b { 0.0 } else { 1.0 };
        let points = place(12, distance);
        let refined = misfit(&points, distance);
        assert!(points.iter().flatten().all(|value| value.is_finite()));
        assert!(refined < 0.4, "{refined}");
        for a in 0..12 {
            for b in 0..a {
                assert!(apart(points[a], points[b]) > 0.1, "none lies on another");
            }
        }
        assert_eq!(points, place(12, distance), "and always the same way");
    }

    #[test]
    fn what_is_no_distance_does_no_harm() {
        for points in [place(6, |_, _| f64::NAN), place(6, |_, b| -(b as f64))] {
            assert!(points.iter().flatten().all(|value| value.is_finite()));
        }
    }

    #[test]
    fn a_misfit_is_told() {
        let line = [[0.0, 0.0], [1.0, 0.0], [2.0, 0.0]];
        assert!(
            misfit(&line, |a, b| 5.0 * (b - a) as f64) < 1e-6,
            "the scale does not matter"
        );
        assert!(misfit(&line, |_, _| 1.0) > 0.3);
        assert!(misfit(&line[..1], |_, _| 1.0).abs() < f64::EPSILON);
        assert!((misfit(&line, |_, _| 0.0) - 1.0).abs() < f64::EPSILON);
    }
}
