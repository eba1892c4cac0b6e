//! Images that the visitor hid.

/// Hidden images with more of them, or with less, ascending.
pub fn with_hidden(hidden: &[usize], images: &[usize], hide: bool) -> Vec<usize> {
    let mut images = images.to_vec();
    images.sort_unstable();
    let others = hidden.iter().copied();
    let mut all: Vec<usize> = others
        .filter(|image| images.binary_search(image).is_err())
        .collect();
    if hide {
        all.extend(images);
        all.sort_unstable();
        all.dedup();
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_hidden_and_shown_again() {
        assert_eq!(with_hidden(&[], &[2, 5], true), [2, 5]);
        assert_eq!(with_hidden(&[1, 5, 9], &[2, 5], true), [1, 2, 5, 9]);
        assert_eq!(with_hidden(&[1, 5, 9], &[5, 2], false), [1, 9]);
    }
}
