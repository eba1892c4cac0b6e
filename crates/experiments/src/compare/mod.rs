//! `trainer compare`: train every method under one protocol and put their figures side by side.
//!
//! ```text
//! OUT/compare.json             the figures (see `figures`), once the runs are done; `--only` for some of them earlier;
//!                              compare-val.json with `--split val`
//! OUT/METHOD/seed-N/           an ordinary run, which `trainer eval` and `trainer info` read too
//! OUT/METHOD/seed-N/measured.json
//! OUT/POINT/, OUT/sweep.json   of a plan with a sweep: all of this for each point, and the points (see `sweep`)
//! ```
//!
//! Every method has the same data, epochs and seeds. A comparison that was stopped, or killed, goes on with the same
//! command: finished runs are kept, an unfinished one continues from its checkpoint.

mod aggregate;
mod agreement;
mod args;
mod beyond;
mod conditions;
mod counterfactual;
mod examples;
mod figures;
mod intervals;
mod measured;
mod plan;
mod plan_file;
mod precision;
mod runs;
pub(crate) mod sweep;
mod table;
mod task_map;
mod trials;
mod unseen;
mod workers;

use std::path::{Path, PathBuf};
use std::time::Instant;

use modulens_schema::Split;
use modulens_training::data::OpenData;
use modulens_training::device::{self, Opened};
use modulens_training::error::TrainerError;
use modulens_training::files;
use modulens_training::output::{note, print, to_json};

use crate::compliance;

pub use args::Args;
use beyond::Asked;
pub use beyond::{Beyond, FewShot, Finer, Found, Graded, OverSeeds, Wanted};
pub use conditions::Conditions;
pub use counterfactual::Counterfactual;
use measured::Request;
use runs::{check_data, finish, is_finished, open_data};

pub use examples::{Example, Shown};
pub use figures::{Comparison, Difference, MethodFigures, TaskFigures, VERSION};
pub use measured::Measured;
pub(crate) use plan::folder_name;
pub use plan::{Plan, Planned, PlannedRun, Point, Setting};
pub use sweep::{Sweep, SweepPoint};
pub use task_map::{Square, TaskMap};
pub use trials::Trial;
pub use unseen::Unseen;

/// Trains and measures every method of a plan, and prints what was found.
///
/// # Errors
/// Unusable plan, data or device; an interruption, after saving.
pub fn run(args: &Args) -> Result<(), TrainerError> {
    let all = Plan::load_all(&args.plan, &args.overrides)?;
    let mut plans = args.plans(&all)?;
    let split = plans.first().map_or(Split::Test, |plan| plan.split);
    check_folders(&args.out, &plans, split)?;
    let opened = device::open(args.backend)?;
    if let Some(folder) = &args.run {
        workers::end_with_parent();
        return match &mut plans[..] {
            [plan] => do_one(plan, &args.out, folder, &opened),
            _ => Err(TrainerError::Message("a run is of one --point".into())),
        };
    }
    for plan in &plans {
        let Some(config) = plan.first_config() else {
            continue;
        };
        let data = open_data(config, split, true)?;
        Asked::read(&plan.beyond, &plan.unseen, &config.data, (&data, split))?;
    }
    let mut sweep = None;
    for plan in &mut plans {
        let mut heading = String::new();
        if let Some(point) = &plan.point {
            heading = format!("{}: {}\n", point.axis, point.name);
        }
        if !args.json && !heading.is_empty() {
            note(heading.trim_end());
        }
        let found = compare_at(args, plan, &opened)?;
        // After each point: what is there can be looked at.
        sweep = Sweep::of(&all, &args.out, &file_name("compare", split));
        if let Some(sweep) = &sweep {
            let path = args.out.join(file_name("sweep", split));
            files::write_atomically(&path, to_json(sweep)?.as_bytes())?;
        }
        match (args.json, &sweep) {
            (false, _) => print(&(heading + &table::render(&found)))?,
            (true, None) => print(&to_json(&found)?)?,
            (true, Some(_)) => {}
        }
    }
    match sweep {
        Some(sweep) if args.json => print(&to_json(&sweep)?),
        _ => Ok(()),
    }
}

/// Trains and measures every method of a plan, with its trials before.
fn compare_at(args: &Args, plan: &mut Plan, opened: &Opened) -> Result<Comparison, TrainerError> {
    let nothing = Asked::default();
    let trials = plan.trials().into_iter();
    let trials: Vec<_> = trials.map(|run| (run, trials::request(&nothing))).collect();
    do_side_by_side(args, plan, &trials, opened)?;
    let out = plan.folder(&args.out);
    // What has to be chosen is chosen before the rest is trained.
    let trials = trials::choose(plan, &out, opened, !args.json)?;
    let material = Material::open(plan)?;
    // Teachers before those they teach.
    let (taught, others): (Vec<_>, Vec<_>) = material
        .requests(plan)
        .partition(|(run, _)| run.teacher.is_some());
    do_side_by_side(args, plan, &others, opened)?;
    do_side_by_side(args, plan, &taught, opened)?;
    measure(plan, trials, &material, &out, opened, !args.json)
}

