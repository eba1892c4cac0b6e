//! The limits of a network and its labels, its purpose, and its misuse: in words.

use modulens_bundle::{Attribution, Manifest};
use modulens_schema::{Task, noise};

use crate::page::text::titles::task_title;

/// Returns true if the gallery's description says that a program drew it.
pub fn is_drawn(description: &str, licence: &[Attribution]) -> bool {
    let says = |text: &str| {
        let text = text.to_ascii_lowercase();
        text.contains("drawn by a program") || text.contains("synthetic")
    };
    says(description) || licence.iter().any(|attribution| says(&attribution.what))
}

/// Returns true if the tasks are attributes of `CelebA`: of faces.
pub fn is_celeba(tasks: &[Task]) -> bool {
    !tasks.is_empty()
        && tasks
            .iter()
            .all(|task| noise::CELEBA.contains(&task.name.as_str()))
}

/// The known label noise, a sentence each. `own`: true for the visitor's own images.
pub fn label_noise(manifest: &Manifest, own: bool) -> Vec<String> {
    // Of an own gallery the manifest's description and licence are the visitor's; the network's are not known here.
    let drawn = !own && is_drawn(&manifest.description, &manifest.licence);
    let faces = is_celeba(&manifest.tasks);
    let mut said = Vec::new();
    if drawn {
        said.push(
            "The labels are what the program drew, so that none is a matter of opinion. What \
             cannot be seen in a picture has no label."
                .into(),
        );
    }
    if faces {
        let whose = match (drawn, own) {
            (true, _) => {
                "Labels that people gave to photographs are another matter. In CelebA, whose \
                 format this gallery has,"
            }
            (_, true) => "If your labels are CelebA\u{2019}s: there",
            (_, false) => "In CelebA",
        };
        said.push(format!(
            "{whose} two annotators agreed on at least 95 % of the pictures for only 12 of the 40 \
             attributes ({}).",
            noise::SOURCE
        ));
        said.extend(manifest.tasks.iter().filter_map(|task| {
            let found = noise::celeba(&task.name)?.sentence;
            Some(format!("{}: {found}.", task_title(task)))
        }));
    } else if !drawn {
        said.push(
            "Nothing is known here about wrong labels. People disagree about most attributes: \
             take a score near 100 % for agreement with whoever labelled the pictures."
                .into(),
        );
    }
    said
}

/// The purpose of the network, a sentence each. `own`: true for the visitor's own images.
pub fn purpose(manifest: &Manifest, own: bool) -> Vec<String> {
    let mut said = vec![
        "To search a gallery by one task at a time, and to see what modulating one network per \
         task does: for research, for teaching, and for finding a picture again."
            .to_owned(),
    ];
    if is_celeba(&manifest.tasks) {
        said.push(
            "What it says about a face is a prediction about a picture: whether annotators would \
             have given it the label. It is no fact about a person. A smile in a picture is not \
             a mood, and \u{201c}young\u{201d} is no age."
                .to_owned(),
        );
        if !own && is_drawn(&manifest.description, &manifest.licence) {
            said.push(
                "It learned from drawings, and from nobody\u{2019}s photograph. On photographs \
                 its predictions mean little."
                    .to_owned(),
            );
        }
    }
    said
}

/// The uses to avoid.
pub fn never(tasks: &[Task]) -> &'static [&'static str] {
    if is_celeba(tasks) {
        &[
            "To tell who somebody is, or whether two pictures show the same person. It was not \
             made for that and is bad at it.",
            "To decide about anybody: hiring, lending, housing, insurance, school, border, \
             police, court.",
            "To watch, follow or sort people, in public or at work.",
            "To guess origin, health, belief, character or mood. A picture does not show these.",
            "On pictures of people who do not want it.",
        ]
    } else {
        &[
            "To decide about anybody or anything that matters without looking: 90 % accuracy \
             still means one error in ten.",
            "As facts about products. What it says is a guess about a picture.",
            "On pictures unlike those it was measured on, without measuring it on them first.",
        ]
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn manifest(tasks: &[&str], description: &str, what: &str) -> Manifest {
        let measured = tasks.iter().map(|name| {
            json!({
                "name": name, "triplet_accuracy": 0.9, "ci95": [0.8, 1.0], "precision_at_10": 0.9, "map": 0.9,
                "calibration_error": 0.01, "images": 5,
            })
        });
        let text = json!({
            "schema": modulens_bundle::SCHEMA,
            "version": modulens_bundle::VERSION,
            "name": "x",
            "title": "X",
            "description": description,
            "tasks": tasks.iter().map(|&name| Task::binary(name)).collect::<Vec<_>>(),
            "network": {},
            "sites": [],
            "input": { "size": 8, "fit": "crop", "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5] },
            "feature_shape": [4, 1, 1],
            "embedding": 4,
            "images": 5,
            "quality": {
                "dataset": "x", "split": "test", "mean_triplet_accuracy": 0.9, "tasks": measured.collect::<Vec<_>>(),
            },
            "splits_shown": "test",
            "licence": [{ "what": what, "creator": "c", "licence": "l" }],
            "files": {},
        });
        Manifest::parse(text.to_string().as_bytes()).expect("a manifest")
    }

    #[test]
    fn drawn_labels_are_exact_and_photographs_are_not() {
        let drawn = manifest(
            &["Smiling", "No_Beard"],
            "Faces drawn by a program",
            "Open Peeps",
        );
        let said = label_noise(&drawn, false);
        assert!(said[0].contains("what the program drew"), "{said:?}");
        assert!(said[1].contains("only 12 of the 40"), "{said:?}");
        assert!(said[2].starts_with("No beard: up to 40 %"), "{said:?}");
        let real = manifest(&["Smiling"], "", "CelebA");
        let said = label_noise(&real, false);
        assert_eq!(said.len(), 1);
        assert!(said[0].starts_with("In CelebA two annotators"), "{said:?}");
        let own = label_noise(&drawn, true);
        assert!(own[0].starts_with("If your labels"), "{own:?}");
    }

    #[test]
    fn nothing_is_made_up_about_other_labels() {
        let drawn = manifest(&["Closure"], "", "Synthetic shoes, drawn by a program");
        assert_eq!(label_noise(&drawn, false).len(), 1);
        let other = manifest(&["Closure", "Smiling"], "Photographs", "somebody");
        let said = label_noise(&other, false);
        assert!(
            said.len() == 1 && said[0].starts_with("Nothing is known"),
            "{said:?}"
        );
    }

    #[test]
    fn faces_come_with_a_warning() {
        let faces = manifest(&["Smiling"], "Faces drawn by a program", "x");
        let said = purpose(&faces, false).join(" ");
        assert!(said.contains("no fact about a person"), "{said}");
        assert!(said.contains("nobody\u{2019}s photograph"), "{said}");
        assert!(
            !purpose(&faces, true).join(" ").contains("photograph"),
            "not of one's own pictures"
        );
        assert!(never(&faces.tasks)[0].contains("who somebody is"));
        let shoes = manifest(&["Closure"], "", "x");
        assert_eq!(purpose(&shoes, false).len(), 1);
        assert!(
            never(&shoes.tasks)
                .iter()
                .all(|never| !never.contains("police"))
        );
    }
}
