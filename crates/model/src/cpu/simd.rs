//! Vectors of the processor that the program runs on.

use pulp::{Arch, Simd, WithSimd};

/// Runs an operation with the widest vectors of this processor.
pub(super) fn run<O: WithSimd>(operation: O) -> O::Output {
    Arch::new().dispatch(operation)
}

/// Returns true where vectors have enough registers for large blocks of sums, as those of AVX-512 do.
pub(super) fn has_many_registers() -> bool {
    run(Registers) > FEW_REGISTERS
}

/// The vector registers of AVX2.
pub(super) const FEW_REGISTERS: usize = 16;

struct Registers;

impl WithSimd for Registers {
    type Output = usize;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) -> usize {
        S::REGISTER_COUNT
    }
}

/// The first `V` vectors of values, with zeros behind their end where not `WHOLE`.
#[inline(always)]
pub(super) fn load<S: Simd, const V: usize, const WHOLE: bool>(
    simd: S,
    values: &[f32],
) -> [S::f32s; V] {
    let (vectors, rest) = S::as_simd_f32s(values);
    match vectors.first_chunk() {
        Some(first) if WHOLE => *first,
        _ => std::array::from_fn(|at| match vectors.get(at) {
            Some(&vector) => vector,
            None if at == vectors.len() => simd.partial_load_f32s(rest),
            None => simd.splat_f32s(0.0),
        }),
    }
}

/// Writes vectors over values; what lies behind their end is dropped.
#[inline(always)]
pub(super) fn store<S: Simd>(simd: S, values: &mut [f32], vectors: &[S::f32s]) {
    let (to, rest) = S::as_mut_simd_f32s(values);
    for (to, &from) in to.iter_mut().zip(vectors) {
        *to = from;
    }
    if let Some(&last) = vectors.get(to.len()) {
        simd.partial_store_f32s(rest, last);
    }
}
