//! Images without a face, of odd shapes, and weights that are damaged: an empty answer or an error, never a panic.

use std::collections::HashMap;

use half::f16;
use modulens_faces::{Detector, FacesError, RgbView, WEIGHTS};
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView, serialize};

fn faces(width: u32, height: u32, pixel: impl Fn(u32, u32) -> [u8; 3]) -> usize {
    let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    let pixels: Vec<u8> = places.flat_map(|(x, y)| pixel(x, y)).collect();
    let image = RgbView::new(&pixels, width, height).expect("valid sides");
    let detector = Detector::new(WEIGHTS).expect("the shipped weights");
    detector.detect(&image).len()
}

#[test]
fn images_without_a_face_give_none() {
    assert_eq!(faces(640, 480, |_, _| [0; 3]), 0);
    assert_eq!(faces(640, 480, |_, _| [127; 3]), 0);
    assert_eq!(faces(300, 900, |_, _| [255; 3]), 0);
    let gradient = |x: u32, y: u32| [(x / 3) as u8, (y / 3) as u8, ((x + y) / 6) as u8];
    assert_eq!(faces(700, 700, gradient), 0);
}

#[test]
fn odd_shapes_are_looked_at() {
    let stripes = |x: u32, y: u32| [(x * 7) as u8, (y * 5) as u8, (x ^ y) as u8];
    for (width, height) in [
        (1, 1),
        (5, 5),
        (20_000, 1),
        (1, 20_000),
        (2000, 3),
        (129, 128),
    ] {
        assert_eq!(faces(width, height, stripes), 0, "{width} x {height}");
    }
}

#[test]
fn truncated_weights_are_an_error() {
    let lengths = (0..WEIGHTS.len()).step_by(997).chain([WEIGHTS.len() - 1]);
    for length in lengths {
        let error = Detector::new(&WEIGHTS[..length]).err();
        assert!(
            matches!(error, Some(FacesError::Weights { .. })),
            "{length}"
        );
    }
}

/// The shipped weights with one tensor changed.
fn changed(
    name: &str,
    change: impl FnOnce(&TensorView<'_>) -> Option<(Dtype, Vec<usize>, Vec<u8>)>,
) -> Vec<u8> {
    let all = SafeTensors::deserialize(WEIGHTS).expect("the shipped weights");
    let other = change(&all.tensor(name).expect("a tensor of that name"));
    let mut tensors: HashMap<String, TensorView<'_>> = all.tensors().into_iter().collect();
    tensors.remove(name);
    if let Some((dtype, shape, data)) = &other {
        let view = TensorView::new(*dtype, shape.clone(), data).expect("a tensor");
        tensors.insert(name.to_owned(), view);
        return serialize(tensors, None).expect("tensors");
    }
    serialize(tensors, None).expect("tensors")
}

#[test]
fn weights_of_another_network_are_an_error_that_names_the_tensor() {
    let name = "blocks.7.pointwise.weight";
    let missing = changed(name, |_| None);
    let turned = changed(name, |tensor| {
        let shape = tensor.shape().iter().rev().copied().collect();
        Some((Dtype::F16, shape, tensor.data().to_vec()))
    });
    let typed = changed(name, |tensor| {
        Some((Dtype::BF16, tensor.shape().to_vec(), tensor.data().to_vec()))
    });
    let odd = [f16::NAN, f16::INFINITY].map(|value| {
        changed(name, |tensor| {
            let mut data = tensor.data().to_vec();
            data[..2].copy_from_slice(&value.to_le_bytes());
            Some((Dtype::F16, tensor.shape().to_vec(), data))
        })
    });
    for bytes in [missing, turned, typed].into_iter().chain(odd) {
        let error = Detector::new(&bytes).expect_err("refused").to_string();
        assert!(error.contains(name), "{error}");
    }
}

#[test]
fn the_largest_finite_weights_overflow_to_no_face() {
    let bytes = changed("stem.weight", |tensor| {
        let data = f16::MAX.to_le_bytes().repeat(tensor.data().len() / 2);
        Some((Dtype::F16, tensor.shape().to_vec(), data))
    });
    let detector = Detector::new(&bytes).expect("finite");
    let image = RgbView::new(&[200; 3 * 300 * 300], 300, 300).expect("valid");
    for face in detector.detect(&image) {
        assert!(face.bounds.area().is_finite() && face.score <= 1.0);
    }
}
