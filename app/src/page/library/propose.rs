//! The network proposed for what was brought, and the reason.

use crate::protocol::Seen;

use super::import_job::Candidate;

/// Observations on a few of the images that were brought.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Looked {
    /// Images that could be read.
    pub images: usize,
    /// Those of them that look drawn.
    pub drawings: usize,
    /// Those with a face, if faces were looked for.
    pub with_face: usize,
    /// All faces in them.
    pub faces: usize,
    /// Milliseconds that one image took.
    pub millis: f64,
}

impl Looked {
    /// Adds an image.
    pub fn add(&mut self, seen: &Seen) {
        self.images += 1;
        self.drawings += usize::from(seen.drawn);
        self.with_face += usize::from(!seen.faces.is_empty());
        self.faces += seen.faces.len();
    }

    /// The number of faces to expect in so many images.
    pub fn expected(&self, images: usize) -> usize {
        let share = self.faces as f64 / self.images.max(1) as f64;
        (images as f64 * share).round() as usize
    }

    /// True if most of them are photographs; of nothing nobody knows.
    fn are_photographs(&self) -> bool {
        self.images > 0 && self.drawings * 2 < self.images
    }

    /// True if most of them show a face.
    fn show_faces(&self) -> bool {
        self.with_face * 2 >= self.images
    }
}

/// A network to use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The network, by its place.
    pub network: usize,
    /// The reason.
    pub why: Why,
}

/// The reason for a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The images are photographs of faces, and it embeds faces.
    Faces,
    /// The images are photographs, and so were those that it learned from.
    Photographs,
    /// The images are drawings, and so were those that it learned from.
    Drawings,
    /// It knows so many of the label columns.
    Columns(usize),
    /// Nothing is known.
    Nothing,
}

/// The network that fits: first one that knows all label columns, then by the kind of the images, then the one that knows
/// most of the columns; of equals the preferred one, else the first.
pub fn propose(
    columns: &[String],
    networks: &[Candidate],
    preferred: usize,
    looked: Option<&Looked>,
) -> Proposal {
    let key = |network: &Candidate| {
        let kind = looked.map_or(0, |looked| fit(network, looked));
        let known = network.labelled(columns).len();
        (known > 0 && known >= columns.len(), kind, known)
    };
    let keys: Vec<(bool, u8, usize)> = networks.iter().map(key).collect();
    let best =
        (0..networks.len()).max_by_key(|&at| (keys[at], at == preferred, std::cmp::Reverse(at)));
    let Some(at) = best else {
        let why = Why::Nothing;
        return Proposal { network: 0, why };
    };
    let (all, kind, known) = keys[at];
    let others = || (0..keys.len()).filter(|&other| other != at);
    let better_kind = others().any(|other| keys[other].1 > kind);
    let same_kind = others().any(|other| keys[other].1 == kind);
    let most = others().all(|other| keys[other].1 != kind || keys[other].2 < known);
    let why = match looked {
        // It was the columns that told it from the others.
        _ if (all && better_kind) || (known > 0 && same_kind && most) => Why::Columns(known),
        Some(looked) if kind > 0 && looked.are_photographs() => match networks[at].faces {
            true => Why::Faces,
            false => Why::Photographs,
        },
        Some(looked) if kind > 0 && looked.images > 0 => Why::Drawings,
        _ => Why::Nothing,
    };
    Proposal { network: at, why }
}

