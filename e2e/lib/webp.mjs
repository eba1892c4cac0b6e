// Images that the browser encodes.

/** A JPEG as WebP. */
export const webp = (site, jpeg) => encoded(site, jpeg, { type: 'image/webp' });

/** A JPEG in another format, or at another quality (0 to 1). */
export async function encoded(site, jpeg, as) {
  const bytes = await site.page.evaluate(async ([base64, as]) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes]));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    canvas.getContext('2d').drawImage(bitmap, 0, 0);
    const encoded = await canvas.convertToBlob(as);
    return [...new Uint8Array(await encoded.arrayBuffer())];
  }, [jpeg.toString('base64'), as]);
  return Buffer.from(bytes);
}
