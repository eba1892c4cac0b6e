//! Plane curves as dense polylines, in centimetres, x to the right (toe to heel) and y up.

/// A point in centimetres.
pub(super) type Pt = (f32, f32);

/// Points per piece between two knots of a spline.
const PIECES: usize = 8;

/// A smooth curve through all the knots (uniform Catmull-Rom, ends doubled).
pub(super) fn spline(knots: &[Pt]) -> Vec<Pt> {
    let Some(&last) = knots.last() else {
        return Vec::new();
    };
    let mut curve = Vec::with_capacity(knots.len() * PIECES);
    for (index, pair) in knots.windows(2).enumerate() {
        let (b, c) = (pair[0], pair[1]);
        let a = if index == 0 { b } else { knots[index - 1] };
        let d = knots.get(index + 2).copied().unwrap_or(c);
        for step in 0..PIECES {
            let t = step as f32 / PIECES as f32;
            curve.push((cubic(a.0, b.0, c.0, d.0, t), cubic(a.1, b.1, c.1, d.1, t)));
        }
    }
    curve.push(last);
    curve
}

fn cubic(a: f32, b: f32, c: f32, d: f32, t: f32) -> f32 {
    0.5 * (2.0 * b
        + t * ((c - a) + t * ((2.0 * a - 5.0 * b + 4.0 * c - d) + t * (3.0 * (b - c) + d - a))))
}

/// A straight line in enough pieces to be bent afterwards.
pub(super) fn line(from: Pt, to: Pt) -> Vec<Pt> {
    let pieces = 4 + (distance(from, to) * 1.5) as usize;
    (0..=pieces)
        .map(|step| mix(from, to, step as f32 / pieces as f32))
        .collect()
}

/// Several curves one after the other.
pub(super) fn join(curves: &[&[Pt]]) -> Vec<Pt> {
    curves.concat()
}

/// The closed band of constant width along a curve: `width / 2` to each side.
pub(super) fn band(curve: &[Pt], width: f32) -> Vec<Pt> {
    let mut left = offset(curve, width / 2.0);
    let mut right = offset(curve, -width / 2.0);
    right.reverse();
    left.append(&mut right);
    left
}

/// The curve moved sideways; positive is to the left of its direction.
pub(super) fn offset(curve: &[Pt], by: f32) -> Vec<Pt> {
    (0..curve.len())
        .map(|index| {
            let before = curve[index.saturating_sub(1)];
            let after = curve[(index + 1).min(curve.len() - 1)];
            let (dx, dy) = (after.0 - before.0, after.1 - before.1);
            let norm = dx.hypot(dy).max(1e-6);
            let here = curve[index];
            (here.0 - dy / norm * by, here.1 + dx / norm * by)
        })
        .collect()
}

/// The point and unit direction at a fraction of a curve's length.
pub(super) fn along(curve: &[Pt], fraction: f32) -> (Pt, Pt) {
    let total: f32 = curve
        .windows(2)
        .map(|pair| distance(pair[0], pair[1]))
        .sum();
    let mut rest = total * fraction.clamp(0.0, 1.0);
    for pair in curve.windows(2) {
        let length = distance(pair[0], pair[1]);
        if rest <= length && length > 1e-6 {
            let direction = (
                (pair[1].0 - pair[0].0) / length,
                (pair[1].1 - pair[0].1) / length,
            );
            return (mix(pair[0], pair[1], rest / length), direction);
        }
        rest -= length;
    }
    (curve.last().copied().unwrap_or_default(), (1.0, 0.0))
}

/// The part of a curve between two fractions of its length.
pub(super) fn part(curve: &[Pt], from: f32, to: f32) -> Vec<Pt> {
    let steps = 16;
    (0..=steps)
        .map(|step| along(curve, from + (to - from) * step as f32 / steps as f32).0)
        .collect()
}

/// An ellipse around a centre.
pub(super) fn ellipse(centre: Pt, radius_x: f32, radius_y: f32) -> Vec<Pt> {
    (0..28)
        .map(|step| {
            let angle = step as f32 / 28.0 * std::f32::consts::TAU;
            (
                centre.0 + radius_x * angle.cos(),
                centre.1 + radius_y * angle.sin(),
            )
        })
        .collect()
}

/// A star with five points, or a flower or blob with other depths and counts.
pub(super) fn star(centre: Pt, radius: f32, points: usize, inner: f32) -> Vec<Pt> {
    (0..points * 2)
        .map(|step| {
            let angle = step as f32 / (points * 2) as f32 * std::f32::consts::TAU
                + std::f32::consts::FRAC_PI_2;
            let reach = if step % 2 == 0 {
                radius
            } else {
                radius * inner
            };
            (
                centre.0 + reach * angle.cos(),
                centre.1 + reach * angle.sin(),
            )
        })
        .collect()
}

/// The point between two others.
pub(super) fn mix(from: Pt, to: Pt, t: f32) -> Pt {
    (from.0 + (to.0 - from.0) * t, from.1 + (to.1 - from.1) * t)
}

/// The distance of two points.
pub(super) fn distance(a: Pt, b: Pt) -> f32 {
    (a.0 - b.0).hypot(a.1 - b.1)
}

/// 0 below `low`, 1 above `high`, smooth between.
pub(super) fn smoothstep(low: f32, high: f32, x: f32) -> f32 {
    let t = ((x - low) / (high - low)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// Least and greatest coordinates of some points: `(x0, y0, x1, y1)`.
pub(super) fn bounds(points: &[Pt]) -> (f32, f32, f32, f32) {
    points.iter().fold(
        (f32::MAX, f32::MAX, f32::MIN, f32::MIN),
        |(x0, y0, x1, y1), &(x, y)| (x0.min(x), y0.min(y), x1.max(x), y1.max(y)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splines_pass_through_their_knots() {
        let knots = [(0.0, 0.0), (1.0, 2.0), (3.0, 1.0)];
        let curve = spline(&knots);
        for knot in knots {
            assert!(curve.iter().any(|&point| distance(point, knot) < 1e-4));
        }
        assert!(spline(&[]).is_empty());
    }

    #[test]
    fn half_way_along_a_line_is_its_middle() {
        let (point, direction) = along(&line((0.0, 0.0), (4.0, 0.0)), 0.5);
        assert!(distance(point, (2.0, 0.0)) < 1e-3);
        assert!(distance(direction, (1.0, 0.0)) < 1e-3);
    }

    #[test]
    fn a_band_is_as_wide_as_asked() {
        let (_, low, _, high) = bounds(&band(&line((0.0, 0.0), (5.0, 0.0)), 2.0));
        assert!((high - low - 2.0).abs() < 1e-3);
    }
}