/// The degree to which a network fits the kind of the images; 0 if it does not.
fn fit(network: &Candidate, looked: &Looked) -> u8 {
    let photographs = looked.are_photographs();
    if looked.images == 0 || network.photographs != photographs {
        return 0;
    }
    match (photographs, network.faces, looked.show_faces()) {
        (false, ..) | (true, false, true) => 1,
        (true, true, true) | (true, false, false) => 2,
        // It would leave most of the images out.
        (true, true, false) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(tasks: &[&str], photographs: bool, faces: bool) -> Candidate {
        Candidate {
            task_names: tasks.iter().map(|&name| name.to_owned()).collect(),
            photographs,
            faces,
            ..Candidate::default()
        }
    }

    fn looked(drawings: usize, with_face: usize) -> Looked {
        Looked {
            images: 8,
            drawings,
            with_face,
            faces: with_face,
            millis: 1.0,
        }
    }

    fn columns(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn the_network_that_knows_most_columns_fits() {
        let networks = [
            network(&["Smiling", "Male"], false, false),
            network(&["Closure"], false, false),
        ];
        let fitting = |names: &[&str], preferred| {
            let proposal = propose(&columns(names), &networks, preferred, None);
            (proposal.network, proposal.why)
        };
        assert_eq!(
            fitting(&["smiling", "Male", "closure"], 1),
            (0, Why::Columns(2))
        );
        assert_eq!(fitting(&["Closure"], 0), (1, Why::Columns(1)));
        assert_eq!(fitting(&[], 1), (1, Why::Nothing), "the one in use");
        assert_eq!(fitting(&[], 7), (0, Why::Nothing));
    }

    #[test]
    fn the_kind_of_the_images_comes_first() {
        let networks = [
            network(&["Smiling", "Male", "Bald"], false, false),
            network(&["Closure"], false, false),
            network(&["Smiling"], true, true),
            network(&["Garment"], true, false),
        ];
        let proposed = |names: &[&str], looked| {
            let proposal = propose(&columns(names), &networks, 1, Some(&looked));
            (proposal.network, proposal.why)
        };
        assert_eq!(proposed(&[], looked(0, 8)), (2, Why::Faces));
        assert_eq!(proposed(&[], looked(1, 1)), (3, Why::Photographs));
        assert_eq!(proposed(&[], looked(8, 8)), (1, Why::Drawings));
        let four = ["Smiling", "Male", "Bald", "Blurry"];
        assert_eq!(proposed(&four, looked(0, 7)), (2, Why::Faces));
        assert_eq!(proposed(&four, looked(8, 7)), (0, Why::Columns(3)));
        assert_eq!(proposed(&["Smiling"], looked(0, 7)), (2, Why::Faces));
        assert_eq!(proposed(&[], Looked::default()), (1, Why::Nothing));
    }

    /// Some drawings look like photographs; a network that knows all labels was made for them.
    #[test]
    fn a_network_that_knows_all_columns_is_proposed_whatever_the_images_look_like() {
        let networks = [
            network(&["Smiling", "Male", "Bald"], false, false),
            network(&["Smiling"], true, true),
        ];
        let names = columns(&["Smiling", "Bald"]);
        let proposal = propose(&names, &networks, 1, Some(&looked(0, 8)));
        assert_eq!((proposal.network, proposal.why), (0, Why::Columns(2)));
    }

    #[test]
    fn photographs_of_faces_without_a_network_of_faces_go_to_another_of_photographs() {
        let networks = [network(&[], false, false), network(&[], true, false)];
        let proposal = propose(&[], &networks, 0, Some(&looked(0, 8)));
        assert_eq!((proposal.network, proposal.why), (1, Why::Photographs));
        let networks = [network(&[], false, false), network(&[], true, true)];
        let proposal = propose(&[], &networks, 0, Some(&looked(0, 1)));
        assert_eq!((proposal.network, proposal.why), (0, Why::Nothing));
    }

    #[test]
    fn what_is_seen_is_counted() {
        let mut looked = Looked::default();
        for (drawn, faces) in [(true, 0), (false, 1), (false, 3)] {
            looked.add(&Seen {
                drawn,
                faces: vec![crate::protocol::Frame::default(); faces],
            });
        }
        let counted = (
            looked.images,
            looked.drawings,
            looked.with_face,
            looked.faces,
        );
        assert_eq!(counted, (3, 1, 2, 4));
        assert_eq!(
            (looked.expected(300), Looked::default().expected(5)),
            (400, 0)
        );
    }
}
