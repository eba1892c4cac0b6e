//! Eight numbers at a time.

use wide::f32x8;

use crate::Activation;

pub(crate) const LANES: usize = 8;

/// Eight values from a number on; zeros behind the last.
pub(crate) fn gather(first: usize, count: usize, value: impl Fn(usize) -> f32) -> f32x8 {
    f32x8::new(std::array::from_fn(|lane| {
        let at = first + lane;
        if at < count { value(at) } else { 0.0 }
    }))
}

/// Up to eight numbers, and zeros.
#[inline(always)]
pub(crate) fn load(values: &[f32]) -> f32x8 {
    f32x8::new(values.first_chunk().copied().unwrap_or_else(|| {
        let mut lanes = [0.0; LANES];
        lanes[..values.len()].copy_from_slice(values);
        lanes
    }))
}

/// As many as there is room for.
#[inline(always)]
pub(crate) fn store(lanes: f32x8, out: &mut [f32]) {
    let lanes = lanes.to_array();
    match out.first_chunk_mut() {
        Some(whole) => *whole = lanes,
        None => out.copy_from_slice(&lanes[..out.len()]),
    }
}

#[inline(always)]
pub(crate) fn activate(values: f32x8, activation: Activation) -> f32x8 {
    match activation {
        Activation::None => values,
        Activation::Relu => values.fast_max(f32x8::ZERO),
        Activation::Relu6 => values.fast_max(f32x8::ZERO).fast_min(f32x8::splat(6.0)),
    }
}
