/**
 * A mask picture as the canvas needs it: how light each pixel is becomes how opaque it is. Done once when the picture
 * is loaded, in whole numbers, so that the browser and Skia start from the same bytes.
 */
export function maskAlpha(rgba: ArrayLike<number>): Uint8ClampedArray<ArrayBuffer> {
  // Black, so that premultiplied and straight pixels are the same.
  const out = new Uint8ClampedArray(rgba.length)
  for (let at = 0; at < rgba.length; at += 4) {
    const light = luminance(rgba[at]!, rgba[at + 1]!, rgba[at + 2]!)
    out[at + 3] = Math.round((light * rgba[at + 3]!) / 255)
  }
  return out
}

/** Rec. 709 weights of the encoded values, as SVG and CSS masks have them, in 65536ths. 0 … 255 */
const luminance = (r: number, g: number, b: number): number => (r * 13933 + g * 46871 + b * 4732 + 32768) >> 16
