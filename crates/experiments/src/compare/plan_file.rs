//! The TOML form of a plan.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use modulens_schema::Split;
use modulens_training::config::Config;
use modulens_training::error::TrainerError;
use serde::Deserialize;

use super::beyond::{Wanted, finer, graded};
use super::plan::{Plan, Planned, PlannedRun, Point, Setting, folder_name};
use super::sweep;

impl Plan {
    /// Reads the plan of one comparison; `overrides` go over the base, before what a method sets.
    ///
    /// # Errors
    /// As [`Plan::load_all`]; a sweep of several points.
    pub fn load(path: &Path, overrides: &[String]) -> Result<Self, TrainerError> {
        let mut all = Self::load_all(path, overrides)?;
        match (all.pop(), all.is_empty()) {
            (Some(plan), true) => Ok(plan),
            _ => Err(TrainerError::Config {
                origin: path.display().to_string(),
                message: "it is a sweep of several comparisons, and one is asked for".into(),
            }),
        }
    }

    /// Reads the plans of a file: one, or one for each point of its sweep. `overrides` go over the base and over what
    /// a point sets, before what a method sets.
    ///
    /// # Errors
    /// Unreadable file, unknown keys or values, no method, or two of one name; no point, or two of one name.
    pub fn load_all(path: &Path, overrides: &[String]) -> Result<Vec<Self>, TrainerError> {
        let text = modulens_training::files::read_text(path)?;
        Self::parse(&text, &path.display().to_string(), overrides)
    }

    pub(super) fn parse(
        text: &str,
        origin: &str,
        overrides: &[String],
    ) -> Result<Vec<Self>, TrainerError> {
        let fail = |message: String| TrainerError::Config {
            origin: origin.to_owned(),
            message,
        };
        let file: File = toml::from_str(text).map_err(|error| fail(error.to_string()))?;
        file.check().map_err(fail)?;
        let Some(sweep) = &file.sweep else {
            return Ok(vec![Self::of(&file, None, origin, overrides)?]);
        };
        let points = sweep.points.iter().map(|entry| {
            let point = Point {
                axis: sweep.axis.clone(),
                name: entry.name.clone(),
            };
            let origin = format!("{origin}, point {:?}", entry.name);
            let overrides = [&entry.set, overrides].concat();
            Self::of(&file, Some(point), &origin, &overrides)
        });
        points.collect()
    }

    /// The comparison of a file, alone or at a point.
    fn of(
        file: &File,
        point: Option<Point>,
        origin: &str,
        overrides: &[String],
    ) -> Result<Self, TrainerError> {
        let mut methods = file.methods(origin, overrides)?;
        let trials: Vec<(String, Vec<Vec<PlannedRun>>)> = methods
            .iter()
            .map(|method| {
                let of_method = method.settings.iter().map(|setting| setting.trials.clone());
                (method.name.clone(), of_method.collect())
            })
            .collect();
        for (method, entry) in methods.iter_mut().zip(&file.methods) {
            let Some(other) = &entry.settings_of else {
                continue;
            };
            let found = trials.iter().find(|(name, _)| name == other);
            for (setting, trials) in method
                .settings
                .iter_mut()
                .zip(found.iter().flat_map(|(_, all)| all))
            {
                setting.trials.clone_from(trials);
            }
        }
        let plan = Self {
            point,
            seeds: file.seeds.clone(),
            methods,
            split: file.split,
            unseen: file.unseen.clone(),
            beyond: Wanted {
                graded: file.graded.clone(),
                finer: file.finer.clone(),
                few_shot: file.few_shot,
            },
        };
        plan.check_budget()
            .map_err(|message| TrainerError::Config {
                origin: origin.to_owned(),
                message,
            })?;
        Ok(plan)
    }
}

