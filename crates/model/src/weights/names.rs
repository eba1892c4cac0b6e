//! From a place in the module tree to the name of a tensor.

use crate::Site;

/// Follows a walk through a [`crate::Network`] and names what it meets.
#[derive(Debug)]
pub(super) struct Names<'a> {
    sites: &'a [Site],
    /// Field or index, and the type of what holds it.
    path: Vec<(String, String)>,
}

/// A tensor's name and what to do with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) name: String,
    /// Burn stores the weight of a linear layer as `[in, out]`, `PyTorch` as `[out, in]`.
    pub(super) transposed: bool,
    /// True if half precision is enough.
    pub(super) shrinks: bool,
}

impl<'a> Names<'a> {
    pub(super) fn new(sites: &'a [Site]) -> Self {
        Self {
            sites,
            path: Vec::new(),
        }
    }

    pub(super) fn enter(&mut self, name: &str, container: &str) {
        self.path.push((name.to_owned(), container.to_owned()));
    }

    pub(super) fn exit(&mut self) {
        self.path.pop();
    }

    /// Names the parameter the walk stands at.
    pub(super) fn here(&self) -> Named {
        let mut words: Vec<String> = Vec::new();
        for (index, (name, container)) in self.path.iter().enumerate() {
            let word = match (container.as_str(), name.as_str()) {
                // The variant of an enum and the field that holds the backbone are no part of a name.
                (kind, _) if kind.starts_with("Enum:") => continue,
                ("Struct:Network", "body") => continue,
                ("Struct:BatchNorm", "gamma") => "weight".to_owned(),
                ("Struct:BatchNorm", "beta") => "bias".to_owned(),
                ("Struct:Downsample", "conv") => "0".to_owned(),
                ("Struct:Downsample", "bn") => "1".to_owned(),
                (_, name) if index > 0 && self.path[index - 1].0 == "modulation" => self.site(name),
                (_, name) => name.to_owned(),
            };
            words.push(word);
        }
        let holder = self
            .path
            .last()
            .map_or("", |(_, container)| container.as_str());
        let is_weight = words.last().is_some_and(|word| word == "weight");
        let transposed = holder == "Struct:Linear" && is_weight;
        Named {
            name: words.join("."),
            transposed,
            shrinks: transposed || (holder == "Struct:Conv2d" && is_weight),
        }
    }

    fn site(&self, index: &str) -> String {
        index
            .parse::<usize>()
            .ok()
            .and_then(|index| self.sites.get(index))
            .map_or_else(|| index.to_owned(), Site::to_string)
    }
}

impl Named {
    /// Returns true if it belongs to the stem or a stage.
    pub(super) fn is_of_backbone(&self) -> bool {
        let first = self.name.split('.').next().unwrap_or_default();
        !matches!(
            first,
            "fc" | "fc_bn" | "modulation" | "task_codes" | "attention"
        )
    }
}

/// Swaps rows and columns of a row-major `[rows, columns]` matrix.
pub(super) fn transpose(values: &[f32], [rows, columns]: [usize; 2]) -> Vec<f32> {
    let mut swapped = Vec::with_capacity(values.len());
    for column in 0..columns {
        swapped.extend((0..rows).map(|row| values[row * columns + column]));
    }
    swapped
}
