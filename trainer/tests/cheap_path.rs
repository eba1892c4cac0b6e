//! The cheap path ranks like the full one: cached features and the folded SIMD tail against the whole network,
//! layer after layer, for every image as a query, every task and every value.

mod common;

use std::{fs, path::Path};

use burn::tensor::{Device, Int, Tensor, TensorData};
use modulens_bundle::{Bundle, Features, HeadWeights, Heads};
use modulens_model::{
    Backbone, Head as NetworkHead, MaskStart, Modulation, Network, NetworkConfig, Site, Stem,
    weights,
};
use modulens_retrieval::{
    Clause, Embeddings, Gallery, Head, Random, Tail, rank_all, similarity_score,
};

const IMAGES: usize = 48;
const VALUES: [usize; 3] = [2, 3, 5];

fn config(sites: &[Site]) -> NetworkConfig {
    NetworkConfig {
        backbone: Backbone::Small {
            widths: vec![8, 16, 24],
            input: 32,
            stem: Stem::Full,
        },
        embedding: 20,
        tasks: VALUES.len(),
        sites: sites.to_vec(),
        modulation: Modulation::Vector,
        embedding_start: MaskStart::Disjoint { rest: 0.1 },
        stage_start: MaskStart::Ones,
        attention: false,
        head: NetworkHead::default(),
    }
}

/// Smooth random pictures `[N, 3, 32, 32]`, all different.
fn pictures(device: &Device) -> Tensor<4> {
    let mut random = Random::new(9);
    let mut values = Vec::new();
    for _ in 0..IMAGES * 3 {
        let [a, b, c] = std::array::from_fn(|_| 0.4 * random.unit());
        values.extend((0..1024).map(|i| {
            let (x, y) = ((i % 32) as f32, (i / 32) as f32);
            (a * x + 5.0 * b).sin() * (b * y + 7.0 * c).cos() + c * random.unit()
        }));
    }
    Tensor::from_data(TensorData::new(values, [IMAGES, 3, 32, 32]), device)
}

fn heads() -> Heads {
    let mut random = Random::new(31);
    let mut draw = |n: usize| {
        (0..n)
            .map(|_| 4.0 * random.unit() - 2.0)
            .collect::<Vec<f32>>()
    };
    let tasks = VALUES.map(|values| HeadWeights {
        weight: draw(20 * values),
        bias: draw(values),
    });
    Heads {
        embedding: 20,
        tasks: tasks.to_vec(),
    }
}

/// Checks that two rankings agree: scores within the tolerance, and every pair of images whose
/// scores really differ in the same order. Returns the number of those pairs.
fn agree(cheap: &[f32], full: &[f32], tolerance: f32) -> usize {
    for (cheap, full) in cheap.iter().zip(full) {
        assert!((cheap - full).abs() < tolerance, "{cheap} {full}");
    }
    let mut place = vec![0; cheap.len()];
    for (at, ranked) in rank_all(cheap).iter().enumerate() {
        place[ranked.index] = at;
    }
    let mut pairs = 0;
    for a in 0..full.len() {
        for b in 0..full.len() {
            if full[a] > full[b] + 2.0 * tolerance {
                assert!(place[a] < place[b], "{a} and {b} changed places");
                pairs += 1;
            }
        }
    }
    pairs
}

/// Holds every ranking of some images under every task and value against the full pass. Of two images whose scores
/// are equal within the tolerance either may come first; at least the share `distinct` of all pairs must have an
/// order.
fn hold(network: &Network, images: &Tensor<4>, heads: &Heads, tolerance: f32, distinct: f32) {
    let device = Device::flex();
    let config = network.config();
    let [count, ..] = images.dims();
    let flat = |data: TensorData| data.convert::<f32>().try_into_vec::<f32>().expect("floats");

    let rows = flat(network.trunk(images.clone()).into_data());
    let features = Features::new(count, rows.len() / count, rows).expect("fits");
    let tail = Tail::new(network.fold_tail().expect("a late tail")).expect("a tail");
    let mut gallery = Gallery::new(tail, heads, features).expect("fits");

    let mut pairs = 0;
    for (task, weights) in heads.tasks.iter().enumerate() {
        let tasks = Tensor::<1, Int>::full([count], task as i64, &device);
        let full = flat(network.forward(images.clone(), tasks).into_data());
        let full = Embeddings::from_unit_rows(count, config.embedding, full).expect("fits");
        for query in 0..count {
            let example = gallery.features().row(query).to_vec();
            let query_by_example = Clause::similar(task, example).into();
            let cheap = gallery.rank(&query_by_example, &[]).expect("ranks").scores;
            let whole = full.cosines(full.row(query)).expect("fits");
            let whole: Vec<f32> = whole.into_iter().map(similarity_score).collect();
            pairs += agree(&cheap, &whole, tolerance);
        }

        let values = weights.bias.len();
        let head = Head::new(weights.clone(), config.embedding).expect("fits");
        let whole = head.probabilities_of_all(&full).expect("fits");
        for value in 0..values {
            let query = Clause::any_of(task, [value]).into();
            let cheap = gallery.rank(&query, &[]).expect("ranks").scores;
            let whole: Vec<f32> = whole.chunks_exact(values).map(|row| row[value]).collect();
            assert!(agree(&cheap, &whole, tolerance) > 0);
        }
    }
    let all = heads.tasks.len() * count * count * (count - 1) / 2;
    assert!(
        pairs as f32 >= distinct * all as f32,
        "only {pairs} of {all} pairs have distinct scores"
    );
}

fn check(sites: &[Site]) {
    let device = Device::flex();
    let network = common::random_network(&config(sites), &device);
    hold(&network, &pictures(&device), &heads(), 1e-6, 0.9);
}

/// The network of a default gallery on pictures of that gallery.
fn check_shipped(name: &str) {
    let device = Device::flex();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../www/galleries");
    let bundle = Bundle::open(folder.join(name)).expect("a bundle");
    let config: NetworkConfig =
        serde_json::from_value(bundle.manifest.network.clone()).expect("a network");
    let weights = bundle.weights().expect("weights");
    let network = weights::from_safetensors(&config, &weights, &device).expect("fits");
    let input = &bundle.manifest.input;
    let mut values = vec![0.0; IMAGES * input.len()];
    for (at, values) in values.chunks_exact_mut(input.len()).enumerate() {
        let index = at * bundle.ids.len() / IMAGES;
        let path = bundle.manifest.picture_path(index).expect("a picture");
        let encoded = fs::read(folder.join(name).join(path)).expect("read");
        modulens_dataset::load_picture(&encoded, input, values).expect("decodes");
    }
    let side = input.size as usize;
    let images = Tensor::from_data(TensorData::new(values, [IMAGES, 3, side, side]), &device);
    // A trained network puts many pictures in nearly the same place, and its heads are steep.
    hold(&network, &images, &bundle.heads, 2e-5, 0.3);
}

#[test]
fn the_default_faces() {
    check_shipped("faces");
}

#[test]
fn the_default_shoes() {
    check_shipped("shoes");
}

#[test]
fn sites_on_the_last_stage_and_the_embedding() {
    check(&[Site::Stage(3), Site::Embedding]);
}

#[test]
fn a_site_on_the_embedding_alone() {
    check(&[Site::Embedding]);
}

#[test]
fn a_site_on_the_last_stage_alone() {
    check(&[Site::Stage(3)]);
}
