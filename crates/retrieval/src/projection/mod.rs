//! Images as points in the plane, close to one another where they are similar.
//!
//! The method is that of UMAP (`McInnes`, Healy, Melville 2018, arXiv:1802.03426): a graph of nearest neighbours, its
//! edges weighted by how near they are for their image, laid out by stochastic gradient descent in which neighbours
//! attract one another and random others repel. Neighbours are exact, and the similarity in the plane is
//! `1 / (1 + a d^2)`, UMAP's with `b = 1`, whose gradient needs no power.
//!
//! There are packages for this; those at hand (`umap-rs`, `bhtsne`) need threads, panic on what they do not expect, and
//! lay out the same images differently each time.

mod graph;
mod layout;
mod neighbours;
mod start;

use crate::{Embeddings, Random};

/// Neighbours of an image in the graph.
pub const NEIGHBOURS: usize = 15;

/// The seed of the layout: the same images lie the same way each time.
const SEED: u64 = 7;

/// A layout under way. Each step moves all points once; it may be stopped and shown at any time.
#[derive(Clone, Debug)]
pub struct Projection {
    layout: layout::Layout,
}

impl Projection {
    /// Begins to lay out images by their embeddings, from where they were in another layout (`[N, 2]`), or from their
    /// two principal components if `from` has another length.
    pub fn new(embeddings: &Embeddings, from: &[f32]) -> Self {
        let neighbours = neighbours::nearest(embeddings, NEIGHBOURS);
        let edges = graph::edges(&neighbours);
        let goes_on = from.len() == 2 * embeddings.rows();
        let start = match goes_on {
            true => start::spread(from),
            false => start::principal(embeddings),
        };
        Self {
            layout: layout::Layout::new(start, edges, Random::new(SEED), goes_on),
        }
    }

    /// Moves all points once; false once the layout is finished.
    pub fn step(&mut self) -> bool {
        self.layout.step()
    }

    /// Share of the layout that is done, 0 to 1.
    pub fn done(&self) -> f32 {
        self.layout.done()
    }

    /// The points `[N, 2]`, in the square from 0 to 1; the longer side fills it, the shorter one is centred.
    pub fn points(&self) -> Vec<f32> {
        start::fit(self.layout.points())
    }
}

/// The share of the nearest neighbours of each image that are among as many nearest points, as the mean over images:
/// how much of the similarity the plane keeps.
pub fn kept_neighbours(embeddings: &Embeddings, points: &[f32]) -> f32 {
    let similar = neighbours::nearest(embeddings, NEIGHBOURS);
    let near = neighbours::nearest_points(points, NEIGHBOURS);
    let mut kept = 0;
    for (similar, near) in similar.iter().zip(&near) {
        let among = |(image, _): &&(u32, f32)| near.iter().any(|(other, _)| other == image);
        kept += similar.iter().filter(among).count();
    }
    let all: usize = similar.iter().map(Vec::len).sum();
    kept as f32 / all.max(1) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLUSTERS: usize = 4;

    /// Unit vectors around a few centres.
    fn clusters(images: usize, dim: usize) -> Embeddings {
        let mut random = Random::new(3);
        let mut draw = |n: usize| -> Vec<f32> { (0..n).map(|_| random.unit() - 0.5).collect() };
        let centres: Vec<Vec<f32>> = (0..CLUSTERS).map(|_| draw(dim)).collect();
        let mut data = Vec::new();
        for image in 0..images {
            let mut row: Vec<f32> = draw(dim).iter().map(|x| 0.3 * x).collect();
            for (x, centre) in row.iter_mut().zip(&centres[image % CLUSTERS]) {
                *x += centre;
            }
            let length = row.iter().map(|x| x * x).sum::<f32>().sqrt();
            data.extend(row.iter().map(|x| x / length));
        }
        Embeddings::from_unit_rows(images, dim, data).expect("fits")
    }

    fn finished(embeddings: &Embeddings, from: &[f32]) -> Vec<f32> {
        let mut projection = Projection::new(embeddings, from);
        while projection.step() {}
        assert!((projection.done() - 1.0).abs() < 1e-6);
        projection.points()
    }

    #[test]
    fn clusters_stay_together_in_the_plane() {
        let embeddings = clusters(200, 8);
        let points = finished(&embeddings, &[]);
        assert!(points.iter().all(|x| (0.0..=1.0).contains(x)));
        let near = neighbours::nearest_points(&points, NEIGHBOURS);
        for (image, near) in near.iter().enumerate() {
            let same = near
                .iter()
                .filter(|(other, _)| *other as usize % CLUSTERS == image % CLUSTERS);
            assert!(same.count() >= 14, "image {image}: {near:?}");
        }
        let by_chance = NEIGHBOURS as f32 / 50.0;
        assert!(kept_neighbours(&embeddings, &points) > by_chance + 0.1);
        assert_eq!(points, finished(&embeddings, &[]), "the same each time");
    }

    #[test]
    fn a_layout_goes_on_from_another_one() {
        let embeddings = clusters(60, 5);
        let first = finished(&embeddings, &[]);
        let second = finished(&embeddings, &first);
        // Neither turned nor mirrored: what lay left, or above, does still.
        for axis in 0..2 {
            let column = |points: &[f32]| -> Vec<f32> {
                let values = points.chunks(2).map(|point| point[axis]);
                let mean = values.clone().sum::<f32>() / 60.0;
                values.map(|value| value - mean).collect()
            };
            let (a, b) = (column(&first), column(&second));
            let product =
                |a: &[f32], b: &[f32]| -> f32 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
            let alike = product(&a, &b) / (product(&a, &a) * product(&b, &b)).sqrt();
            assert!(alike > 0.6, "axis {axis}: correlation {alike}");
        }
    }

    #[test]
    fn few_or_equal_images_are_laid_out_too() {
        for images in [0, 1, 2, 3, 17] {
            let data = [0.6, 0.8].repeat(images);
            let equal = Embeddings::from_unit_rows(images, 2, data).expect("fits");
            let points = finished(&equal, &[]);
            assert_eq!(points.len(), 2 * images);
            assert!(
                points
                    .iter()
                    .all(|x| x.is_finite() && (0.0..=1.0).contains(x))
            );
        }
    }
}