/// The data that the methods of a plan are measured on, and what the plan asks for.
struct Material {
    data: OpenData,
    asked: Asked,
    split: Split,
}

impl Material {
    fn open(plan: &Plan) -> Result<Self, TrainerError> {
        let config = plan.first_config().ok_or_else(no_method)?;
        let data = open_data(config, plan.split, false)?;
        Ok(Self {
            asked: Asked::read(
                &plan.beyond,
                &plan.unseen,
                &config.data,
                (&data, plan.split),
            )?,
            data,
            split: plan.split,
        })
    }

    /// The measurements of a method's run, by the place of its seed.
    fn request(&self, method: &Planned, place: usize) -> Request<'_> {
        Request {
            split: self.split,
            extras: method.extras(place),
            asked: &self.asked,
        }
    }

    /// All runs with the settings that were chosen, and their measurements.
    fn requests(&self, plan: &Plan) -> impl Iterator<Item = (PlannedRun, Request<'_>)> {
        plan.methods.iter().flat_map(move |method| {
            let runs = method.runs().iter().enumerate();
            runs.map(move |(place, run)| (run.clone(), self.request(method, place)))
        })
    }
}

/// Checks that nothing is replaced but figures of the same kind.
fn check_folders(out: &Path, plans: &[Plan], split: Split) -> Result<(), TrainerError> {
    type Known = fn(&[u8]) -> bool;
    let (compared, swept) = (file_name("compare", split), file_name("sweep", split));
    let mut old: Vec<(PathBuf, Known)> = Vec::new();
    for plan in plans {
        old.push((plan.folder(out).join(&compared), is_comparison));
    }
    // A sweep and a comparison alone do not share a folder.
    match plans.iter().any(|plan| plan.point.is_some()) {
        true => old.extend([
            (out.join(&swept), sweep::is_sweep as Known),
            (out.join(&compared), |_| false),
        ]),
        false => old.push((out.join(&swept), |_| false)),
    }
    for (path, is_ours) in old {
        if path.exists() && !is_ours(&files::read(&path)?) {
            return Err(TrainerError::Message(format!(
                "{} is not that of a comparison like this one, so it is left alone; give another --out",
                path.display()
            )));
        }
    }
    Ok(())
}

/// File name of figures on a split.
fn file_name(kind: &str, split: Split) -> String {
    match split {
        Split::Test => format!("{kind}.json"),
        other => format!("{kind}-{}.json", other.name()),
    }
}

/// Returns true for the figures of a comparison, of whatever version.
pub(crate) fn is_comparison(json: &[u8]) -> bool {
    has_keys(json, ["version", "dataset", "methods"])
}

/// Returns true for an object with all of these keys.
fn has_keys(json: &[u8], keys: [&str; 3]) -> bool {
    serde_json::from_slice::<serde_json::Value>(json)
        .is_ok_and(|value| keys.iter().all(|key| value.get(key).is_some()))
}

/// Trains and measures one run of a plan: a trial, or one with the setting that the trials chose.
fn do_one(plan: &mut Plan, out: &Path, wanted: &Path, opened: &Opened) -> Result<(), TrainerError> {
    let out = &plan.folder(out);
    let measured = |planned: &PlannedRun, data: &OpenData, request: &Request<'_>| {
        let run = finish(planned, out, opened, || {})?;
        check_data(&run, data)?;
        request.measure(&run, data, &opened.device).map(drop)
    };
    if let Some(trial) = plan.trials().iter().find(|run| run.folder == wanted) {
        let data = open_data(&trial.config, Split::Val, false)?;
        return measured(trial, &data, &trials::request(&Asked::default()));
    }
    trials::choose(plan, out, opened, false)?;
    let material = Material::open(plan)?;
    let found = material
        .requests(plan)
        .find(|(run, _)| run.folder == wanted);
    match found {
        Some((run, request)) => measured(&run, &material.data, &request),
        None => Err(TrainerError::Message(format!(
            "the plan has no run {}",
            wanted.display()
        ))),
    }
}

