//! File names: their natural order, and a filter by a part of them.

use modulens_schema::case;

/// A text in small letters. Most names have none but plain letters, which need no table.
fn lower(text: &str) -> String {
    match text.is_ascii() {
        true => text.to_ascii_lowercase(),
        false => case::lower(text),
    }
}

/// The places of names in their natural order, from 0: numbers in them count as numbers ("2" comes before "10"), capital
/// letters as small ones. Equal names share a place.
pub(crate) fn places(names: &[String]) -> Vec<u32> {
    let keys: Vec<String> = names.iter().map(|name| key(name)).collect();
    let mut order: Vec<u32> = (0..u32::MAX).take(names.len()).collect();
    order.sort_by(|&one, &other| keys[one as usize].cmp(&keys[other as usize]));
    let mut places = vec![0; order.len()];
    let mut before = None;
    for name in order {
        let key = &keys[name as usize];
        let place = match before {
            Some((known, place)) if known == key => place,
            Some((_, place)) => place + 1,
            None => 0,
        };
        places[name as usize] = place;
        before = Some((key, place));
    }
    places
}

/// A text that sorts like the name: before each number the count of its digits as a character.
fn key(name: &str) -> String {
    let mut key = String::with_capacity(name.len() + 4);
    let mut rest = name;
    while !rest.is_empty() {
        let digits = run(rest, |letter| letter.is_ascii_digit());
        let number = digits.trim_start_matches('0');
        if !digits.is_empty() {
            // Digits sort before letters, as they do by themselves.
            key.push('0');
            key.push(char::from_u32(number.len() as u32 + 1).unwrap_or(char::MAX));
            key.push_str(number);
        }
        rest = &rest[digits.len()..];
        let words = run(rest, |letter| !letter.is_ascii_digit());
        key.push_str(&lower(words));
        rest = &rest[words.len()..];
    }
    key
}

/// The longest beginning of a text of such letters.
fn run(text: &str, is_in: impl Fn(char) -> bool) -> &str {
    let end = text.find(|letter| !is_in(letter)).unwrap_or(text.len());
    &text[..end]
}

/// For each of the first images, true if its name contains the text, capital letters counting as small ones. An image
/// without a name does not pass.
pub(crate) fn containing(names: &[String], text: &str, images: usize) -> Vec<bool> {
    let wanted = lower(text);
    let contains = |name: &String| match name.is_ascii() && !wanted.is_empty() {
        // Nothing is copied: there may be hundreds of thousands.
        true => {
            let mut parts = name.as_bytes().windows(wanted.len());
            parts.any(|part| part.eq_ignore_ascii_case(wanted.as_bytes()))
        }
        false => lower(name).contains(&wanted),
    };
    let mut passing: Vec<bool> = names.iter().take(images).map(contains).collect();
    passing.resize(images, false);
    passing
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(names: &[&str]) -> Vec<String> {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        let mut sorted = vec![String::new(); names.len()];
        for (name, place) in names.iter().zip(places(&names)) {
            sorted[place as usize].clone_from(name);
        }
        sorted
    }

    #[test]
    fn numbers_in_names_sort_as_numbers() {
        assert_eq!(
            sorted(&[
                "img10.jpg",
                "IMG2.jpg",
                "img1.jpg",
                "img002b",
                "a",
                "img",
                "7",
                "é2",
                "é10"
            ]),
            [
                "7",
                "a",
                "img",
                "img1.jpg",
                "IMG2.jpg",
                "img002b",
                "img10.jpg",
                "é2",
                "é10"
            ]
        );
        let digits = "9".repeat(70_000);
        assert_eq!(
            sorted(&[&digits, "10"]),
            ["10", &digits],
            "a name of any length"
        );
        assert_eq!(
            places(&["y", "x", "X", "x"].map(str::to_owned)),
            [1, 0, 0, 0]
        );
        assert_eq!(sorted(&[]), [""; 0]);
    }

    #[test]
    fn a_part_of_a_name_is_found_in_any_case() {
        let names = ["Holiday/IMG_1.jpg", "work/img_2.jpg", "Öl.png"].map(str::to_owned);
        assert_eq!(containing(&names, "img", 4), [true, true, false, false]);
        assert_eq!(containing(&names, "öL", 2), [false, false]);
        assert_eq!(containing(&names, "öL", 3), [false, false, true]);
        assert_eq!(containing(&names, "", 1), [true]);
    }
}
