// Images that the browser encodes.

/** A JPEG as WebP. */
export async function webp(site, jpeg) {
  const bytes = await site.page.evaluate(async (base64) => {
    const blob = await (await fetch(`data:image/jpeg;base64,${base64}`)).blob();
    const bitmap = await createImageBitmap(blob);
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    canvas.getContext('2d').drawImage(bitmap, 0, 0);
    const encoded = await canvas.convertToBlob({ type: 'image/webp' });
    return [...new Uint8Array(await encoded.arrayBuffer())];
  }, jpeg.toString('base64'));
  return Buffer.from(bytes);
}