/// Trains and measures all runs that are not done, where it pays to do several at once.
fn do_side_by_side(
    args: &Args,
    plan: &Plan,
    runs: &[(PlannedRun, Request<'_>)],
    opened: &Opened,
) -> Result<(), TrainerError> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let at_once = args
        .jobs
        .unwrap_or(if opened.on_cpu { cores } else { 1 })
        .max(1);
    let exe = std::env::current_exe().map_err(TrainerError::io("find", "this program"))?;
    let mut jobs = Vec::new();
    for (run, request) in runs {
        let folder = plan.folder(&args.out).join(&run.folder);
        if is_finished(&folder) && request.is_done(&folder)? {
            continue;
        }
        let mut command = std::process::Command::new(&exe);
        command.arg("compare").arg(&args.plan);
        command.arg("--out").arg(&args.out);
        command.arg("--run").arg(&run.folder);
        if let Some(point) = &plan.point {
            command.arg("--point").arg(&point.name);
        }
        if let Some(data) = &args.data {
            command.arg("--data").arg(data);
        }
        if let Some(split) = args.split {
            command.arg("--split").arg(split.name());
        }
        for set in &args.overrides {
            command.arg("--set").arg(set);
        }
        for word in &args.only {
            // A setting is chosen for the methods that take part alone.
            command.arg("--only").arg(word);
        }
        let backend = if opened.on_cpu { "flex" } else { "wgpu" };
        command.args(["--backend", backend]);
        let threads = (cores / at_once).max(1);
        command.env("RAYON_NUM_THREADS", threads.to_string());
        jobs.push(workers::Job {
            name: run.folder.display().to_string(),
            command,
        });
    }
    if jobs.is_empty() || at_once < 2 {
        // One after the other needs no child.
        return Ok(());
    }
    // A single job is done like one of many: with another number of threads, sums would be rounded differently.
    let all = jobs.len();
    let mut done = 0;
    workers::run(jobs, at_once, |name| {
        done += 1;
        if !args.json {
            note(&format!("{done} of {all}: {name}"));
        }
    })
}

/// Compares without printing more than progress: chooses by the trials, trains what is missing, measures.
///
/// # Errors
/// As [`run`].
pub fn compare(
    plan: &mut Plan,
    out: &Path,
    opened: &Opened,
    progress: bool,
) -> Result<Comparison, TrainerError> {
    let trials = trials::choose(plan, out, opened, progress)?;
    measure(plan, trials, &Material::open(plan)?, out, opened, progress)
}

/// Measures all methods with the settings that were chosen by these trials, and trains what is missing.
fn measure(
    plan: &Plan,
    trials: Vec<Vec<Trial>>,
    material: &Material,
    out: &Path,
    opened: &Opened,
    progress: bool,
) -> Result<Comparison, TrainerError> {
    let data = &material.data;
    let config = plan.first_config().ok_or_else(no_method)?;
    let all = data.dataset.in_split(Split::Train).len();
    let tasks = data.dataset.tasks.iter();
    let mut found = Comparison {
        version: VERSION,
        dataset: data.dataset.name.clone(),
        split: plan.split,
        tasks: tasks.map(|task| task.name.clone()).collect(),
        seeds: plan.seeds.clone(),
        device: opened.description.clone(),
        images_trained_on: match config.data.train_images {
            0 => all,
            most => most.min(all),
        },
        epochs: config.train.epochs,
        methods: Vec::new(),
    };
    let path = out.join(file_name("compare", plan.split));
    let mut all_measured: Vec<Vec<Measured>> = Vec::new();
    for (method, trials) in plan.methods.iter().zip(trials) {
        let started = Instant::now();
        let mut measured = Vec::new();
        let mut runs = Vec::new();
        for (place, planned) in method.runs().iter().enumerate() {
            let run = finish(planned, out, opened, || {
                if progress {
                    note(&planned.folder.display().to_string());
                }
            })?;
            check_data(&run, data)?;
            let request = material.request(method, place);
            measured.push(request.measure(&run, data, &opened.device)?);
            runs.push(run);
        }
        let Some(run) = runs.first() else { continue };
        let compliances = runs.iter().map(|run| compliance::read(&run.path));
        let mut compliances = compliances.collect::<Result<Vec<_>, _>>()?;
        compliances.retain(|found| !found.is_empty());
        let ucr = agreement::pooled(&compliances);
        let images = found.images_trained_on;
        let figures = aggregate::of_method(method, run, &measured, images, ucr, trials);
        if progress {
            note(&format!(
                "{}: {:.2} % ({:.1} .. {:.1}), {:.0} s",
                method.name,
                100.0 * figures.mean_triplet_accuracy,
                100.0 * figures.ci95.low,
                100.0 * figures.ci95.high,
                started.elapsed().as_secs_f64(),
            ));
        }
        found.methods.push(figures);
        all_measured.push(measured);
        // After each method: what is there can be looked at, whatever happens to the rest.
        write(&found, &path)?;
    }
    let names: Vec<String> = found
        .methods
        .iter()
        .map(|method| method.name.clone())
        .collect();
    for (place, planned) in plan.methods.iter().enumerate() {
        let against = planned
            .against
            .as_ref()
            .filter(|name| **name != planned.name);
        let reference = against.and_then(|name| names.iter().position(|other| other == name));
        let beyond = reference.map(|reference| found.methods[reference].beyond.clone());
        if let (Some(reference), Some(method)) = (reference, found.methods.get_mut(place)) {
            method.beyond.hold_against(&beyond.unwrap_or_default());
            let (theirs, ours) = (&all_measured[reference], &all_measured[place]);
            method.difference = Some(aggregate::difference(&names[reference], theirs, ours));
        }
    }
    write(&found, &path)?;
    Ok(found)
}

fn no_method() -> TrainerError {
    TrainerError::Message("the plan has no method".into())
}

/// Writes compare.json on one line: nobody reads the agreement of every pair on every layer in a text editor.
fn write(found: &Comparison, path: &Path) -> Result<(), TrainerError> {
    let text = serde_json::to_string(found).map_err(|error| {
        TrainerError::Message(format!("the figures cannot be written: {error}"))
    })?;
    files::write_atomically(path, text.as_bytes())
}
