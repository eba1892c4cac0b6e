//! The plan of a comparison: methods under one protocol.

use std::collections::BTreeSet;
use std::path::Path;

use modulens_schema::Split;
use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::error::TrainerError;

/// A comparison, as its TOML file says it.
///
/// ```toml
/// seeds = [1, 2, 3]
/// split = "test"     # "val" for trials by which settings are chosen
///
/// [base.data]        # what all methods have in common: an ordinary training configuration
/// path = "data/faces"
/// # ...
///
/// [[methods]]
/// name = "fully shared"
/// set = ["network.modulation=none", "network.sites=[]"]
/// ```
#[derive(Clone, Debug)]
pub struct Plan {
    /// Every method is trained from each of these.
    pub seeds: Vec<u64>,
    /// In the order they are trained and told.
    pub methods: Vec<Planned>,
    /// The split that is measured.
    pub split: Split,
    /// The method that the others are held against, by its place.
    pub against: Option<usize>,
}

/// A method of a comparison.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The name.
    pub name: String,
    /// A description, in a sentence.
    pub about: String,
    /// The folder of its runs.
    pub folder: String,
    /// True if it is measured once more with every task's modulation given to another.
    pub permuted: bool,
    /// True if the report shows the results of a few queries with its first seed.
    pub examples: bool,
    /// The configuration of each seed, in the order of the seeds.
    pub configs: Vec<Config>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default = "three")]
    seeds: Vec<u64>,
    #[serde(default = "test")]
    split: Split,
    base: toml::Table,
    methods: Vec<Entry>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    #[serde(default)]
    about: String,
    #[serde(default)]
    permuted: bool,
    #[serde(default)]
    examples: bool,
    #[serde(default)]
    set: Vec<String>,
}

fn test() -> Split {
    Split::Test
}

fn three() -> Vec<u64> {
    vec![1, 2, 3]
}

impl Plan {
    /// The first configuration of the first method.
    pub(crate) fn first_config(&self) -> Option<&Config> {
        self.methods.first()?.configs.first()
    }

    /// Reads a plan; `overrides` go over the base, before what a method sets.
    ///
    /// # Errors
    /// Unreadable file, unknown keys or values, no method, or two of one name.
    pub fn load(path: &Path, overrides: &[String]) -> Result<Self, TrainerError> {
        let text = crate::files::read_text(path)?;
        Self::parse(&text, &path.display().to_string(), overrides)
    }

    fn parse(text: &str, origin: &str, overrides: &[String]) -> Result<Self, TrainerError> {
        let fail = |message: String| TrainerError::Config {
            origin: origin.to_owned(),
            message,
        };
        let file: File = toml::from_str(text).map_err(|error| fail(error.to_string()))?;
        if file.methods.is_empty() || file.seeds.is_empty() {
            return Err(fail(
                "it needs at least one of [[methods]] and one of seeds".into(),
            ));
        }
        if file.seeds.iter().collect::<BTreeSet<_>>().len() != file.seeds.len() {
            return Err(fail("a seed is named twice; name it once".into()));
        }
        let base = toml::to_string(&file.base).map_err(|error| fail(error.to_string()))?;
        let takes_some = Config::parse(&base, origin, overrides)
            .is_ok_and(|config| config.data.train_images > 0);
        let mut folders = BTreeSet::new();
        let methods = file
            .methods
            .into_iter()
            .map(|entry| {
                let folder = folder_name(&entry.name);
                if folder.is_empty() || !folders.insert(folder.clone()) {
                    return Err(fail(format!(
                        "the method name {:?} is empty, or too like another: names must differ in their letters and \
                         digits",
                        entry.name
                    )));
                }
                let origin = format!("{origin}, method {:?}", entry.name);
                let configs = file
                    .seeds
                    .iter()
                    .map(|seed| {
                        let mut set = overrides.to_vec();
                        set.extend(entry.set.iter().cloned());
                        set.push(format!("train.seed={seed}"));
                        if takes_some {
                            // Another sample of the training images: a seed stands for all that chance decides.
                            set.push(format!("data.train_sample={seed}"));
                        }
                        if Some(seed) != file.seeds.first() {
                            // Told of the first seed alone, so measured on it alone.
                            set.push("measure.compliance_batches=0".into());
                        }
                        Config::parse(&base, &origin, &set)
                    })
                    .collect::<Result<_, _>>()?;
                Ok(Planned {
                    name: entry.name,
                    about: entry.about,
                    folder,
                    permuted: entry.permuted,
                    examples: entry.examples,
                    configs,
                })
            })
            .collect::<Result<_, TrainerError>>()?;
        let plan = Self {
            seeds: file.seeds,
            methods,
            split: file.split,
            against: None,
        };
        plan.check_budget().map_err(fail)?;
        Ok(plan)
    }

