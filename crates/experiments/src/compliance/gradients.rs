//! The gradients of the layers that tasks share.

use std::collections::BTreeMap;

use burn::module::{Module as _, ModuleVisitor, Param};
use burn::tensor::{Gradients, Tensor};
use modulens_model::{Method, Network};
use modulens_training::config::FC;
use modulens_training::embed;
use modulens_training::error::TrainerError;
use modulens_training::train::learner::Trainable;

/// The gradient of each shared layer, by its place and name.
pub(super) type Layers = BTreeMap<(usize, String), Vec<f32>>;

/// The gradients of the layers that all tasks of a model share.
///
/// # Errors
/// A tensor cannot be read.
pub(super) fn of_layers(
    trainable: &Trainable,
    method: Method,
    gradients: &Gradients,
) -> Result<Layers, TrainerError> {
    let shared: &[Network] = match method {
        // Nothing is shared.
        Method::Independent => &[],
        // The first one's trunk is everybody's; its tail has a gradient from its own task alone.
        _ => trainable.model.networks().get(..1).unwrap_or_default(),
    };
    let mut visitor = Collector {
        gradients,
        path: Vec::new(),
        layers: Layers::new(),
        failed: None,
    };
    for network in shared {
        network.visit(&mut visitor);
    }
    match visitor.failed {
        Some(error) => Err(error),
        None => Ok(visitor.layers),
    }
}

struct Collector<'a> {
    gradients: &'a Gradients,
    path: Vec<String>,
    layers: Layers,
    failed: Option<TrainerError>,
}

impl ModuleVisitor for Collector<'_> {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let Some(layer) = layer_of(&self.path) else {
            return;
        };
        let Some(gradient) = param.val().grad(self.gradients) else {
            return;
        };
        match embed::values(gradient.into_data()) {
            Ok(values) => self.layers.entry(layer).or_default().extend(values),
            Err(error) => self.failed = Some(error),
        }
    }
}

/// The place and name of the layer that a parameter belongs to; nothing for what tasks have of their own.
fn layer_of(path: &[String]) -> Option<(usize, String)> {
    let mut words = path.iter().map(String::as_str);
    match words.next()? {
        "body" => {}
        "fc" | "fc_bn" => return Some((FC, "fc".to_owned())),
        _ => return None,
    }
    // The variant of the backbone, then a layer of it.
    let layer = words.nth(1)?;
    let stage = match layer {
        "blocks" => words
            .next()?
            .parse()
            .ok()
            .and_then(modulens_model::efficientnet_stage),
        "layers" => words.next()?.parse::<usize>().ok().map(|index| index + 1),
        _ => layer
            .strip_prefix("layer")
            .and_then(|number| number.parse().ok()),
    };
    Some(match stage {
        Some(number) => (number, format!("stage{number}")),
        None => (0, "stem".to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_are_named_whatever_the_backbone() {
        let name = |path: &str| {
            let path: Vec<String> = path.split('.').map(str::to_owned).collect();
            layer_of(&path).map(|(_, name)| name)
        };
        for (path, wanted) in [
            ("body.Small.conv1.weight", Some("stem")),
            ("body.Small.layers.2.conv1.weight", Some("stage3")),
            ("body.Resnet18.layer1.0.bn1.gamma", Some("stage1")),
            ("body.EfficientNet.conv_stem.weight", Some("stem")),
            ("body.EfficientNet.blocks.4.bn1.gamma", Some("stage3")),
            ("fc.bias", Some("fc")),
            ("fc_bn.gamma", Some("fc")),
            ("modulation.0.Vector.scale", None),
            ("task_codes", None),
        ] {
            assert_eq!(name(path).as_deref(), wanted, "{path}");
        }
    }
}
