//! What was marked.

/// Images that show something, and images that do not, as they were marked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Images that show it.
    pub yes: Vec<usize>,
    /// Images that do not.
    pub no: Vec<usize>,
}

/// Marks that can be learned from: in ascending order, each image once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// Images that show it.
    pub yes: Vec<usize>,
    /// Images that do not.
    pub no: Vec<usize>,
    /// Marked images that the gallery does not have, or that were marked both ways: nothing is learned from them.
    pub ignored: usize,
}

impl Marks {
    /// The marks that can be learned from in a gallery of so many images.
    ///
    /// The order of the marks makes no difference, nor does marking an image twice. An image marked both ways says
    /// nothing.
    pub fn settle(&self, images: usize) -> Settled {
        let (yes, no) = (in_order(&self.yes), in_order(&self.no));
        let usable = |list: &[usize], other: &[usize]| -> Vec<usize> {
            let is_usable =
                |image: &&usize| **image < images && other.binary_search(image).is_err();
            list.iter().filter(is_usable).copied().collect()
        };
        let both = yes.iter().filter(|image| no.binary_search(image).is_ok());
        let all = yes.len() + no.len() - both.count();
        let (yes, no) = (usable(&yes, &no), usable(&no, &yes));
        Settled {
            ignored: all - yes.len() - no.len(),
            yes,
            no,
        }
    }
}

fn in_order(images: &[usize]) -> Vec<usize> {
    let mut images = images.to_vec();
    images.sort_unstable();
    images.dedup();
    images
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_put_in_order_and_contradictions_taken_out() {
        let marks = Marks {
            yes: vec![7, 3, 7, 5, 12],
            no: vec![5, 1, 99, 5],
        };
        let settled = marks.settle(10);
        assert_eq!((settled.yes, settled.no), (vec![3, 7], vec![1]));
        assert_eq!(settled.ignored, 3, "5 both ways, 12 and 99 out of range");
        assert_eq!(Marks::default().settle(0), Settled::default());
    }
}