/// A plan as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default = "three")]
    seeds: Vec<u64>,
    #[serde(default = "test")]
    split: Split,
    against: Option<String>,
    #[serde(default)]
    unseen: Vec<String>,
    /// Examples of each kind that what is unseen is learned from.
    #[serde(default)]
    few_shot: usize,
    #[serde(default)]
    graded: Vec<graded::Wanted>,
    #[serde(default)]
    finer: Vec<finer::Wanted>,
    /// Seeds whose gradients are compared: the first so many.
    #[serde(default = "one")]
    compliance_seeds: usize,
    trials: Option<Trials>,
    sweep: Option<sweep::Entry>,
    base: toml::Table,
    methods: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Trials {
    seeds: Vec<u64>,
    grid: BTreeMap<String, Vec<toml::Value>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    #[serde(default)]
    about: String,
    #[serde(default)]
    table: String,
    against: Option<String>,
    settings_of: Option<String>,
    teacher: Option<String>,
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

fn one() -> usize {
    1
}

fn three() -> Vec<u64> {
    vec![1, 2, 3]
}

impl Trials {
    /// Every combination of the grid's values.
    fn settings(&self) -> Vec<Vec<String>> {
        let mut all = vec![Vec::new()];
        for (key, values) in &self.grid {
            all = all
                .iter()
                .flat_map(|earlier| {
                    values.iter().map(move |value| {
                        let mut next: Vec<String> = earlier.clone();
                        next.push(format!("{key}={value}"));
                        next
                    })
                })
                .collect();
        }
        all
    }
}

impl File {
    /// The methods with the configurations of all their runs.
    pub(super) fn methods(
        &self,
        origin: &str,
        overrides: &[String],
    ) -> Result<Vec<Planned>, TrainerError> {
        let base = toml::to_string(&self.base).map_err(|error| TrainerError::Config {
            origin: origin.to_owned(),
            message: error.to_string(),
        })?;
        let maker = Maker {
            takes_some: Config::parse(&base, origin, overrides)
                .is_ok_and(|config| config.data.train_images > 0),
            base: &base,
            origin,
            overrides,
        };
        self.methods
            .iter()
            .map(|entry| maker.method(self, entry))
            .collect()
    }

    /// Checks all that can be checked before a configuration is made.
    pub(super) fn check(&self) -> Result<(), String> {
        if self.methods.is_empty() || self.seeds.is_empty() {
            return Err("it needs at least one of [[methods]] and one of seeds".into());
        }
        let tried = self.trials.as_ref().map_or(&[][..], |trials| &trials.seeds);
        let all = self.seeds.len() + tried.len();
        if self
            .seeds
            .iter()
            .chain(tried)
            .collect::<BTreeSet<_>>()
            .len()
            != all
        {
            return Err(
                "a seed is named twice; name it once, and let trials have seeds of their own"
                    .into(),
            );
        }
        if let Some(trials) = &self.trials
            && (trials.seeds.is_empty() || trials.grid.values().any(Vec::is_empty))
        {
            return Err("[trials] needs a seed, and a value for each key of its grid".into());
        }
        if let Some(sweep) = &self.sweep {
            sweep.check()?;
        }
        let mut folders = BTreeSet::new();
        for entry in &self.methods {
            let folder = folder_name(&entry.name);
            if folder.is_empty() || !folders.insert(folder) {
                return Err(format!(
                    "the method name {:?} is empty, or too like another: names must differ in their letters and digits",
                    entry.name
                ));
            }
        }
        let references = self
            .methods
            .iter()
            .flat_map(|entry| [&entry.against, &entry.settings_of]);
        for name in references.chain([&self.against]).flatten() {
            if self.methods.iter().all(|entry| entry.name != *name) {
                return Err(format!(
                    "`against` or `settings_of` names {name:?}, which is no method of the plan"
                ));
            }
        }
        for (place, entry) in self.methods.iter().enumerate() {
            let Some(teacher) = &entry.teacher else {
                continue;
            };
            let earlier = self.methods[..place].iter();
            if !earlier
                .filter(|other| other.teacher.is_none())
                .any(|other| other.name == *teacher)
            {
                return Err(format!(
                    "`teacher` of {:?} names {teacher:?}, which is no earlier method without a teacher of its own",
                    entry.name
                ));
            }
            if entry.settings_of.is_none() && self.trials.is_some() {
                return Err(format!(
                    "{:?} has a teacher and trials of its own; name the method whose settings it takes as `settings_of`",
                    entry.name
                ));
            }
        }
        let chained = self
            .methods
            .iter()
            .filter(|entry| entry.settings_of.is_some());
        let chained: Vec<&str> = chained.map(|entry| &*entry.name).collect();
        for name in self
            .methods
            .iter()
            .filter_map(|entry| entry.settings_of.as_deref())
        {
            if chained.contains(&name) {
                return Err(format!(
                    "`settings_of` names {name:?}, which has no trials of its own"
                ));
            }
        }
        Ok(())
    }
}

/// Makes the configurations of a plan.
struct Maker<'a> {
    base: &'a str,
    origin: &'a str,
    overrides: &'a [String],
    /// True if the base trains on a sample of the images.
    takes_some: bool,
}

impl Maker<'_> {
    fn method(&self, file: &File, entry: &Entry) -> Result<Planned, TrainerError> {
        let folder = folder_name(&entry.name);
        let origin = format!("{}, method {:?}", self.origin, entry.name);
        let nothing = vec![Vec::new()];
        let settings = file.trials.as_ref().map_or(nothing, Trials::settings);
        let settings = settings.into_iter().enumerate().map(|(place, set)| {
            let run = |seed: u64, folder: PathBuf, measured: bool| {
                let mut all = self.overrides.to_vec();
                all.extend(entry.set.iter().cloned());
                all.extend(set.iter().cloned());
                all.push(format!("train.seed={seed}"));
                if self.takes_some {
                    // Another sample of the training images: a seed stands for all that chance decides.
                    all.push(format!("data.train_sample={seed}"));
                }
                // Gradients of a teacher's loss are not compared.
                if !measured || entry.teacher.is_some() {
                    all.push("measure.compliance_batches=0".into());
                }
                let name = format!("seed-{seed}");
                let teacher = entry.teacher.as_deref().map(folder_name);
                Ok(PlannedRun {
                    folder: folder.join(&name),
                    config: Config::parse(self.base, &origin, &all)?,
                    teacher: teacher.map(|teacher| Path::new(&teacher).join(&name)),
                })
            };
            let tried = file.trials.as_ref().map_or(&[][..], |trials| &trials.seeds);
            let trial = Path::new(&folder).join(format!("trial-{}", place + 1));
            Ok(Setting {
                name: set.join(", "),
                trials: tried
                    .iter()
                    .map(|&seed| run(seed, trial.clone(), false))
                    .collect::<Result<_, TrainerError>>()?,
                runs: file
                    .seeds
                    .iter()
                    .enumerate()
                    .map(|(place, &seed)| {
                        run(seed, PathBuf::from(&folder), place < file.compliance_seeds)
                    })
                    .collect::<Result<_, TrainerError>>()?,
            })
        });
        Ok(Planned {
            settings: settings.collect::<Result<_, TrainerError>>()?,
            name: entry.name.clone(),
            about: entry.about.clone(),
            table: entry.table.clone(),
            against: entry.against.clone().or_else(|| file.against.clone()),
            folder,
            permuted: entry.permuted,
            examples: entry.examples,
            chosen: 0,
        })
    }
}
