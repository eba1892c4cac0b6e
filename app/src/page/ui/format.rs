//! Figures for people. One place, so that the same figure reads the same everywhere.

/// A whole number with thin groups: `3,000`.
pub fn count(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A count with its noun: `1 picture`, `3,000 pictures`.
pub fn counted(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", count(number))
}

/// A place in an order, counted from 1: `1st`, `2nd`, `11th`, `23rd`.
pub fn ordinal(number: usize) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{}{ending}", count(number))
}

/// A share as a percentage without false certainty: `97 %`, `<1 %`, `>99 %`.
pub fn percent(share: f64) -> String {
    let whole = share * 100.0;
    match whole {
        _ if whole.is_nan() => "–".into(),
        _ if (99.5..100.0).contains(&whole) => ">99 %".into(),
        _ if whole > 0.0 && whole < 0.5 => "<1 %".into(),
        _ => format!("{whole:.0} %"),
    }
}

/// The cosine similarity to an example from the score of its clause: `0.95`, never a percentage.
pub fn cosine(score: f32, negated: bool) -> String {
    let cosine = 2.0 * score - 1.0;
    format!("{:.2}", if negated { -cosine } else { cosine } + 0.0)
}

/// A share with one decimal, for measured quality: `93.4 %`.
pub fn percent_fine(share: f64) -> String {
    if share.is_nan() {
        "–".into()
    } else {
        format!("{:.1} %", share * 100.0)
    }
}

/// A duration given in milliseconds: `<0.1 ms`, `0.8 ms`, `12 ms`, `3.4 s`.
pub fn millis(millis: f64) -> String {
    match millis {
        _ if !millis.is_finite() => "–".into(),
        _ if millis < 0.05 => "<0.1 ms".into(),
        _ if millis < 9.95 => format!("{millis:.1} ms"),
        _ if millis < 999.5 => format!("{millis:.0} ms"),
        _ => format!("{:.1} s", millis / 1000.0),
    }
}

/// A remaining time: `8 s`, `2 min 05 s`, `1 h 12 min`.
pub fn remaining(seconds: f64) -> String {
    if !seconds.is_finite() || seconds < 0.0 {
        return "–".into();
    }
    let seconds = seconds.round() as u64;
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {:02} s", seconds / 60, seconds % 60),
        _ => format!("{} h {:02} min", seconds / 3600, seconds % 3600 / 60),
    }
}

/// A size: `920 B`, `38 kB`, `1.2 MB`, `1.05 GB`.
pub fn bytes(bytes: u64) -> String {
    match bytes {
        0..1000 => format!("{bytes} B"),
        1000..1_000_000 => format!("{:.0} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.2} GB", bytes as f64 / 1e9),
    }
}

/// A duration to expect: `about 12 minutes`, `less than a minute`.
pub fn about(seconds: f64) -> String {
    let unit =
        |number: f64, noun: &str| format!("about {}", counted(number.round() as usize, noun));
    match seconds {
        _ if !seconds.is_finite() || seconds < 0.0 => "–".into(),
        _ if seconds < 50.0 => "less than a minute".into(),
        _ if seconds < 5400.0 => unit(seconds / 60.0, "minute"),
        _ => unit(seconds / 3600.0, "hour"),
    }
}

/// A small difference: `0`, `0.0031`, `2.4e-7`.
pub fn small(value: f64) -> String {
    match value.abs() {
        _ if !value.is_finite() => "–".into(),
        0.0 => "0".into(),
        size if size < 1e-3 => format!("{value:.1e}"),
        _ => format!("{value:.4}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expectations_are_round() {
        let said = [10.0, 59.0, 700.0, 9000.0, f64::NAN].map(about);
        assert_eq!(
            said,
            [
                "less than a minute",
                "about 1 minute",
                "about 12 minutes",
                "about 3 hours",
                "–"
            ]
        );
        assert_eq!(bytes(1_050_000_000), "1.05 GB");
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(
            [count(0), count(999), count(3000), count(202_599)],
            ["0", "999", "3,000", "202,599"]
        );
        assert_eq!(counted(1, "picture"), "1 picture");
        assert_eq!(counted(1200, "picture"), "1,200 pictures");
        assert_eq!(
            [1, 2, 3, 4, 11, 12, 13, 21, 102, 1113].map(ordinal),
            [
                "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "1,113th"
            ]
        );
    }

    #[test]
    fn percentages_do_not_promise_certainty() {
        let found = [0.0, 0.001, 0.5, 0.994, 0.9971, 1.0].map(percent);
        assert_eq!(found, ["0 %", "<1 %", "50 %", "99 %", ">99 %", "100 %"]);
        assert_eq!(percent(f64::NAN), "–");
        assert_eq!(percent_fine(0.9341), "93.4 %");
    }

    #[test]
    fn durations_use_the_fitting_unit() {
        assert_eq!(
            [0.0, 0.84, 12.3, 999.0, 3400.0].map(millis),
            ["<0.1 ms", "0.8 ms", "12 ms", "999 ms", "3.4 s"]
        );
        assert_eq!(
            [7.6, 125.0, 4320.0].map(remaining),
            ["8 s", "2 min 05 s", "1 h 12 min"]
        );
        assert_eq!(remaining(f64::INFINITY), "–");
    }

    #[test]
    fn sizes_and_differences() {
        assert_eq!(
            [920, 38_400, 1_234_567].map(bytes),
            ["920 B", "38 kB", "1.2 MB"]
        );
        assert_eq!([0.0, 0.0031, 2.4e-7].map(small), ["0", "0.0031", "2.4e-7"]);
    }
}
