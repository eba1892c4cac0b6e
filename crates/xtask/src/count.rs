//! The numbers of passed and failed tests, read from the output of the test runners.

use std::ops::AddAssign;

/// Tests that ran.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl Count {
    /// Adds what one line says, if it is a summary of libtest or of node.
    pub(crate) fn read_line(&mut self, line: &str) {
        let line = line.trim();
        if line.starts_with("test result:") {
            // test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s
            self.passed += before(line, "passed");
            self.failed += before(line, "failed");
        } else if let Some(number) = line.strip_prefix("# pass ") {
            self.passed += number.trim().parse::<usize>().unwrap_or(0);
        } else if let Some(number) = line
            .strip_prefix("# fail ")
            .or_else(|| line.strip_prefix("# cancelled "))
        {
            self.failed += number.trim().parse::<usize>().unwrap_or(0);
        }
    }
}

/// The number that stands before a word: 12 in "12 passed".
fn before(line: &str, word: &str) -> usize {
    let words = || {
        line.split(|letter: char| !letter.is_alphanumeric())
            .filter(|word| !word.is_empty())
    };
    words()
        .zip(words().skip(1))
        .find(|(_, second)| *second == word)
        .and_then(|(number, _)| number.parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::Count;

    fn count(text: &str) -> Count {
        let mut count = Count::default();
        text.lines().for_each(|line| count.read_line(line));
        count
    }

    #[test]
    fn libtest_summaries_add_up() {
        let text = "running 3 tests\ntest a ... ok\n\
            test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s\n\
            test result: FAILED. 10 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.0s";
        assert_eq!(
            count(text),
            Count {
                passed: 13,
                failed: 2
            }
        );
    }

    #[test]
    fn node_summary() {
        let text = "# tests 5\n# suites 0\n# pass 4\n# fail 1\n# cancelled 0\n# skipped 0";
        assert_eq!(
            count(text),
            Count {
                passed: 4,
                failed: 1
            }
        );
    }

    #[test]
    fn other_lines_count_nothing() {
        assert_eq!(count("3 passed the exam, 1 failed"), Count::default());
    }
}
