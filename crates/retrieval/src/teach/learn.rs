//! The fit: a logistic regression on the marks, with the gallery's background beside them.

use modulens_bundle::ReadoutWeights;

use super::{Ground, Taught, TeachConfig};
use crate::readout::lbfgs;
use crate::{Readout, RetrievalError};

/// The most a logit may be among the images looked at. Beyond it, the difference to certainty would be lost in rounding.
const LIMIT: f64 = 12.0;
/// Strength of the penalty on the bias: enough to keep it finite, too little to matter.
const BIAS: f64 = 0.01;
/// The logit of everything where nothing was marked: one in ten.
const UNKNOWN: f64 = -2.2;

/// A standardised image, whether it counts as showing the task, and how much.
struct Example<'a> {
    row: &'a [f64],
    yes: bool,
    weight: f64,
}

/// Learns a task from the unmodulated embeddings `[n, D]` of images that show it and of images that do not.
///
/// `marked` are these images, ascending: they are no background. The same marks give the same task.
///
/// # Errors
/// Embeddings of another length than the ground's, or not finite.
pub fn learn(
    ground: &Ground,
    yes: &[f32],
    no: &[f32],
    marked: &[usize],
    config: &TeachConfig,
) -> Result<Taught, RetrievalError> {
    let dim = ground.dim();
    for rows in [yes, no] {
        let what = "the marked images' embeddings";
        RetrievalError::length(what, rows.len(), rows.len().next_multiple_of(dim.max(1)))?;
        if rows.iter().any(|value| !value.is_finite()) {
            return Err(RetrievalError::NotFinite { what });
        }
    }
    let (yes, no) = (ground.standardise(yes), ground.standardise(no));
    if yes.is_empty() && no.is_empty() {
        return taught(ground, &vec![0.0; dim], UNKNOWN);
    }
    let example = |yes, weight| move |row| Example { row, yes, weight };
    let rows = |table| <[f64]>::chunks_exact(table, dim.max(1));
    let mut examples: Vec<Example<'_>> = rows(&yes).map(example(true, 1.0)).collect();
    examples.extend(rows(&no).map(example(false, 1.0)));
    let background: Vec<&[f64]> = ground.background(marked).collect();
    let weight = config.background / background.len().max(1) as f64;
    let stands_for = yes.is_empty();
    examples.extend(background.into_iter().map(example(stands_for, weight)));

    let mut parameters = vec![0.0; dim + 1];
    lbfgs::minimise(&mut parameters, 100, 1e-6, |parameters, gradient| {
        loss(&examples, config, parameters, gradient)
    });
    let (weights, bias) = parameters.split_at(dim);
    let seen = ground.rows.iter().chain(&yes).chain(&no);
    let seen: Vec<f64> = seen.copied().collect();
    let highest = rows(&seen)
        .map(|row| (dot(weights, row) + bias[0]).abs())
        .fold(0.0, f64::max);
    let calm = (LIMIT / highest).min(1.0);
    let weights: Vec<f64> = weights.iter().map(|weight| weight * calm).collect();
    taught(ground, &weights, bias[0] * calm)
}

