//! From a picture's file to the network's input.

use js_sys::{Array, Uint8Array};
use modulens_dataset::{DecodeError, RgbImage, normalise, prepare, take_orientation, turn};
use modulens_faces::{CropBox, PORTRAIT, RgbView};
use modulens_schema::InputSpec;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, ImageBitmap, ImageBitmapOptions, OffscreenCanvas, OffscreenCanvasRenderingContext2d,
};

use crate::protocol::Frame;
use crate::scope::{global, words};

/// The longest side of a picture that the browser decodes; larger ones are drawn smaller. The network sees a
/// few dozen pixels.
const LONGEST_SIDE: u32 = 4096;

/// The file in a part of a message.
///
/// # Errors
/// The part is neither a buffer nor a blob, or the blob can no longer be read.
pub(super) async fn bytes(part: &JsValue) -> Result<Vec<u8>, String> {
    let Some(blob) = part.dyn_ref::<Blob>() else {
        return if part.is_instance_of::<js_sys::ArrayBuffer>() {
            Ok(Uint8Array::new(part).to_vec())
        } else {
            Err("the message holds something that is not a file; reload the page".into())
        };
    };
    match JsFuture::from(blob.array_buffer()).await {
        Ok(buffer) => Ok(Uint8Array::new(&buffer).to_vec()),
        Err(error) => Err(format!(
            "it can no longer be read ({}); choose it again",
            words(&error)
        )),
    }
}

/// Decodes, squares, resizes and normalises: the trainer's own code for JPEG and PNG, the browser's decoder
/// for whatever else it knows (WebP, AVIF, GIF, BMP, and some HEIC, TIFF, JPEG XL) and for what ours refuses.
///
/// # Errors
/// A sentence on what is wrong with the picture and what to do.
pub(super) async fn load(bytes: &[u8], spec: &InputSpec, out: &mut [f32]) -> Result<(), String> {
    write(&decode(bytes).await?, spec, out);
    Ok(())
}

/// Decodes only.
///
/// # Errors
/// A sentence on what is wrong with the picture and what to do.
pub(super) async fn decode(bytes: &[u8]) -> Result<RgbImage, String> {
    match modulens_dataset::decode(bytes) {
        Ok(picture) => Ok(picture),
        Err(error) if error.is_for_another_decoder() => foreign(bytes, &error).await,
        Err(error) => Err(error.to_string()),
    }
}

/// Cuts a portrait out, framed and as large as those that networks of faces learn from.
///
/// # Errors
/// The image has no pixels.
pub(super) fn cut(picture: &RgbImage, frame: &Frame) -> Result<RgbImage, String> {
    let (width, height) = picture.dimensions();
    let view = RgbView::new(picture.as_raw(), width, height).map_err(|error| error.to_string())?;
    let frame = CropBox {
        left: frame.left,
        top: frame.top,
        width: frame.width,
        height: frame.height,
    };
    let pixels = modulens_faces::cut(&view, frame, PORTRAIT);
    RgbImage::from_raw(PORTRAIT.0, PORTRAIT.1, pixels)
        .ok_or_else(|| "the portrait has another number of pixels; reload the page".into())
}

/// Squares, resizes and normalises.
pub(super) fn write(picture: &RgbImage, spec: &InputSpec, out: &mut [f32]) {
    normalise(&prepare(picture, spec), spec, out);
}

/// A picture that only the browser may know, transparent parts over white.
async fn foreign(bytes: &[u8], refused: &DecodeError) -> Result<RgbImage, String> {
    // Some browsers turn some kinds: the turn is taken out and made here.
    let mut bytes = bytes.to_vec();
    let orientation = take_orientation(&mut bytes);
    let bitmap = bitmap(&bytes, refused).await.map_err(|_| match refused {
        DecodeError::NotAPicture | DecodeError::Foreign { .. } => {
            "this is not a picture that the browser can read; convert it to JPEG or PNG".to_owned()
        }
        refused => refused.to_string(),
    })?;
    let drawn = draw(&bitmap);
    bitmap.close();
    drawn.map(|image| turn(image, orientation))
}

/// The browser's decoding; of a picture that is too large for ours at a reduced size.
async fn bitmap(bytes: &[u8], refused: &DecodeError) -> Result<ImageBitmap, JsValue> {
    let blob = Blob::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(bytes)))?;
    let options = ImageBitmapOptions::new();
    match refused {
        DecodeError::TooLarge { width, height, .. } if width < height => {
            options.set_resize_height(LONGEST_SIDE);
        }
        DecodeError::TooLarge { .. } => options.set_resize_width(LONGEST_SIDE),
        _ => {}
    }
    let decoding =
        global().create_image_bitmap_with_blob_and_image_bitmap_options(&blob, &options)?;
    JsFuture::from(decoding).await?.dyn_into()
}

fn draw(bitmap: &ImageBitmap) -> Result<RgbImage, String> {
    let (width, height) = (bitmap.width(), bitmap.height());
    if width == 0 || height == 0 {
        return Err(DecodeError::Empty.to_string());
    }
    let scale = (f64::from(LONGEST_SIDE) / f64::from(width.max(height))).min(1.0);
    let [width, height] = [width, height].map(|side| (f64::from(side) * scale).round().max(1.0));
    let refused = |error: JsValue| format!("the browser could not draw it ({})", words(&error));
    let canvas = OffscreenCanvas::new(width as u32, height as u32).map_err(refused)?;
    let context: OffscreenCanvasRenderingContext2d = canvas
        .get_context("2d")
        .map_err(refused)?
        .ok_or("the browser could not draw it (no canvas)")?
        .unchecked_into();
    context.set_fill_style_str("#fff");
    context.fill_rect(0.0, 0.0, width, height);
    context
        .draw_image_with_image_bitmap_and_dw_and_dh(bitmap, 0.0, 0.0, width, height)
        .map_err(refused)?;
    let data = context
        .get_image_data(0.0, 0.0, width, height)
        .map_err(refused)?
        .data();
    let rgb = data
        .as_chunks::<4>()
        .0
        .iter()
        .flat_map(|&[r, g, b, _]| [r, g, b])
        .collect();
    RgbImage::from_raw(width as u32, height as u32, rgb)
        .ok_or_else(|| "the browser gave back another number of pixels; try again".into())
}
