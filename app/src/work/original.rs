//! The places at which the original of an image may lie.

/// The number of a face comes after the path of its file.
fn without_face(id: &str) -> &str {
    match id.rsplit_once('#') {
        Some((file, number))
            if !number.is_empty() && number.bytes().all(|c| c.is_ascii_digit()) =>
        {
            file.trim_end_matches('#')
        }
        _ => id,
    }
}

/// The last part of a path.
fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The paths within the folder `root` at which the file of an image may lie, the likeliest first, in parts.
pub fn paths<'a>(id: &'a str, root: &'a str) -> Vec<Vec<&'a str>> {
    let mut paths: Vec<Vec<&str>> = Vec::new();
    for file in [id, without_face(id)] {
        let parts: Vec<&str> = file.split('/').filter(|part| !part.is_empty()).collect();
        // The ids of some layouts begin with the folder that was chosen.
        let inner = parts.strip_prefix(&[root]).map(<[&str]>::to_vec);
        for path in inner.into_iter().chain([parts]) {
            if !path.is_empty() && !paths.contains(&path) {
                paths.push(path);
            }
        }
    }
    paths
}

/// Returns true if a file of this name, which has the extension of an image or not, may hold the original of an image: be it
/// or, as an archive, contain it.
pub fn may_hold(name: &str, has_image_extension: bool, id: &str) -> bool {
    !has_image_extension || [id, without_face(id)].map(name_of).contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_tried_with_and_without_the_chosen_folder() {
        assert_eq!(
            paths("album/2019/x.jpg", "album"),
            [vec!["2019", "x.jpg"], vec!["album", "2019", "x.jpg"]]
        );
        assert_eq!(paths("2019/x.jpg", "album"), [vec!["2019", "x.jpg"]]);
        assert_eq!(
            paths("album", "album"),
            [vec!["album"]],
            "a file of that name"
        );
    }

    #[test]
    fn a_face_is_looked_for_in_its_file() {
        assert_eq!(paths("x.jpg#2", ""), [vec!["x.jpg#2"], vec!["x.jpg"]]);
        assert_eq!(paths("x.jpg##2", ""), [vec!["x.jpg##2"], vec!["x.jpg"]]);
        assert_eq!(paths("take #one.jpg", ""), [vec!["take #one.jpg"]]);
    }

    #[test]
    fn of_many_images_only_the_one_is_asked_for() {
        assert!(may_hold("x.jpg", true, "album/x.jpg#1"));
        assert!(!may_hold("y.jpg", true, "album/x.jpg"));
        assert!(may_hold("album.zip", false, "album/x.jpg"));
    }
}
