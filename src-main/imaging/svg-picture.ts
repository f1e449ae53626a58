import { StudioError } from '#shared/errors.ts'
import type { RawPicture } from '#shared/work/picture.ts'
import { decodeError, MAX_PIXELS, openPicture, tooManyPixels } from './decode.ts'
import { withSvgLoader } from './sharp.ts'
import { elementsOf, linkOf, readSvg, type SvgElement } from './svg.ts'
import { type SvgSize, sizeOf } from './svg-size.ts'

export interface SvgPicture {
  picture: RawPicture
  /** Its letters were drawn with whatever fonts this machine has. */
  hasText: boolean
}

/**
 * An SVG file as pixels, `width` px wide; in its own size when left out. Searched for everything that could run or reach
 * out before the renderer sees it.
 */
export async function rasterise(file: string, width?: number): Promise<SvgPicture> {
  const { root, bytes } = await readSvg(file)
  const own = requireSize(root, file)
  const target = { width: Math.max(1, Math.round(width ?? own.width.px)), height: 1 }
  target.height = Math.max(1, Math.round((target.width * own.height.px) / own.width.px))
  if (!(target.width * target.height <= MAX_PIXELS)) throw tooManyPixels(file)
  await requireSmallPictures(root, file)
  return withSvgLoader(async (sharp) => {
    try {
      // The renderer draws a px of the file as a pixel at 72 dpi, but a millimetre as 72 / 25.4.
      const drawn = own.width.mm === undefined ? own.width.px : (own.width.mm / 25.4) * 72
      const density = Math.min(100_000, Math.max(1, (72 * target.width) / drawn))
      const { data, info } = await sharp(bytes, { density, limitInputPixels: MAX_PIXELS })
        .resize({ ...target, fit: 'fill' })
        .toColourspace('srgb')
        .ensureAlpha()
        .raw({ depth: 'uchar' })
        .toBuffer({ resolveWithObject: true })
      const picture: RawPicture = { width: info.width, height: info.height, channels: 4, data }
      return { picture, hasText: elementsOf(root, 'text').length > 0 }
    } catch (thrown) {
      throw decodeError(thrown, file)
    }
  })
}

function requireSize(root: SvgElement, file: string): SvgSize {
  const size = sizeOf(root)
  if (size) return size
  throw new StudioError({
    code: 'invalid-file',
    message: 'the SVG has no size',
    where: { file },
    remedy: 'Give it a viewBox, or a width and a height.',
  })
}

/** A picture in the file is held to what any other picture is held to, before the renderer unpacks it. */
async function requireSmallPictures(root: SvgElement, file: string): Promise<void> {
  let pixels = 0
  for (const element of elementsOf(root, 'image', 'feimage')) {
    const data = linkOf(element)?.trim()
    if (!data?.startsWith('data:')) continue
    const { width, height } = await openPicture(Buffer.from(data.slice(data.indexOf(',') + 1), 'base64'), file)
    pixels += width * height
    if (pixels > MAX_PIXELS) throw tooManyPixels(file)
  }
}
