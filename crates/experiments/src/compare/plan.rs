//! The plan of a comparison: methods under one protocol.

use std::path::{Path, PathBuf};

use modulens_schema::Split;
use modulens_training::config::Config;
use modulens_training::error::TrainerError;

use super::beyond::Wanted;
use super::measured::Extras;

/// A comparison, as its TOML file says it.
///
/// ```toml
/// seeds = [1, 2, 3]
/// split = "test"     # "val" measures validation instead
/// against = "modulation"  # the reference of every difference; a method may name another
/// unseen = ["Hat"]   # tasks nobody trained on, found by the likeness under all trained ones, and learned from
/// few_shot = 20      # so many examples that have a value, and as many that do not; from none unless told otherwise
///
/// [[graded]]         # nearer in a number behind a task is nearer under it
/// task = "Heel"
/// column = "heel_cm" # of `file`, measurements.csv unless told otherwise
///
/// [[finer]]          # labels nobody trained on, under a task
/// task = "Category"
/// labels = ["SubCategory"]
///
/// [trials]           # each method is tried with every setting on validation, and trained with its best
/// seeds = [101]
/// [trials.grid]
/// "train.learning_rate" = [3e-3, 5e-3]
///
/// [sweep]            # the whole comparison at each of several points of an axis
/// axis = "labelled images"
/// points = [{ name = "300", set = ["data.train_images=300", "train.epochs=40"] }]
///
/// [base.data]        # what all methods have in common: an ordinary training configuration
/// path = "data/faces"
/// # ...
///
/// [[methods]]
/// name = "fully shared"
/// set = ["network.modulation=none", "network.sites=[]"]
///
/// [[methods]]        # a method of another budget has a table of its own
/// name = "modulation, twice as long"
/// table = "Equal training arithmetic"
/// settings_of = "modulation"     # no trials of its own
/// set = ["train.epochs=16"]
///
/// [[methods]]        # learns the predictions of an earlier method's run of the same seed, beside the labels
/// name = "modulation, taught"
/// settings_of = "modulation"
/// teacher = "independent networks"
/// ```
#[derive(Clone, Debug)]
pub struct Plan {
    /// The point of the sweep at which it compares; nothing for a comparison alone.
    pub point: Option<Point>,
    /// Every method is trained from each of these.
    pub seeds: Vec<u64>,
    /// In the order they are trained and told.
    pub methods: Vec<Planned>,
    /// The split that is measured.
    pub split: Split,
    /// Names of the tasks that are measured although no method is trained on them.
    pub unseen: Vec<String>,
    /// Measures beyond the labels.
    pub beyond: Wanted,
}

/// A point of a sweep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// The quantity that differs from one point to the next, such as "tasks".
    pub axis: String,
    /// The name of the point, such as "7".
    pub name: String,
}

impl Point {
    /// The folder of the comparison within that of the sweep.
    pub fn folder(&self) -> PathBuf {
        folder_name(&self.name).into()
    }
}

/// A method of a comparison.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The name.
    pub name: String,
    /// A description, in a sentence.
    pub about: String,
    /// The table it belongs to; empty for the main one, whose methods have equal epochs.
    pub table: String,
    /// The method that this one is held against, by its name.
    pub against: Option<String>,
    /// The folder of its runs.
    pub folder: String,
    /// True if it is measured once more with every task's modulation given to another.
    pub permuted: bool,
    /// True if the report shows the results of a few queries with its first seed.
    pub examples: bool,
    /// The settings to choose from: one, with nothing in it, without trials.
    pub settings: Vec<Setting>,
    /// The setting that was chosen, by its place.
    pub chosen: usize,
}

/// A setting of a method.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The values, as `KEY=VALUE`, separated by commas; empty without trials.
    pub name: String,
    /// The trials it is chosen by; empty without any.
    pub trials: Vec<PlannedRun>,
    /// The runs of the comparison, in the order of the seeds.
    pub runs: Vec<PlannedRun>,
}

/// A run of a plan.
#[derive(Clone, Debug)]
pub struct PlannedRun {
    /// Its folder within that of the comparison.
    pub folder: PathBuf,
    /// Its configuration, without the teacher.
    pub config: Config,
    /// The folder of the run that teaches it, within that of the comparison; nothing for most.
    pub teacher: Option<PathBuf>,
}

impl Planned {
    /// The runs of the comparison, with the setting that was chosen.
    pub fn runs(&self) -> &[PlannedRun] {
        self.settings
            .get(self.chosen)
            .map_or(&[], |setting| &setting.runs)
    }

    /// The measurements made on request of the run of a seed, by its place.
    pub(super) fn extras(&self, place: usize) -> Extras {
        Extras {
            permuted: self.permuted,
            examples: self.examples && place == 0,
        }
    }
}

impl Plan {
    /// The folder of the comparison: `out`, or that of its point within.
    pub(super) fn folder(&self, out: &Path) -> PathBuf {
        self.point
            .as_ref()
            .map_or_else(|| out.to_owned(), |point| out.join(point.folder()))
    }

