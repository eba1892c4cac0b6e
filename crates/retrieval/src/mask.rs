//! The images that match a query, and those that would if one subject were left out of it: the basis of facet counts.

/// The thing that a part of a query is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The predictions of a task.
    Task(usize),
    /// A column of the labels that the images came with.
    Column(usize),
    /// The difference between label and prediction of a task.
    Disagreement(usize),
    /// The names of the images.
    Name,
}

/// The images that fail what is asked, by subject.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MatchMask {
    /// Per image, the number of subjects it fails.
    fails: Vec<u8>,
    /// Per subject asked about, whether each image fails it.
    asked: Vec<(Subject, Vec<bool>)>,
    /// 1 where hidden images fail something that is no subject's.
    hidden: u8,
}

impl MatchMask {
    /// So many images of which nothing is asked yet; those in `hidden` never match.
    pub fn new(images: usize, hidden: &[usize]) -> Self {
        let mut fails = vec![0; images];
        for &image in hidden {
            if let Some(fails) = fails.get_mut(image) {
                *fails = 1;
            }
        }
        Self {
            fails,
            asked: Vec::new(),
            hidden: u8::from(!hidden.is_empty()),
        }
    }

    /// Asks something of a subject. Several questions about one subject count as one.
    pub fn ask(&mut self, subject: Subject, passes: impl Iterator<Item = bool>) {
        let at = match self.asked.iter().position(|(known, _)| *known == subject) {
            Some(at) => at,
            None => {
                self.asked.push((subject, vec![false; self.fails.len()]));
                self.asked.len() - 1
            }
        };
        let failed = &mut self.asked[at].1;
        for ((fails, failed), passes) in self.fails.iter_mut().zip(failed).zip(passes) {
            if !passes && !*failed {
                *failed = true;
                *fails = fails.saturating_add(1);
            }
        }
    }

    /// True if an image has all that is asked.
    pub fn all(&self, image: usize) -> bool {
        self.fails.get(image) == Some(&0)
    }

    /// True if nothing is asked of anything but this subject, so that every image counts.
    pub fn is_open_to(&self, subject: Subject) -> bool {
        self.hidden == 0 && self.asked.iter().all(|(asked, _)| *asked == subject)
    }

    /// Per image, whether it has all that is asked of other subjects than this one.
    pub fn all_but(&self, subject: Subject) -> Vec<bool> {
        match self.asked.iter().find(|(asked, _)| *asked == subject) {
            Some((_, failed)) => {
                let own = failed.iter().map(|&failed| u8::from(failed));
                self.fails
                    .iter()
                    .zip(own)
                    .map(|(&fails, own)| fails == own)
                    .collect()
            }
            None => self.fails.iter().map(|&fails| fails == 0).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_does_not_count_against_itself() {
        let mut mask = MatchMask::new(4, &[3]);
        mask.ask(Subject::Task(0), [true, true, false, true].into_iter());
        mask.ask(Subject::Task(1), [true, false, false, true].into_iter());
        assert_eq!(
            (0..5).map(|image| mask.all(image)).collect::<Vec<_>>(),
            [true, false, false, false, false]
        );
        assert_eq!(mask.all_but(Subject::Task(0)), [true, false, false, false]);
        assert_eq!(mask.all_but(Subject::Task(1)), [true, true, false, false]);
        assert_eq!(mask.all_but(Subject::Task(9)), [true, false, false, false]);
        assert!(!mask.is_open_to(Subject::Task(0)));
    }

    #[test]
    fn two_questions_about_one_task_are_one() {
        let mut mask = MatchMask::new(2, &[]);
        mask.ask(Subject::Task(5), [false, true].into_iter());
        mask.ask(Subject::Task(5), [false, false].into_iter());
        assert_eq!(mask.all_but(Subject::Task(5)), [true, true]);
        assert!(!mask.all(0) && !mask.all(1));
        assert!(mask.is_open_to(Subject::Task(5)));
    }
}
