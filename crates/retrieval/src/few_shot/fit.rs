//! The few-shot fit: a logistic regression on labelled examples, with the gallery's background beside them.

use modulens_schema::HeadWeights;

use super::span::{Span, dot};
use super::{FeatureStatistics, FewShotClassifier, FewShotConfig};
use crate::head::lbfgs;
use crate::{Head, RetrievalError};

/// Bound of the logits of the sampled images. Beyond it, the difference to certainty would be lost in rounding.
const LIMIT: f64 = 12.0;
/// Strength of the penalty on the bias: enough to keep it finite, too little to matter.
const BIAS: f64 = 0.01;
/// Examples, background included, that are fitted in the space that they span.
const MOST_SPANNED: usize = 512;
/// Logit of every image where nothing is labelled: one in ten.
const UNKNOWN: f64 = -2.2;

/// A standardised image with its label and its weight.
struct Example<'a> {
    /// Its channels, or its coordinates in the space of all examples; those that are missing are 0.
    row: &'a [f64],
    yes: bool,
    weight: f64,
}

/// Fits a classifier to the rows `[n, D]` of images that show something and of images that do not.
///
/// `labelled` are these images, ascending: they are no background. The same labels give the same classifier.
///
/// # Errors
/// Rows of another length than the statistics', or not finite.
pub fn fit(
    statistics: &FeatureStatistics,
    yes: &[f32],
    no: &[f32],
    labelled: &[usize],
    config: &FewShotConfig,
) -> Result<FewShotClassifier, RetrievalError> {
    let dim = statistics.dim();
    for rows in [yes, no] {
        let what = "the labelled images";
        RetrievalError::length(what, rows.len(), rows.len().next_multiple_of(dim.max(1)))?;
        if rows.iter().any(|value| !value.is_finite()) {
            return Err(RetrievalError::NotFinite { what });
        }
    }
    let (yes, no) = (statistics.standardise(yes), statistics.standardise(no));
    if yes.is_empty() && no.is_empty() {
        return classifier(statistics, &vec![0.0; dim], UNKNOWN);
    }
    let example = |yes, weight| move |row| Example { row, yes, weight };
    let rows = |table| <[f64]>::chunks_exact(table, dim.max(1));
    let mut examples: Vec<Example<'_>> = rows(&yes).map(example(true, 1.0)).collect();
    examples.extend(rows(&no).map(example(false, 1.0)));
    let background: Vec<&[f64]> = statistics.background(labelled).collect();
    let weight = config.background / background.len().max(1) as f64;
    let stands_for = yes.is_empty();
    examples.extend(background.into_iter().map(example(stands_for, weight)));

    // The space of many rows costs more to find than it saves.
    let span = (examples.len() <= MOST_SPANNED)
        .then(|| Span::new(examples.iter().map(|example| example.row).collect()));
    if let Some(span) = &span {
        for (at, example) in examples.iter_mut().enumerate() {
            example.row = span.coordinates(at);
        }
    }
    let mut parameters = vec![0.0; span.as_ref().map_or(dim, Span::dim) + 1];
    lbfgs::minimise(&mut parameters, 100, 1e-6, |parameters, gradient| {
        loss(&examples, config, parameters, gradient)
    });
    let (weights, bias) = parameters.split_at(parameters.len() - 1);
    let weights = match &span {
        Some(span) => span.vector(weights, dim),
        None => weights.to_vec(),
    };
    let seen = rows(&statistics.rows).chain(rows(&yes)).chain(rows(&no));
    let highest = seen
        .map(|row| (dot(&weights, row) + bias[0]).abs())
        .fold(0.0, f64::max);
    let calm = (LIMIT / highest).min(1.0);
    let weights: Vec<f64> = weights.iter().map(|weight| weight * calm).collect();
    classifier(statistics, &weights, bias[0] * calm)
}

