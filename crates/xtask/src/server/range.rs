//! The `Range` header: one range of bytes.

/// The range that a `Range` header asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// The whole file: no header, one that we do not understand, or several ranges at once, all of which a
    /// server may answer so.
    Whole,
    /// The bytes `first..=last`.
    Part { first: u64, last: u64 },
    /// Bytes that the file does not have.
    Nothing,
}

/// Reads the header for a file of `length` bytes.
pub(super) fn parse(header: Option<&str>, length: u64) -> Wanted {
    let Some((first, last)) = header
        .and_then(|header| header.trim().strip_prefix("bytes="))
        .filter(|ranges| !ranges.contains(','))
        .and_then(|range| range.split_once('-'))
    else {
        return Wanted::Whole;
    };
    let number = |text: &str| text.trim().parse::<u64>().ok();
    match (first.trim(), last.trim()) {
        ("", last) => match number(last) {
            None => Wanted::Whole,
            Some(0) => Wanted::Nothing,
            Some(_) if length == 0 => Wanted::Nothing,
            Some(count) => Wanted::Part {
                first: length.saturating_sub(count),
                last: length - 1,
            },
        },
        (first, last) => {
            let (Some(first), Some(last)) = (
                number(first),
                if last.is_empty() {
                    Some(u64::MAX)
                } else {
                    number(last)
                },
            ) else {
                return Wanted::Whole;
            };
            if last < first {
                Wanted::Whole
            } else if first >= length {
                Wanted::Nothing
            } else {
                Wanted::Part {
                    first,
                    last: last.min(length - 1),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Wanted, parse};

    #[test]
    fn ranges() {
        let part = |first, last| Wanted::Part { first, last };
        let cases = [
            (None, Wanted::Whole),
            (Some("bytes=0-9"), part(0, 9)),
            (Some("bytes=90-"), part(90, 99)),
            (Some("bytes=90-500"), part(90, 99)),
            (Some("bytes=-10"), part(90, 99)),
            (Some("bytes=-1000"), part(0, 99)),
            (Some("bytes=100-"), Wanted::Nothing),
            (Some("bytes=-0"), Wanted::Nothing),
            (Some("bytes=9-3"), Wanted::Whole),
            (Some("bytes=0-1,4-5"), Wanted::Whole),
            (Some("lines=1-2"), Wanted::Whole),
            (Some("bytes=a-b"), Wanted::Whole),
            (Some("bytes=-"), Wanted::Whole),
        ];
        for (header, wanted) in cases {
            assert_eq!(parse(header, 100), wanted, "{header:?}");
        }
        assert_eq!(parse(Some("bytes=0-"), 0), Wanted::Nothing);
        assert_eq!(parse(Some("bytes=-5"), 0), Wanted::Nothing);
    }
}
