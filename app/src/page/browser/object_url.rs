//! Addresses of bytes that only this page has.

use js_sys::{Array, ArrayBuffer};
use web_sys::{Blob, BlobPropertyBag, Url};

/// An address for a JPEG; forgotten with [`forget`].
pub fn of_jpeg(bytes: &ArrayBuffer) -> Option<String> {
    let options = BlobPropertyBag::new();
    options.set_type("image/jpeg");
    let blob = Blob::new_with_buffer_source_sequence_and_options(&Array::of1(bytes), &options);
    of_blob(&blob.ok()?)
}

/// An address for any bytes.
pub fn of_blob(bytes: &Blob) -> Option<String> {
    Url::create_object_url_with_blob(bytes).ok()
}

/// Lets the browser forget the bytes of an address. Pictures that are drawn already stay.
pub fn forget(address: &str) {
    // An address that is already forgotten is no error.
    Url::revoke_object_url(address).ok();
}
