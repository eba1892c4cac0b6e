//! The files of a gallery.

/// One file of a gallery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum File {
    /// The journal, which says how much of the other files is valid.
    Journal,
    /// `[images, C]` floats.
    Features,
    /// Thumbnails.
    Pictures,
    /// The thumbnails' lengths.
    Lengths,
    /// The labels of the images.
    Labels,
    /// The ids of the images.
    Ids,
    /// The sizes and checksums of the images' files.
    Origins,
    /// The visitor's own label columns.
    Columns,
    /// The tasks that the visitor taught.
    Taught,
    /// The images that the visitor hid.
    Hidden,
    /// The labels that the visitor corrected.
    Corrections,
    /// Larger previews.
    Previews,
    /// The places of the previews. The last one: an earlier version reads an exported gallery up to those it knows.
    PreviewIndex,
}

impl File {
    /// All of them; the journal comes first, since whoever has it open owns the gallery.
    pub const ALL: [Self; 13] = [
        Self::Journal,
        Self::Features,
        Self::Pictures,
        Self::Lengths,
        Self::Labels,
        Self::Ids,
        Self::Origins,
        Self::Columns,
        Self::Taught,
        Self::Hidden,
        Self::Corrections,
        Self::Previews,
        Self::PreviewIndex,
    ];

    /// True for a file that galleries of earlier versions do not have.
    pub fn is_optional(self) -> bool {
        matches!(
            self,
            Self::Origins
                | Self::Columns
                | Self::Taught
                | Self::Hidden
                | Self::Corrections
                | Self::Previews
                | Self::PreviewIndex
        )
    }

    /// The name in the gallery's folder.
    pub fn name(self) -> &'static str {
        match self {
            Self::Journal => "journal",
            Self::Features => "features",
            Self::Pictures => "pictures",
            Self::Lengths => "lengths",
            Self::Labels => "labels",
            Self::Ids => "ids",
            Self::Origins => "origins",
            Self::Columns => "columns",
            Self::Taught => "taught",
            Self::Hidden => "hidden",
            Self::Corrections => "corrections",
            Self::Previews => "previews",
            Self::PreviewIndex => "preview-index",
        }
    }
}

/// One thing for each file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files<T>([T; File::ALL.len()]);

impl<T> Files<T> {
    /// From a thing for each of [`File::ALL`], in that order.
    pub fn new(files: [T; File::ALL.len()]) -> Self {
        Self(files)
    }

    /// The one of a file.
    pub fn get(&self, file: File) -> &T {
        &self.0[file as usize]
    }

    /// The one of a file.
    pub fn get_mut(&mut self, file: File) -> &mut T {
        &mut self.0[file as usize]
    }
}

/// Bytes of each file.
pub type Sizes = Files<u64>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_has_its_own_place_and_name() {
        let files = Files::new(File::ALL);
        for (at, file) in File::ALL.into_iter().enumerate() {
            assert_eq!(*files.get(file), file);
            assert!(
                File::ALL[..at]
                    .iter()
                    .all(|other| other.name() != file.name())
            );
        }
    }
}
