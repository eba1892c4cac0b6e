//! Writing larger previews, which never costs an image.

use super::{Writer, put};
use crate::disk::Disk;
use crate::error::StoreError;
use crate::files::File;
use crate::journal::{Counted, Record};
use crate::preview::{Preview, Previews};

impl<D: Disk> Writer<D> {
    /// Lets the previews of this gallery, those that are kept already included, take so many bytes. Until it is called
    /// none are kept. If that is more than they take, there is room again where an earlier writer had none.
    pub fn allow_previews(&mut self, bytes: u64) {
        self.most_previews = bytes;
        self.contents.previews.full &= bytes <= self.contents.previews.bytes;
    }

    /// True once there was no room for one more preview, until more is allowed.
    pub fn previews_are_full(&self) -> bool {
        self.contents.previews.full || self.pending.previews.full
    }

    /// Takes in the preview of the picture taken in last. `frame` is the part of it that the picture is of. The same
    /// preview as that of the picture before is kept once. Where there is no room for it, neither it nor any later one
    /// is kept by this writer.
    pub fn push_preview(&mut self, bytes: &[u8], frame: Option<[f32; 4]>) {
        let allowed = self.most_previews > 0 && !self.previews_are_full();
        if self.pending.images == 0 || !allowed || bytes.len() > Preview::MOST {
            return;
        }
        let Ok(length @ 1..) = u32::try_from(bytes.len()) else {
            return;
        };
        let previews = &mut self.pending.previews;
        if self.last_preview.1 != bytes {
            let waiting = previews.bytes.len() as u64;
            let at = self.contents.previews.bytes.saturating_add(waiting);
            if at.saturating_add(length.into()) > self.most_previews {
                previews.full = true;
                return;
            }
            let crc = crc32fast::hash(bytes);
            let frame = None;
            let preview = Preview {
                at,
                length,
                crc,
                frame,
            };
            self.last_preview = (preview, bytes.to_vec());
            previews.bytes.extend_from_slice(bytes);
        }
        previews.set(Preview {
            frame,
            ..self.last_preview.0
        });
    }

    /// Writes the previews that wait; they are given up where that fails.
    pub(super) fn write_previews(&mut self) {
        let waiting = &self.pending.previews;
        if waiting.images == 0 {
            return;
        }
        let index = (self.contents.images * Preview::BYTES) as u64;
        let before = [
            (File::Previews, self.contents.previews.bytes),
            (File::PreviewIndex, index),
        ];
        let parts = before.into_iter().zip([&waiting.bytes, &waiting.index]);
        let disk = &mut self.disk;
        let written = parts.into_iter().try_for_each(|((file, at), bytes)| {
            disk.write(file, at, bytes)?;
            disk.flush(file)
        });
        if written.is_err() {
            // Room for what counts. Should that fail, too, what follows says so.
            for (file, size) in before {
                let longer = disk.size(file).is_ok_and(|now| now > size);
                if longer {
                    disk.truncate(file, size).ok();
                }
            }
            self.pending.previews.give_up();
            self.last_preview = Default::default();
        }
    }

    /// Counts the previews anew, and notes it, where their file is shorter than the journal says: the disk lost some, or a
    /// restored gallery had no room for all. Rows of the index that point beyond the end are emptied.
    pub(super) fn recount_previews(&mut self) -> Result<(), StoreError> {
        let there = self.size(File::Previews)?;
        if there >= self.contents.previews.bytes {
            return Ok(());
        }
        let mut found = Previews {
            full: true,
            ..Previews::default()
        };
        let mut index = self.whole(File::PreviewIndex)?;
        for row in index.as_chunks_mut::<{ Preview::BYTES }>().0 {
            match Preview::read(row).and_then(|preview| preview.end(there)) {
                Some(end) => {
                    found.images += 1;
                    found.bytes = found.bytes.max(end);
                }
                None => *row = [0; Preview::BYTES],
            }
        }
        self.put_at(File::PreviewIndex, 0, &index)?;
        put(&mut self.disk, "cut", File::Previews, |disk| {
            disk.truncate(File::Previews, found.bytes)?;
            disk.flush(File::Previews)
        })?;
        let counted = Counted {
            images: self.contents.images,
            picture_bytes: self.contents.picture_bytes,
            skipped: Vec::new(),
            previews: Some(found),
        };
        self.note(&Record::Images(counted.clone()))?;
        self.contents.count(counted);
        Ok(())
    }

    /// The previews once those that wait are written; `None` if they are those that there were.
    pub(super) fn previews(&self) -> Option<Previews> {
        let (before, waiting) = (self.contents.previews, &self.pending.previews);
        let previews = Previews {
            images: before.images.saturating_add(waiting.images),
            bytes: before.bytes.saturating_add(waiting.bytes.len() as u64),
            full: self.previews_are_full(),
        };
        (previews != before).then_some(previews)
    }
}