    /// A comparison is of methods, not of data or of how long they trained.
    fn check_budget(&self) -> Result<(), String> {
        let budget = |config: &Config| (config.data.clone(), config.train.epochs);
        let mut all = self.methods.iter().filter_map(|method| {
            let config = method.configs.first()?;
            Some((&method.name, budget(config)))
        });
        let Some((_, first)) = all.next() else {
            return Ok(());
        };
        match all.find(|(_, other)| *other != first) {
            Some((name, _)) => Err(format!(
                "the method {name:?} sets data or train.epochs; all methods have those of the base"
            )),
            None => Ok(()),
        }
    }

    /// Keeps the methods whose name holds one of these words.
    ///
    /// # Errors
    /// When none does.
    pub fn only(mut self, words: &[String]) -> Result<Self, TrainerError> {
        if words.is_empty() {
            return Ok(self);
        }
        let names: Vec<String> = self
            .methods
            .iter()
            .map(|method| method.name.clone())
            .collect();
        self.methods
            .retain(|method| words.iter().any(|word| method.name.contains(word)));
        if self.methods.is_empty() {
            return Err(TrainerError::Message(format!(
                "--only leaves no method; the methods are {}",
                names.join(", ")
            )));
        }
        Ok(self)
    }
}

impl Plan {
    /// Holds every method against one of them, by its name.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn against(mut self, name: Option<&str>) -> Result<Self, TrainerError> {
        let Some(name) = name else { return Ok(self) };
        self.against = self.methods.iter().position(|method| method.name == name);
        if self.against.is_some() {
            return Ok(self);
        }
        let names: Vec<&str> = self.methods.iter().map(|method| &*method.name).collect();
        Err(TrainerError::Message(format!(
            "--against names no method of the plan; the methods are {}",
            names.join(", ")
        )))
    }
}

/// The folder of a method's runs: letters and digits of its name, everything else as single dashes.
pub(crate) fn folder_name(name: &str) -> String {
    let mut folder = String::new();
    for letter in name.to_lowercase().chars() {
        if letter.is_ascii_alphanumeric() {
            folder.push(letter);
        } else if !folder.is_empty() && !folder.ends_with('-') {
            folder.push('-');
        }
    }
    folder.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use modulens_model::{Method, Modulation};

    use super::*;

    const TEXT: &str = r#"
        seeds = [4, 5]
        [base.data]
        path = "data/faces"
        [base.network]
        backbone = { small = { widths = [8, 16], input = 32 } }
        embedding = 8
        sites = ["stage2", "embedding"]
        modulation = "vector"
        embedding_start = "ones"
        [base.train]
        epochs = 3
        [[methods]]
        name = "Fully shared (one space)"
        set = ["network.modulation=none", "network.sites=[]"]
        [[methods]]
        name = "branches"
        set = ["network.method=branches"]
    "#;

    #[test]
    fn methods_differ_in_what_they_set_and_seeds_in_the_seed() {
        let plan = Plan::parse(TEXT, "test", &["train.epochs=7".into()]).expect("parses");
        assert_eq!(plan.methods.len(), 2);
        assert_eq!(plan.methods[0].folder, "fully-shared-one-space");
        let [first, second] = &plan.methods[0].configs[..] else {
            panic!("two seeds");
        };
        assert_eq!((first.train.seed, second.train.seed), (4, 5));
        assert_eq!(first.train.epochs, 7);
        assert_eq!(first.network.modulation, Modulation::None);
        assert_eq!(plan.methods[1].configs[0].network.method, Method::Branches);
        assert_eq!(plan.only(&["branch".into()]).expect("one").methods.len(), 1);
    }

    #[test]
    fn seeds_have_training_images_of_their_own_where_some_are_taken() {
        let samples = |overrides: &[String]| {
            let plan = Plan::parse(TEXT, "test", overrides).expect("parses");
            let configs = plan.methods[0].configs.iter();
            configs
                .map(|config| config.data.train_sample)
                .collect::<Vec<_>>()
        };
        assert_eq!(samples(&["data.train_images=100".into()]), [4, 5]);
        assert_eq!(samples(&[]), [0, 0]);
    }

    #[test]
    fn nonsense_is_named() {
        let wrong = |from: &str, to: &str| {
            let text = TEXT.replace(from, to);
            Plan::parse(&text, "test.toml", &[])
                .expect_err(to)
                .to_string()
        };
        assert!(wrong("network.method=branches", "network.metod=branches").contains("branches"));
        assert!(wrong("\"branches\"", "\"fully shared, one space\"").contains("too like another"));
        assert!(wrong("network.method=branches", "train.epochs=9").contains("those of the base"));
        assert!(wrong("[4, 5]", "[4, 4]").contains("twice"));
        assert!(wrong("[4, 5]", "[]").contains("seeds"));
        assert!(wrong("seeds", "seed").contains("seed"));
    }
}
