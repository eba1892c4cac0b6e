//! The files of an own gallery, which may be an exported one of somebody else's.

use modulens_store::{
    Columns, Contents, File, Origin, Preview, Sizes, journal, read_corrections, read_hidden,
    read_taught,
};

use crate::split;

/// The journal, as lines of JSON without their checksums, which are put before them here. Each line is also read as one of
/// the lists beside the journal.
pub(crate) fn journal(bytes: &[u8]) -> bool {
    let mut text = Vec::new();
    for line in bytes.split(|&byte| byte == b'\n') {
        let checksum = format!("{:08x} ", crc32fast::hash(line));
        text.extend(checksum.as_bytes());
        text.extend(line);
        text.push(b'\n');
    }
    drop(read_taught(&text));
    drop(read_corrections(&text));
    let hidden = read_hidden(&text);
    assert!(hidden.is_sorted());
    drop(Origin::read(bytes));
    let preview = Preview::read(bytes);
    assert!(preview.is_none_or(|preview| preview.length > 0));

    let (records, used) = journal::read(&text);
    assert!(used <= text.len());
    // Files of the sizes that a gallery of few images has.
    let sizes = Sizes::new([1 << 12; File::ALL.len()]);
    let Ok(contents) = Contents::read(&text, &sizes) else {
        return !records.is_empty();
    };
    for file in [File::Pictures, File::Ids, File::Labels, File::Lengths] {
        assert!(contents.file_bytes(file, &sizes) <= *sizes.get(file));
    }
    assert!(contents.journal_bytes <= text.len());
    true
}

/// The label columns: the number of images in a byte, the JSON of a block's first line, and its rest. Checksums and length
/// are put in here.
pub(crate) fn columns(bytes: &[u8]) -> bool {
    let Some((&images, bytes)) = bytes.split_first() else {
        return false;
    };
    let (head, rest) = split(bytes, b'\n');
    let Ok(mut head) = serde_json::from_slice::<serde_json::Value>(head) else {
        return false;
    };
    let Some(keys) = head.as_object_mut() else {
        return false;
    };
    keys.insert("bytes".into(), rest.len().into());
    keys.insert("crc".into(), crc32fast::hash(rest).into());
    let mut block = journal::line(&head).expect("JSON");
    block.extend(rest);

    let images = usize::from(images);
    let columns = Columns::read(&block, images);
    assert_eq!(columns.cells.len(), images * columns.columns.len());
    assert_eq!(columns.rows.len(), images);
    !columns.columns.is_empty() || !columns.texts.is_empty()
}