/// The penalised logistic loss, and its gradient.
fn loss(
    examples: &[Example<'_>],
    config: &FewShotConfig,
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

/// The classifier of weights on standardised channels: standardising is folded into the head.
fn classifier(
    statistics: &FeatureStatistics,
    weights: &[f64],
    bias: f64,
) -> Result<FewShotClassifier, RetrievalError> {
    let folded: Vec<f64> = weights
        .iter()
        .zip(&statistics.scale)
        .map(|(weight, scale)| weight * scale)
        .collect();
    let bias = bias - dot(&folded, &statistics.mean);
    let dim = statistics.dim();
    let mut weight = vec![0.0_f32; dim];
    weight.extend(folded.iter().map(|&weight| weight as f32));
    let head = Head::new(
        HeadWeights {
            weight,
            bias: vec![0.0, bias as f32],
        },
        dim,
    )?;
    let weights = &weights[..statistics.first_block];
    let greatest = weights.iter().map(|one| one.abs()).fold(0.0, f64::max);
    let scaling = weights.iter().map(|one| match greatest > 0.0 {
        true => (one.abs() / greatest) as f32,
        false => 0.0,
    });
    Ok(FewShotClassifier {
        head,
        scaling: scaling.collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Random;
    use crate::few_shot::Block;

    const DIM: usize = 6;
    const ONE_BLOCK: [Block; 1] = [Block {
        len: DIM,
        share: 1.0,
    }];

    /// Images whose first channel tells what is to be learned; the last one is constant.
    fn world(images: usize) -> (FeatureStatistics, Vec<f32>) {
        let mut random = Random::new(5);
        let mut rows = Vec::with_capacity(images * DIM);
        for image in 0..images {
            rows.push(if image % 4 == 0 { 1.0 } else { -1.0 } + random.unit() * 0.5);
            rows.extend((2..DIM).map(|_| random.unit()));
            rows.push(0.125);
        }
        let sample = FeatureStatistics::sample(images);
        let seen: Vec<f32> = sample.iter().flat_map(|&image| row(&rows, image)).collect();
        (
            FeatureStatistics::new(sample, &seen, &ONE_BLOCK).expect("finite"),
            rows,
        )
    }

    fn row(rows: &[f32], image: usize) -> Vec<f32> {
        rows[image * DIM..][..DIM].to_vec()
    }

    fn fitted_to(yes: &[usize], no: &[usize]) -> (FewShotClassifier, Vec<f32>) {
        let (statistics, rows) = world(300);
        let of = |images: &[usize]| -> Vec<f32> {
            images.iter().flat_map(|&image| row(&rows, image)).collect()
        };
        let mut labelled = [yes, no].concat();
        labelled.sort_unstable();
        let config = FewShotConfig::default();
        let classifier = fit(&statistics, &of(yes), &of(no), &labelled, &config).expect("fits");
        let p = rows
            .chunks_exact(DIM)
            .map(|row| classifier.head.probabilities(row).expect("fits")[1])
            .collect();
        (classifier, p)
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
    fn a_few_examples_of_any_kind_find_the_others() {
        for (yes, no, least) in [
            (&[0, 4, 8][..], &[1, 2, 3][..], 0.99),
            (&[0, 4, 8], &[], 0.95),
            (&[0], &[], 0.8),
            (&[0], &[1], 0.8),
            (&[], &[1, 2, 3], 0.8),
        ] {
            let (classifier, p) = fitted_to(yes, no);
            assert!(order(&p) > least, "{yes:?} {no:?}: {}", order(&p));
            let scaling = classifier.scaling;
            assert!(scaling.contains(&1.0) && scaling[DIM - 1] == 0.0);
            // A few of one kind cannot say which of their channels is meant.
            assert!(scaling[0] == 1.0 || yes.len().min(no.len()) < 3);
            assert!(p.iter().all(|&p| p > 0.0 && p < 1.0));
        }
    }

    #[test]
    fn what_is_rare_is_not_called_likely_everywhere() {
        let (_, p) = fitted_to(&[0, 4, 8, 12, 16], &[1]);
        let likely = p.iter().filter(|&&p| p > 0.5).count();
        assert!((60..110).contains(&likely), "{likely} of 300; 75 are");
    }

    #[test]
    fn many_examples_are_surer_than_few_and_never_certain() {
        let (_, few) = fitted_to(&[0, 4], &[1, 2]);
        let yes: Vec<usize> = (0..75).map(|at| at * 4).collect();
        let no: Vec<usize> = (0..300).filter(|at| at % 4 > 0).collect();
        let (_, many) = fitted_to(&yes, &no);
        assert!(many[100] > few[100], "{} {}", many[100], few[100]);
        assert!(many.iter().all(|&p| p > 1e-6 && p < 1.0 - 1e-6));
    }

    #[test]
    fn very_many_examples_are_fitted_like_fewer() {
        let images: Vec<usize> = (0..300).collect();
        let part = |kind: usize, count: usize| -> Vec<usize> {
            let of_kind = images
                .iter()
                .copied()
                .filter(|at| (at % 4 == 0) == (kind == 1));
            of_kind.cycle().take(count).collect()
        };
        // As many times each: the loss is a multiple, which the penalty hardly sees.
        let (_, within) = fitted_to(&part(1, 75), &part(0, 225));
        let (_, beyond) = fitted_to(&part(1, 300), &part(0, 900));
        assert!(order(&within) > 0.99 && order(&beyond) > 0.99);
    }

    #[test]
    fn nothing_labelled_means_nothing_is_likely() {
        let (classifier, p) = fitted_to(&[], &[]);
        assert!(p.iter().all(|&one| one == p[0] && one < 0.2));
        assert_eq!(classifier.scaling, [0.0; DIM]);
    }

    #[test]
    fn rows_that_do_not_fit_are_errors() {
        let (statistics, _) = world(20);
        let fit = |yes: &[f32]| fit(&statistics, yes, &[], &[], &FewShotConfig::default());
        assert!(fit(&[1.0; DIM + 1]).is_err());
        assert!(fit(&[f32::NAN; DIM]).is_err());
    }

    #[test]
    fn a_gallery_whose_images_are_all_alike_teaches_nothing_and_breaks_nothing() {
        let statistics = FeatureStatistics::new(vec![0, 1], &[0.5; 2 * DIM], &ONE_BLOCK);
        let statistics = statistics.expect("finite");
        let classifier = fit(
            &statistics,
            &[0.5; DIM],
            &[],
            &[0],
            &FewShotConfig::default(),
        );
        let classifier = classifier.expect("fits");
        let p = classifier.head.probabilities(&[0.5; DIM]).expect("fits");
        assert!(p[1] > 0.0 && p[1] < 1.0, "{p:?}");
        assert_eq!(classifier.scaling, [0.0; DIM]);
    }
}
