import { StudioError } from '#shared/errors.ts'
import type { RawPicture } from '#shared/work/picture.ts'
import type { DecodeTask } from '#shared/work/tasks.ts'
import { readPictureFile } from './files.ts'
import { requireFormat } from './format.ts'
import { sharp } from './sharp.ts'

/** A1 at 300 dpi has 70 MP. Beyond this a small file could expand to more memory than a worker may use. */
export const MAX_PIXELS = 100_000_000

export type Resize = NonNullable<DecodeTask['resize']>

/** An image file as sRGB pixels, upright, first frame only; RGBA when it has transparency. */
export async function decode(file: string, resize?: Resize): Promise<RawPicture> {
  return decodeBytes(await readPictureFile(file), file, resize)
}

/** `file` is only named in errors. */
export async function decodeBytes(bytes: Uint8Array, file: string, resize?: Resize): Promise<RawPicture> {
  requireFormat(bytes.subarray(0, 256), file)
  try {
    const input = sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'error', pages: 1 }).autoOrient()
    const { width, height } = await input.metadata()
    if (width * height > MAX_PIXELS) throw tooManyPixels(file)
    const sized = resize
      ? input.resize({
          width: resize.width,
          height: resize.height,
          // `contain` fits inside without bars: the layer's box leaves the rest empty.
          fit: resize.fit === 'contain' ? 'inside' : resize.fit,
          kernel: 'lanczos3',
        })
      : input
    const { data, info } = await sized
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    return { width: info.width, height: info.height, ...asColour(data, info.channels) }
  } catch (thrown) {
    throw decodeError(thrown, file)
  }
}

/** Greyscale, with or without alpha, as RGB or RGBA. */
function asColour(data: Buffer, channels: number): Pick<RawPicture, 'channels' | 'data'> {
  if (channels === 3 || channels === 4) return { channels, data }
  const pixels = data.length / channels
  const wide = channels === 1 ? 3 : 4
  const out = new Uint8Array(pixels * wide)
  for (let i = 0; i < pixels; i++) {
    const grey = data[i * channels]!
    out.fill(grey, i * wide, i * wide + 3)
    if (wide === 4) out[i * 4 + 3] = data[i * channels + 1]!
  }
  return { channels: wide, data: out }
}

function tooManyPixels(file: string): StudioError {
  return new StudioError({
    code: 'invalid-file',
    message: `the picture has more than ${MAX_PIXELS / 1e6} megapixels`,
    where: { file },
    remedy: 'Save a smaller copy first.',
  })
}

function decodeError(thrown: unknown, file: string): StudioError {
  if (thrown instanceof StudioError) return thrown
  const reason = thrown instanceof Error ? thrown.message.split('\n')[0]! : String(thrown)
  if (/pixel limit/i.test(reason)) return tooManyPixels(file)
  return new StudioError(
    {
      code: 'invalid-file',
      message: `the picture is damaged or incomplete: ${reason.slice(0, 200)}`,
      where: { file },
      remedy: 'Open it in another program and save it again.',
    },
    { cause: thrown },
  )
}
