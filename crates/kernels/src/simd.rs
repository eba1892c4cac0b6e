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
    match values.first_chunk() {
        Some(whole) => f32x8::new(*whole),
        None => load_some(values),
    }
}

/// As many as there is room for.
#[inline(always)]
pub(crate) fn store(lanes: f32x8, out: &mut [f32]) {
    match out.first_chunk_mut() {
        Some(whole) => *whole = lanes.to_array(),
        None => store_some(lanes, out),
    }
}

/// Functions of their own: with a copy of any length beside it, the vector is written to the stack first.
#[cold]
#[inline(never)]
fn load_some(values: &[f32]) -> f32x8 {
    gather(0, values.len(), |at| values[at])
}

#[cold]
#[inline(never)]
fn store_some(lanes: f32x8, out: &mut [f32]) {
    for (out, lane) in out.iter_mut().zip(lanes.to_array()) {
        *out = lane;
    }
}

#[inline(always)]
pub(crate) fn activate<const P: usize>(sums: &mut [f32x8; P], activation: Activation) {
    match activation {
        Activation::None => {}
        Activation::Relu => {
            for sum in sums {
                *sum = sum.fast_max(f32x8::ZERO);
            }
        }
        Activation::Relu6 => {
            for sum in sums {
                *sum = sum.fast_max(f32x8::ZERO).fast_min(f32x8::splat(6.0));
            }
        }
    }
}