    /// The first configuration of the first method.
    pub(crate) fn first_config(&self) -> Option<&Config> {
        Some(&self.methods.first()?.runs().first()?.config)
    }

    /// Takes the data of every run from another place.
    pub(super) fn take_data_from(&mut self, path: &Path) {
        for setting in self
            .methods
            .iter_mut()
            .flat_map(|method| &mut method.settings)
        {
            for run in setting.trials.iter_mut().chain(&mut setting.runs) {
                path.clone_into(&mut run.config.data.path);
            }
        }
    }

    /// A comparison is of methods, not of data; and methods of one table train equally long, but in a table of another
    /// budget.
    pub(super) fn check_budget(&self) -> Result<(), String> {
        let first_of = |method: &Planned| Some(method.runs().first()?.config.clone());
        let Some(first) = self.methods.first().and_then(first_of) else {
            return Ok(());
        };
        for method in &self.methods {
            let runs = method.settings.iter().flat_map(|setting| &setting.runs);
            for PlannedRun { config, .. } in runs {
                let mut data = config.data.clone();
                data.train_sample = first.data.train_sample;
                if data != first.data {
                    return Err(format!(
                        "the method {:?} sets data; all methods have those of the base",
                        method.name
                    ));
                }
                if method.table.is_empty() && config.train.epochs != first.train.epochs {
                    return Err(format!(
                        "the method {:?} sets train.epochs; all methods have those of the base, unless they name a \
                         `table` of their own",
                        method.name
                    ));
                }
            }
        }
        Ok(())
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

    /// Holds every method against one of them, by its name, whatever the plan says.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn against(mut self, name: Option<&str>) -> Result<Self, TrainerError> {
        let Some(name) = name else { return Ok(self) };
        if self.methods.iter().any(|method| method.name == name) {
            for method in &mut self.methods {
                method.against = Some(name.to_owned());
            }
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

    fn parse(text: &str, overrides: &[String]) -> Result<Plan, TrainerError> {
        let mut all = Plan::parse(text, "test", overrides)?;
        assert_eq!(all.len(), 1);
        Ok(all.remove(0))
    }

    #[test]
    fn methods_differ_in_what_they_set_and_seeds_in_the_seed() {
        let plan = parse(TEXT, &["train.epochs=7".into()]).expect("parses");
        assert_eq!(plan.methods.len(), 2);
        assert_eq!(plan.methods[0].folder, "fully-shared-one-space");
        let [first, second] = plan.methods[0].runs() else {
            panic!("two seeds");
        };
        assert_eq!((first.config.train.seed, second.config.train.seed), (4, 5));
        assert_eq!(first.config.train.epochs, 7);
        assert_eq!(first.config.network.modulation, Modulation::None);
        assert_eq!(first.folder, Path::new("fully-shared-one-space/seed-4"));
        let branches = &plan.methods[1].runs()[0].config;
        assert_eq!(branches.network.method, Method::Branches);
        assert_eq!(plan.only(&["branch".into()]).expect("one").methods.len(), 1);
    }

    #[test]
    fn seeds_have_training_images_of_their_own_where_some_are_taken() {
        let samples = |overrides: &[String]| {
            let plan = parse(TEXT, overrides).expect("parses");
            let runs = plan.methods[0].runs().iter();
            runs.map(|run| run.config.data.train_sample)
                .collect::<Vec<_>>()
        };
        assert_eq!(samples(&["data.train_images=100".into()]), [4, 5]);
        assert_eq!(samples(&[]), [0, 0]);
    }

    #[test]
    fn every_method_is_tried_with_every_setting() {
        let trials = "[trials]\nseeds = [9]\n[trials.grid]\n\"train.batch\" = [8, 16]\n\"train.learning_rate\" = [1e-3]\n[base.data]";
        let text = TEXT.replace("[base.data]", trials)
            + "table = \"longer\"\nsettings_of = \"Fully shared (one space)\"";
        let mut plan = parse(&text, &[]).expect("parses");
        let shared = &plan.methods[0];
        let names: Vec<&str> = shared
            .settings
            .iter()
            .map(|setting| &*setting.name)
            .collect();
        assert_eq!(
            names,
            [
                "train.batch=8, train.learning_rate=0.001",
                "train.batch=16, train.learning_rate=0.001"
            ]
        );
        let trial = &shared.settings[1].trials[0];
        assert_eq!(
            trial.folder,
            Path::new("fully-shared-one-space/trial-2/seed-9")
        );
        assert_eq!((trial.config.train.batch, trial.config.train.seed), (16, 9));
        // Not measured for the sake of it, and of the method whose settings are taken.
        assert_eq!(plan.methods[1].settings[1].trials[0].folder, trial.folder);
        plan.methods[1].chosen = 1;
        let runs = plan.methods[1].runs();
        assert_eq!((runs.len(), runs[1].config.train.batch), (2, 16));
        assert_eq!(runs[1].folder, Path::new("branches/seed-5"));
    }

    #[test]
    fn a_method_of_another_budget_has_a_table_of_its_own() {
        let longer = TEXT.replace("network.method=branches", "train.epochs=9");
        assert!(parse(&longer, &[]).is_err());
        let longer =
            longer + "table = \"Equal arithmetic\"\nagainst = \"Fully shared (one space)\"";
        let plan = parse(&longer, &[]).expect("parses");
        assert_eq!(plan.methods[1].runs()[0].config.train.epochs, 9);
        assert_eq!(plan.methods[0].against, None);
        assert!(plan.methods[1].against.is_some());
    }

    #[test]
    fn a_sweep_is_a_plan_for_each_point() {
        let points = r#"
            [sweep]
            axis = "images"
            [[sweep.points]]
            name = "100"
            set = ["data.train_images=100", "train.epochs=9"]
            [[sweep.points]]
            name = "all of them"
            set = ["train.batch=8"]
            [base.data]"#;
        let text = TEXT.replace("[base.data]", points);
        let all = Plan::parse(&text, "test", &["train.batch=4".into()]).expect("parses");
        let [some, whole] = &all[..] else {
            panic!("two points");
        };
        let out = Path::new("out");
        assert_eq!(some.folder(out), Path::new("out/100"));
        assert_eq!(whole.folder(out), Path::new("out/all-of-them"));
        let first = |plan: &Plan| plan.methods[1].runs()[0].config.clone();
        // The command line goes over a point, and a point over the base.
        assert_eq!((first(some).train.epochs, first(some).train.batch), (9, 4));
        assert_eq!(
            (first(whole).train.epochs, first(whole).train.batch),
            (3, 4)
        );
        let samples = |plan: &Plan| first(plan).data.train_sample;
        assert_eq!((samples(some), samples(whole)), (4, 0));

        let wrong = |from: &str, to: &str| {
            let text = text.replace(from, to);
            let wrong = Plan::parse(&text, "test", &[]).expect_err(to);
            wrong.to_string()
        };
        assert!(wrong("all of them", "100!").contains("[sweep]"));
        assert!(wrong("all of them", "?").contains("[sweep]"));
        let unknown = wrong("train.batch", "train.batsh");
        assert!(
            unknown.contains("all of them") && unknown.contains("batsh"),
            "{unknown}"
        );
        assert!(parse(TEXT, &[]).expect("parses").point.is_none());
    }

    #[test]
    fn a_method_is_taught_by_the_run_of_the_same_seed() {
        let taught = "\n[[methods]]\nname = \"taught\"\nteacher = \"branches\"";
        let plan = parse(&format!("{TEXT}{taught}"), &[]).expect("parses");
        let run = &plan.methods[2].runs()[1];
        assert_eq!(run.teacher.as_deref(), Some(Path::new("branches/seed-5")));
        assert_eq!(plan.methods[1].runs()[1].teacher, None);

        let itself = taught.replace("\"branches\"", "\"taught\"");
        let wrong = parse(&format!("{TEXT}{itself}"), &[]).expect_err("taught by itself");
        assert!(wrong.to_string().contains("no earlier method"), "{wrong}");
        let trials = "[trials]\nseeds = [9]\ngrid = {}\n[base.data]";
        let text = TEXT.replace("[base.data]", trials) + taught;
        let wrong = parse(&text, &[]).expect_err("trials of its own");
        assert!(wrong.to_string().contains("settings_of"), "{wrong}");
    }

    #[test]
    fn nonsense_is_named() {
        let wrong = |from: &str, to: &str| {
            let text = TEXT.replace(from, to);
            parse(&text, &[]).expect_err(to).to_string()
        };
        assert!(wrong("network.method=branches", "network.metod=branches").contains("branches"));
        assert!(wrong("\"branches\"", "\"fully shared, one space\"").contains("too like another"));
        assert!(wrong("network.method=branches", "train.epochs=9").contains("those of the base"));
        assert!(wrong("[4, 5]", "[4, 4]").contains("twice"));
        assert!(wrong("[4, 5]", "[4, 5]\nagainst = \"none\"").contains("no method"));
        let trials = |text: &str| wrong("[base.data]", &format!("[trials]\n{text}\n[base.data]"));
        assert!(trials("seeds = [4]\ngrid = {}").contains("seeds of their own"));
        let longer = trials("seeds = [9]\ngrid = { \"train.epochs\" = [3, 4] }");
        assert!(longer.contains("those of the base"), "{longer}");
        assert!(trials("seeds = []\ngrid = {}").contains("needs a seed"));
        assert!(trials("seeds = [9]\ngrid = { \"train.batsh\" = [1] }").contains("batsh"));
        assert!(wrong("[4, 5]", "[]").contains("seeds"));
        assert!(wrong("seeds", "seed").contains("seed"));
    }
}
