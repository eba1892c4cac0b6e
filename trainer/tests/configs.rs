//! Every configuration that ships can be used.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use trainer::compare::Plan;
use trainer::config::Config;

#[test]
fn every_configuration_parses_and_makes_a_network() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("configs");
    let (mut configs, mut plans) = (0, 0);
    for entry in fs::read_dir(&folder).expect("the folder") {
        let path = entry.expect("an entry").path();
        let name = path.display().to_string();
        let all = if name.contains("compare-") {
            plans += 1;
            let points = Plan::load_all(&path, &[]).expect(&name).into_iter();
            points
                .flat_map(|plan| plan.methods)
                .flat_map(|method| method.settings)
                .flat_map(|setting| setting.trials.into_iter().chain(setting.runs))
                .map(|run| run.config)
                .collect()
        } else {
            configs += 1;
            vec![Config::load(&path, &[]).expect(&name)]
        };
        for config in all {
            config.network.for_tasks(&[2; 4]).validate().expect(&name);
        }
    }
    assert!(configs >= 4 && plans >= 2, "{configs} and {plans}");
}

/// Each point of the sweep over tasks goes on from the one before, up to every attribute that is drawn.
#[test]
fn the_sweep_over_tasks_ends_at_all_that_is_drawn() {
    let place = tempfile::tempdir().expect("a folder");
    let faces = place.path().join("faces");
    let config = modulens_synth::faces::FacesConfig {
        images: 60,
        ..Default::default()
    };
    modulens_synth::faces::write(&config, &faces, &|_, _| {}).expect("drawn");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("configs/compare-faces-tasks.toml");
    let (mut before, mut base): (Vec<String>, _) = (Vec::new(), None);
    for plan in Plan::load_all(&path, &[]).expect("a plan") {
        let config = &plan.methods[0].runs()[0].config;
        let tasks = &config.data.tasks;
        assert_eq!(plan.point.expect("a point").name, tasks.len().to_string());
        assert_eq!(config.network.embedding, 2 * tasks.len());
        assert!(tasks.starts_with(&before) && tasks.len() > before.len());
        before.clone_from(tasks);
        base = Some(config.data.clone());
    }
    let mut all = base.expect("a point");
    all.tasks.clear();
    let data = trainer::data::open(&all, Some(&faces))
        .expect("opens")
        .dataset;
    let mut drawn = BTreeSet::new();
    for (place, task) in data.tasks.iter().enumerate() {
        let mut labels = (0..60).map(|image| data.labels.get(image, place));
        if labels.any(|label| label.is_some()) {
            drawn.insert(task.name.clone());
        }
    }
    assert_eq!(before.into_iter().collect::<BTreeSet<_>>(), drawn);
}
