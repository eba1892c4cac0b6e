// One picture of many: a state of the page at every width, in both themes.

/** How high each picture is drawn on a sheet, and how far they lie apart, in pixels. */
const SMALL = { height: 400, gap: 16 };

/**
 * Lays pictures out in rows and gives the sheet as WebP. `rows` are arrays of `{png, width, height, words}`. A browser
 * does the drawing: it is there, and knows the format.
 */
export async function sheet(browser, rows, { height, gap } = SMALL) {
  const page = await browser.newPage();
  try {
    const pictures = rows.map((row) =>
      row.map(({ png, ...rest }) => ({ ...rest, url: `data:image/png;base64,${png.toString('base64')}` })),
    );
    const base64 = await page.evaluate(
      async ({ pictures, height, gap }) => {
        const width = Math.max(
          ...pictures.map((row) => row.reduce((sum, one) => sum + (one.width * height) / one.height + gap, gap)),
        );
        const canvas = new OffscreenCanvas(Math.ceil(width), pictures.length * (height + gap) + gap);
        const context = canvas.getContext('2d');
        context.fillStyle = '#8a8a94';
        context.fillRect(0, 0, canvas.width, canvas.height);
        context.imageSmoothingQuality = 'high';
        let top = gap;
        for (const row of pictures) {
          let left = gap;
          for (const { url, width, height: tall } of row) {
            const image = new Image();
            image.src = url;
            await image.decode();
            const wide = (width * height) / tall;
            context.drawImage(image, left, top, wide, height);
            left += wide + gap;
          }
          top += height + gap;
        }
        const blob = await canvas.convertToBlob({ type: 'image/webp', quality: 0.72 });
        const bytes = new Uint8Array(await blob.arrayBuffer());
        let text = '';
        for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
        return btoa(text);
      },
      { pictures, height, gap },
    );
    return Buffer.from(base64, 'base64');
  } finally {
    await page.close();
  }
}
