//! The selected images: a set, and the anchor from which a range goes.

/// The selected images of a gallery.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Ascending.
    images: Vec<usize>,
    /// The image chosen last by itself.
    anchor: Option<usize>,
    /// The images selected when that became the anchor: a range goes beside them.
    before: Vec<usize>,
}

impl Selection {
    /// The images, ascending.
    pub fn images(&self) -> &[usize] {
        &self.images
    }

    /// Number of images.
    pub fn len(&self) -> usize {
        self.images.len()
    }

    /// True without an image.
    pub fn is_empty(&self) -> bool {
        self.images.is_empty()
    }

    /// True if an image is selected.
    pub fn has(&self, image: usize) -> bool {
        self.images.binary_search(&image).is_ok()
    }

    /// Selects an image, or leaves it out if it was selected. Ranges go from it.
    pub fn toggle(&mut self, image: usize) {
        match self.images.binary_search(&image) {
            Ok(at) => _ = self.images.remove(at),
            Err(at) => self.images.insert(at, image),
        }
        self.anchor_at(image);
    }

    /// Selects the results from the anchor to an image, in place of the range from the anchor before. Without an anchor
    /// among the results, `from` becomes it. `order` are the results, the best first.
    pub fn extend(&mut self, order: &[usize], from: usize, to: usize) {
        let place = |image: usize| order.iter().position(|&other| other == image);
        let (Some(start), Some(end)) = (self.anchor.and_then(place).or(place(from)), place(to))
        else {
            return;
        };
        if self.anchor != Some(order[start]) {
            self.anchor_at(from);
        }
        let range = &order[start.min(end)..=start.max(end)];
        self.images.clone_from(&self.before);
        self.add(range);
    }

    /// Selects all results, beside what is selected.
    pub fn all(&mut self, order: &[usize]) {
        self.add(order);
        self.before.clone_from(&self.images);
    }

    /// Selects nothing.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Leaves out images that are no results any more, whatever is asked; `excluded` is ascending.
    pub fn leave_out(&mut self, excluded: &[usize]) {
        let stays = |image: &usize| excluded.binary_search(image).is_err();
        self.images.retain(stays);
        self.before.retain(stays);
        self.anchor = self.anchor.filter(stays);
    }

    fn anchor_at(&mut self, image: usize) {
        self.anchor = Some(image);
        self.before.clone_from(&self.images);
    }

    fn add(&mut self, images: &[usize]) {
        self.images.extend_from_slice(images);
        self.images.sort_unstable();
        self.images.dedup();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Results in an order of their own.
    const ORDER: [usize; 6] = [5, 3, 8, 1, 9, 0];

    #[test]
    fn an_image_is_selected_and_left_out_again() {
        let mut selection = Selection::default();
        selection.toggle(8);
        selection.toggle(3);
        assert_eq!(selection.images(), [3, 8]);
        assert!(selection.has(3) && !selection.has(5));
        selection.toggle(8);
        assert_eq!(selection.images(), [3]);
        selection.clear();
        assert!(selection.is_empty());
        assert_eq!(selection, Selection::default(), "without an anchor");
    }

    #[test]
    fn a_range_goes_by_the_order_of_the_results_and_turns_at_the_anchor() {
        let mut selection = Selection::default();
        selection.toggle(7);
        selection.toggle(8);
        selection.extend(&ORDER, 0, 9);
        assert_eq!(selection.images(), [1, 7, 8, 9]);
        selection.extend(&ORDER, 0, 3);
        assert_eq!(selection.images(), [3, 7, 8], "the other range is gone");
        selection.extend(&ORDER, 0, 8);
        assert_eq!(selection.images(), [7, 8]);
    }

    #[test]
    fn a_range_without_an_anchor_begins_at_the_image_given() {
        let mut selection = Selection::default();
        selection.extend(&ORDER, 3, 1);
        assert_eq!(selection.images(), [1, 3, 8]);
        selection.extend(&ORDER, 9, 8);
        assert_eq!(selection.images(), [3, 8], "3 is the anchor");
        // The anchor is no result of another query.
        selection.extend(&[8, 9, 0], 9, 0);
        assert_eq!(selection.images(), [0, 3, 8, 9]);
        selection.extend(&ORDER, 3, 4);
        assert_eq!(selection.len(), 4, "4 is no result");
        selection.extend(&[], 3, 3);
        assert_eq!(selection.len(), 4);
    }

    #[test]
    fn all_results_are_selected_beside_the_others() {
        let mut selection = Selection::default();
        selection.toggle(7);
        selection.all(&ORDER);
        assert_eq!(selection.images(), [0, 1, 3, 5, 7, 8, 9]);
        selection.all(&[]);
        assert_eq!(selection.len(), 7);
    }

    #[test]
    fn hidden_images_leave_the_selection() {
        let mut selection = Selection::default();
        selection.all(&ORDER);
        selection.toggle(7);
        selection.leave_out(&[1, 7, 8]);
        assert_eq!(selection.images(), [0, 3, 5, 9]);
        selection.extend(&ORDER, 9, 9);
        assert_eq!(selection.images(), [0, 3, 5, 9], "without an anchor");
    }
}
