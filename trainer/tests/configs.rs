//! Every configuration that ships can be used.

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
            let plan = Plan::load(&path, &[]).expect(&name);
            plan.methods
                .into_iter()
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
