//! A visitor's own galleries in the address: `own-` and the store's id.

const PREFIX: &str = "own-";

/// The name under which the view knows an own gallery.
pub fn name_of(id: &str) -> String {
    format!("{PREFIX}{id}")
}

/// The store's id, if the name is that of an own gallery.
pub fn id_of(name: &str) -> Option<&str> {
    let id = name.strip_prefix(PREFIX)?;
    let plain = !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric());
    plain.then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_galleries_are_told_from_shipped_ones() {
        assert_eq!(id_of(&name_of("19a3f")), Some("19a3f"));
        for shipped in ["faces", "own-", "own-../x", "owner"] {
            assert_eq!(id_of(shipped), None, "{shipped}");
        }
    }
}