/// The penalised logistic loss, and its gradient.
fn loss(
    examples: &[Example<'_>],
    config: &TeachConfig,
    parameters: &[f64],
    gradient: &mut [f64],
) -> f64 {
    let Some((&bias, weights)) = parameters.split_last() else {
        return 0.0;
    };
    let Some((bias_slope, slopes)) = gradient.split_last_mut() else {
        return 0.0;
    };
    let mut loss = 0.5 * (BIAS * bias * bias + config.l2 * dot(weights, weights));
    *bias_slope = BIAS * bias;
    for (slope, weight) in slopes.iter_mut().zip(weights) {
        *slope = config.l2 * weight;
    }
    for Example { row, yes, weight } in examples {
        let logit = dot(weights, row) + bias;
        let wrong = if *yes { -logit } else { logit };
        // ln(1 + e^x) without overflow.
        loss += weight * (wrong.max(0.0) + (-wrong.abs()).exp().ln_1p());
        let error = weight * (1.0 / (1.0 + (-logit).exp()) - f64::from(u8::from(*yes)));
        for (slope, value) in slopes.iter_mut().zip(*row) {
            *slope += error * value;
        }
        *bias_slope += error;
    }
    loss
}

/// The task of weights on standardised channels: standardising is folded into the readout.
fn taught(ground: &Ground, weights: &[f64], bias: f64) -> Result<Taught, RetrievalError> {
    let folded: Vec<f64> = weights
        .iter()
        .zip(&ground.scale)
        .map(|(weight, scale)| weight * scale)
        .collect();
    let bias = bias - dot(&folded, &ground.mean);
    let dim = ground.dim();
    let mut weight = vec![0.0_f32; dim];
    weight.extend(folded.iter().map(|&weight| weight as f32));
    let readout = Readout::new(
        ReadoutWeights {
            weight,
            bias: vec![0.0, bias as f32],
        },
        dim,
    )?;
    let greatest = weights.iter().map(|one| one.abs()).fold(0.0, f64::max);
    let scaling = weights.iter().map(|one| match greatest > 0.0 {
        true => (one.abs() / greatest) as f32,
        false => 0.0,
    });
    Ok(Taught {
        readout,
        scaling: scaling.collect(),
    })
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Random;

    const DIM: usize = 6;

    /// Images whose first channel tells what is to be learned; the last one is constant.
    fn world(images: usize) -> (Ground, Vec<f32>) {
        let mut random = Random::new(5);
        let mut rows = Vec::with_capacity(images * DIM);
        for image in 0..images {
            rows.push(if image % 4 == 0 { 1.0 } else { -1.0 } + random.unit() * 0.5);
            rows.extend((2..DIM).map(|_| random.unit()));
            rows.push(0.125);
        }
        let sample = Ground::sample(images);
        let seen: Vec<f32> = sample.iter().flat_map(|&image| row(&rows, image)).collect();
        (Ground::new(sample, &seen, DIM).expect("finite"), rows)
    }

    fn row(rows: &[f32], image: usize) -> Vec<f32> {
        rows[image * DIM..][..DIM].to_vec()
    }

    fn taught_by(yes: &[usize], no: &[usize]) -> (Taught, Vec<f32>) {
        let (ground, rows) = world(300);
        let of = |images: &[usize]| -> Vec<f32> {
            images.iter().flat_map(|&image| row(&rows, image)).collect()
        };
        let mut marked = [yes, no].concat();
        marked.sort_unstable();
        let config = TeachConfig::default();
        let taught = learn(&ground, &of(yes), &of(no), &marked, &config).expect("learns");
        let p = rows
            .chunks_exact(DIM)
            .map(|row| taught.readout.probabilities(row).expect("fits")[1])
            .collect();
        (taught, p)
    }

    /// The share of pairs that are in the right order.
    fn order(p: &[f32]) -> f64 {
        let (mut right, mut all) = (0.0, 0.0);
        for yes in p.iter().step_by(4) {
            for no in p.iter().enumerate().filter(|(image, _)| image % 4 > 0) {
                right += f64::from(u8::from(yes > no.1));
                all += 1.0;
            }
        }
        right / all
    }

    #[test]
    fn a_few_marks_of_any_kind_find_the_others() {
        for (yes, no, least) in [
            (&[0, 4, 8][..], &[1, 2, 3][..], 0.99),
            (&[0, 4, 8], &[], 0.95),
            (&[0], &[], 0.8),
            (&[0], &[1], 0.8),
            (&[], &[1, 2, 3], 0.8),
        ] {
            let (taught, p) = taught_by(yes, no);
            assert!(order(&p) > least, "{yes:?} {no:?}: {}", order(&p));
            let scaling = taught.scaling;
            assert!(scaling.contains(&1.0) && scaling[DIM - 1] == 0.0);
            // A few of one kind cannot say which of their channels is meant.
            assert!(scaling[0] == 1.0 || yes.len().min(no.len()) < 3);
            assert!(p.iter().all(|&p| p > 0.0 && p < 1.0));
        }
    }

    #[test]
    fn what_is_rare_is_not_called_likely_everywhere() {
        let (_, p) = taught_by(&[0, 4, 8, 12, 16], &[1]);
        let likely = p.iter().filter(|&&p| p > 0.5).count();
        assert!((60..110).contains(&likely), "{likely} of 300; 75 are");
    }

    #[test]
    fn many_marks_are_surer_than_few_and_never_certain() {
        let (_, few) = taught_by(&[0, 4], &[1, 2]);
        let yes: Vec<usize> = (0..75).map(|at| at * 4).collect();
        let no: Vec<usize> = (0..300).filter(|at| at % 4 > 0).collect();
        let (_, many) = taught_by(&yes, &no);
        assert!(many[100] > few[100], "{} {}", many[100], few[100]);
        assert!(many.iter().all(|&p| p > 1e-6 && p < 1.0 - 1e-6));
    }

    #[test]
    fn nothing_marked_means_nothing_is_likely() {
        let (taught, p) = taught_by(&[], &[]);
        assert!(p.iter().all(|&one| one == p[0] && one < 0.2));
        assert_eq!(taught.scaling, [0.0; DIM]);
    }

    #[test]
    fn embeddings_that_do_not_fit_are_errors() {
        let (ground, _) = world(20);
        let learn = |yes: &[f32]| learn(&ground, yes, &[], &[], &TeachConfig::default());
        assert!(learn(&[1.0; DIM + 1]).is_err());
        assert!(learn(&[f32::NAN; DIM]).is_err());
    }

    #[test]
    fn a_gallery_whose_images_are_all_alike_teaches_nothing_and_breaks_nothing() {
        let ground = Ground::new(vec![0, 1], &[0.5; 2 * DIM], DIM).expect("finite");
        let taught = learn(&ground, &[0.5; DIM], &[], &[0], &TeachConfig::default());
        let taught = taught.expect("learns");
        let p = taught.readout.probabilities(&[0.5; DIM]).expect("fits");
        assert!(p[1] > 0.0 && p[1] < 1.0, "{p:?}");
        assert_eq!(taught.scaling, [0.0; DIM]);
    }
}
