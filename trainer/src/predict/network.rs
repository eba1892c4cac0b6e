//! The network of a bundle with its heads: from square images to probabilities.

use burn::tensor::{Device, Tensor, TensorData};
use modulens_bundle::Bundle;
use modulens_dataset::{RgbImage, normalise};
use modulens_model::{Network, PlainTrunk};
use modulens_retrieval::domain::DomainDistance;
use modulens_retrieval::{Embeddings, Head, Tail};
use modulens_schema::InputSpec;
use modulens_training::device::{self, Backend};
use modulens_training::error::TrainerError;
use modulens_training::{domain, embed};
use rayon::prelude::*;

use crate::bundle_network;

/// Images that one thread runs through the trunk at once.
const AT_ONCE: usize = 4;

/// A network ready to predict some of its tasks, on the CPU.
#[derive(Debug)]
pub(crate) struct Predictor {
    network: Network,
    /// The faster trunk, where there is one.
    trunk: Option<PlainTrunk>,
    /// The tail without the network, where it can be folded.
    tail: Option<Tail>,
    /// The index and the head of each task that is predicted.
    heads: Vec<(usize, Head)>,
    /// The distance from the training images; `None` in an older bundle.
    domain: Option<DomainDistance>,
    input: InputSpec,
    feature_shape: [usize; 3],
    embedding: usize,
    device: Device,
}

/// The predictions of some images.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Predicted {
    /// Number of images `N`.
    pub images: usize,
    /// `[N, C]`.
    pub features: Vec<f32>,
    /// Per task `[N, D]`, of unit length.
    pub embeddings: Vec<Vec<f32>>,
    /// Per task `[N, values]`.
    pub probabilities: Vec<Vec<f32>>,
    /// Per image, true if it is unlike the training images; empty where nothing is known of them.
    pub outside: Vec<bool>,
}

impl Predictor {
    /// The network of a bundle for the tasks at these indices.
    ///
    /// # Errors
    /// Weights that are missing or damaged, or parts that do not fit together.
    pub(crate) fn new(bundle: &Bundle, tasks: &[usize]) -> Result<Self, TrainerError> {
        let device = device::open(Backend::Flex)?.device;
        let network = bundle_network::load(bundle, &device)?;
        let embedding = bundle.manifest.embedding;
        let head = |&task: &usize| {
            let head = Head::new(bundle.heads.tasks[task].clone(), embedding)?;
            Ok((task, head))
        };
        Ok(Self {
            trunk: network
                .plain_trunk()
                .map_err(|error| TrainerError::Message(error.to_string()))?,
            tail: bundle.tail.clone().map(Tail::new).transpose()?,
            heads: tasks
                .iter()
                .map(head)
                .collect::<Result<_, TrainerError>>()?,
            domain: domain::distance(bundle)?,
            input: bundle.manifest.input.clone(),
            feature_shape: bundle.manifest.feature_shape,
            embedding,
            network,
            device,
        })
    }

    /// The preparation of an image as the input.
    pub(crate) fn input(&self) -> &InputSpec {
        &self.input
    }

    /// Length of an image's features.
    pub(crate) fn feature_len(&self) -> usize {
        self.feature_shape.iter().product()
    }

    /// Length of an embedding.
    pub(crate) fn embedding(&self) -> usize {
        self.embedding
    }

    /// Predicts square images of the input's size.
    ///
    /// # Errors
    /// A tensor that cannot be read back, or a network that gives something else than finite numbers.
    pub(crate) fn predict(&self, squares: &[&RgbImage]) -> Result<Predicted, TrainerError> {
        let features = match &self.trunk {
            Some(trunk) => self.plain_features(trunk, squares),
            None => self.features(squares)?,
        };
        let embeddings = match &self.tail {
            Some(tail) => self.folded(tail, &features, squares.len())?,
            None => self.unfolded(features.clone(), squares.len())?,
        };
        let probabilities = self.heads.iter().zip(&embeddings);
        let probabilities = probabilities
            .map(|((_, head), rows)| Ok(head.probabilities_of_all(rows)?))
            .collect::<Result<_, TrainerError>>()?;
        let rows = features.chunks_exact(self.feature_len().max(1));
        let outside = self.domain.iter();
        let outside = outside.flat_map(|domain| rows.clone().map(|row| domain.is_outside(row)));
        Ok(Predicted {
            images: squares.len(),
            outside: outside.collect(),
            features,
            embeddings: embeddings.iter().map(|rows| rows.data().to_vec()).collect(),
            probabilities,
        })
    }

    fn plain_features(&self, trunk: &PlainTrunk, squares: &[&RgbImage]) -> Vec<f32> {
        let groups: Vec<Vec<f32>> = squares
            .par_chunks(AT_ONCE)
            .map(|group| {
                let mut input = vec![0.0; group.len() * self.input.len()];
                let planes = input.chunks_exact_mut(self.input.len().max(1));
                for (square, out) in group.iter().zip(planes) {
                    normalise(square, &self.input, out);
                }
                trunk.features(&input)
            })
            .collect();
        groups.concat()
    }

    fn features(&self, squares: &[&RgbImage]) -> Result<Vec<f32>, TrainerError> {
        let pixels: Vec<u8> = squares
            .iter()
            .flat_map(|square| square.as_raw())
            .copied()
            .collect();
        let images = embed::input(&pixels, &self.input, &self.device);
        embed::values(self.network.trunk(images).into_data())
    }

    fn folded(
        &self,
        tail: &Tail,
        features: &[f32],
        images: usize,
    ) -> Result<Vec<Embeddings>, TrainerError> {
        self.heads
            .par_iter()
            .map(|(task, _)| {
                let mut rows = vec![0.0; images * self.embedding];
                tail.embed_rows(features, *task, &mut rows)?;
                Ok(Embeddings::from_unit_rows(images, self.embedding, rows)?)
            })
            .collect()
    }

    fn unfolded(&self, features: Vec<f32>, images: usize) -> Result<Vec<Embeddings>, TrainerError> {
        let [channels, height, width] = self.feature_shape;
        let shape = TensorData::new(features, [images, channels, height, width]);
        let embedded = self
            .network
            .tail_all(Tensor::<4>::from_data(shape, &self.device));
        let [_, tasks, length] = embedded.dims();
        let all = embed::values(embedded.into_data())?;
        let of_task = |(task, _): &(usize, Head)| {
            let rows = all.chunks_exact(tasks * length);
            let rows = rows.flat_map(|row| &row[task * length..][..length]);
            Ok(Embeddings::from_unit_rows(
                images,
                length,
                rows.copied().collect(),
            )?)
        };
        self.heads.iter().map(of_task).collect()
    }
}
