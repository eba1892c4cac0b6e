//! `labels.bin`: what is known about each image, bit-packed.
//!
//! Image by image, task by task, a code of `ceil(log2(values + 1))` bits: the value's index, or the number
//! of values where nothing is known. The first code lies in the lowest bits of the first byte; codes run
//! on across bytes and images; the bits left over in the last byte are zero.

use modulens_schema::{Labels, Task};

use crate::{BundleError, Manifest, files};

/// Bits of one task's code.
fn width(task: &Task) -> u32 {
    // The codes are 0..=values.
    usize::BITS - task.values.len().leading_zeros()
}

/// Bytes of the packed labels; `None` where that overflows.
fn packed_len(tasks: &[Task], images: usize) -> Option<usize> {
    let bits: u32 = tasks.iter().map(width).sum();
    images
        .checked_mul(usize::try_from(bits).ok()?)
        .map(|bits| bits.div_ceil(8))
}

/// Packs labels.
///
/// # Errors
/// Another number of tasks, or a label that is none of its task's values.
pub fn pack(labels: &Labels, tasks: &[Task]) -> Result<Vec<u8>, BundleError> {
    let unwritable = |problem: String| BundleError::unwritable(files::LABELS, problem);
    if labels.tasks() != tasks.len() {
        let problem = format!(
            "labels of {} tasks where there are {}",
            labels.tasks(),
            tasks.len()
        );
        return Err(unwritable(problem));
    }
    let len = packed_len(tasks, labels.images()).unwrap_or_default();
    let mut packed = Vec::with_capacity(len);
    let (mut pending, mut bits) = (0_u32, 0_u32);
    for image in 0..labels.images() {
        for (index, task) in tasks.iter().enumerate() {
            let values = task.values.len();
            let label = labels.get(image, index).map(usize::from);
            if values >= usize::from(Labels::UNKNOWN) || label.is_some_and(|label| label >= values)
            {
                let problem = format!("image {image} has no valid label under {:?}", task.name);
                return Err(unwritable(problem));
            }
            let code = label.unwrap_or(values);
            pending |= (code as u32) << bits;
            bits += width(task);
            while bits >= 8 {
                packed.push((pending & 0xff) as u8);
                pending >>= 8;
                bits -= 8;
            }
        }
    }
    if bits > 0 {
        packed.push((pending & 0xff) as u8);
    }
    Ok(packed)
}

/// Unpacks the labels of `images` images.
///
/// # Errors
/// Too few or too many bytes, a code that stands for nothing, or left-over bits that are not zero.
pub fn unpack(bytes: &[u8], tasks: &[Task], images: usize) -> Result<Labels, BundleError> {
    let wrong = |problem: String| BundleError::content(files::LABELS, problem);
    let expected = packed_len(tasks, images);
    if expected != Some(bytes.len()) || tasks.iter().any(|task| task.values.len() > 254) {
        return Err(wrong(format!(
            "{} bytes cannot be the labels of {images} images under {} tasks",
            bytes.len(),
            tasks.len()
        )));
    }
    let mut cells = Vec::with_capacity(images.saturating_mul(tasks.len()));
    let mut source = bytes.iter();
    let (mut pending, mut bits) = (0_u32, 0_u32);
    for image in 0..images {
        for task in tasks {
            let width = width(task);
            while bits < width {
                pending |= u32::from(source.next().copied().unwrap_or_default()) << bits;
                bits += 8;
            }
            let code = (pending & ((1 << width) - 1)) as usize;
            pending >>= width;
            bits -= width;
            match code.cmp(&task.values.len()) {
                std::cmp::Ordering::Less => cells.push(code as u8),
                std::cmp::Ordering::Equal => cells.push(Labels::UNKNOWN),
                std::cmp::Ordering::Greater => {
                    let problem = format!("image {image} has no valid label under {:?}", task.name);
                    return Err(wrong(problem));
                }
            }
        }
    }
    if pending != 0 {
        return Err(wrong("the bits after the last label are not zero".into()));
    }
    Labels::from_cells(tasks.len(), cells).map_err(|error| wrong(error.to_string()))
}

impl Manifest {
    /// Checks and reads `labels.bin`.
    ///
    /// # Errors
    /// Wrong size or hash, or not the labels of these images under these tasks.
    pub fn read_labels(&self, bytes: &[u8]) -> Result<Labels, BundleError> {
        self.check(files::LABELS, bytes)?;
        unpack(bytes, &self.tasks, self.images)
    }
}

#[cfg(test)]
mod tests {
    use modulens_schema::TaskKind;

    use super::*;

    fn tasks() -> Vec<Task> {
        let many: Vec<String> = (0..254).map(|value| value.to_string()).collect();
        vec![
            Task::binary("Smiling"),
            Task::with_values("Closure", TaskKind::Categorical, ["a", "b", "c", "d"]),
            Task::with_values("Height", TaskKind::Ordinal, many),
        ]
    }

    #[test]
    fn every_value_and_unknown_come_back() {
        let tasks = tasks();
        for images in [0, 1, 2, 7, 300] {
            let mut labels = Labels::new(3);
            for image in 0..images {
                let cell = |values: usize| {
                    (image % (values + 1) != values).then_some((image % (values + 1)) as u8)
                };
                labels.push([cell(2), cell(4), cell(254)]);
            }
            let packed = pack(&labels, &tasks).expect("packs");
            assert_eq!(packed.len(), (images * (2 + 3 + 8)).div_ceil(8));
            assert_eq!(unpack(&packed, &tasks, images).expect("unpacks"), labels);
        }
    }

    #[test]
    fn the_layout_is_the_documented_one() {
        let tasks = &tasks()[..2];
        let labels = Labels::from_cells(2, vec![1, 3, Labels::UNKNOWN, 0]).expect("2 x 2");
        // From the lowest bit: 01 (yes), 011 (d), 10 (unknown of 2 values), 000 (a), then zeros.
        assert_eq!(
            pack(&labels, tasks).expect("packs"),
            [0b0100_1101, 0b0000_0000]
        );
    }

    #[test]
    fn bad_bytes_are_refused() {
        let tasks = tasks();
        assert!(unpack(&[0; 1], &tasks, 1).is_err(), "too short");
        assert!(unpack(&[0; 3], &tasks, 1).is_err(), "too long");
        assert!(
            unpack(&[0, 0b1110_0000], &tasks, 1).is_err(),
            "left-over bits"
        );
        assert!(
            unpack(&[0b0000_0011, 0], &tasks, 1).is_err(),
            "no such value"
        );
        assert!(unpack(&[], &tasks, usize::MAX).is_err(), "overflow");
    }

    #[test]
    fn labels_of_no_value_are_not_written() {
        let labels = Labels::from_cells(3, vec![2, 0, 0]).expect("1 x 3");
        assert!(pack(&labels, &tasks()).is_err());
        assert!(pack(&Labels::new(2), &tasks()).is_err());
    }
}
