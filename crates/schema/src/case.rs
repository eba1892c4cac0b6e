//! Small and capital letters of every script.
//!
//! In a browser they are its own: the tables are 25 kB that the page does not have to bring.

/// A text in small letters.
pub fn lower(text: &str) -> String {
    #[cfg(target_arch = "wasm32")]
    return js_sys::JsString::from(text).to_lower_case().into();
    #[cfg(not(target_arch = "wasm32"))]
    text.to_lowercase()
}

/// A text in capital letters.
pub fn upper(text: &str) -> String {
    #[cfg(target_arch = "wasm32")]
    return js_sys::JsString::from(text).to_upper_case().into();
    #[cfg(not(target_arch = "wasm32"))]
    text.to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_every_script_have_their_case() {
        assert_eq!(lower("ÄRMEL Lang"), "ärmel lang");
        assert_eq!(upper("straße"), "STRASSE");
        assert_eq!(lower(""), "");
    }
}
