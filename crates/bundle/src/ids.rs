//! `ids.txt`: the source id of every image (`000001.jpg`, `100627-72`), one per line, in order.

use crate::{BundleError, Manifest, files};

/// Writes ids.
///
/// # Errors
/// An id that is empty or holds a line break.
pub fn encode(ids: &[String]) -> Result<Vec<u8>, BundleError> {
    let mut text = String::new();
    for (image, id) in ids.iter().enumerate() {
        if id.is_empty() || id.contains(['\n', '\r']) {
            let problem = format!("the id of image {image} is {id:?}");
            return Err(BundleError::unwritable(files::IDS, problem));
        }
        text.push_str(id);
        text.push('\n');
    }
    Ok(text.into_bytes())
}

/// Reads ids.
///
/// # Errors
/// Not UTF-8, an empty line, a carriage return within one, or another number of lines than `images`.
pub fn decode(bytes: &[u8], images: usize) -> Result<Vec<String>, BundleError> {
    let text = str::from_utf8(bytes)
        .map_err(|error| BundleError::content(files::IDS, format!("not UTF-8 ({error})")))?;
    let ids: Vec<String> = text.lines().map(Into::into).collect();
    if ids.len() != images {
        let problem = format!("{} ids where there are {images} images", ids.len());
        return Err(BundleError::content(files::IDS, problem));
    }
    let unusable = |id: &String| id.is_empty() || id.contains('\r');
    if let Some(line) = ids.iter().position(unusable) {
        return Err(BundleError::content(
            files::IDS,
            format!("line {} is empty or holds a carriage return", line + 1),
        ));
    }
    Ok(ids)
}

impl Manifest {
    /// Checks and reads `ids.txt`.
    ///
    /// # Errors
    /// Wrong size or hash, or not one id per image.
    pub fn read_ids(&self, bytes: &[u8]) -> Result<Vec<String>, BundleError> {
        self.check(files::IDS, bytes)?;
        decode(bytes, self.images)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_come_back_and_bad_ones_do_not_go_out() {
        let ids = vec![
            "000001.jpg".to_owned(),
            "100627-72".to_owned(),
            "Fuß 3".to_owned(),
        ];
        assert_eq!(
            decode(&encode(&ids).expect("encodes"), 3).expect("decodes"),
            ids
        );
        assert!(encode(&["a\nb".to_owned()]).is_err());
        assert!(encode(&[String::new()]).is_err());
        assert!(decode(b"a\nb\n", 3).is_err());
        assert!(decode(b"a\n\nb\n", 3).is_err());
        assert!(decode(b"a\rb\n", 1).is_err());
        assert!(decode(&[0xff, b'\n'], 1).is_err());
    }
}
