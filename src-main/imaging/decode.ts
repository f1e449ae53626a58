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
  return (await openPicture(bytes, file)).read(resize)
}

export interface OpenPicture {
  /** px, upright */
  width: number
  height: number
  /** Decoding at a smaller size takes less memory than decoding and making it small. */
  read(resize?: Resize): Promise<RawPicture>
}

/** Reads the header only; everything that is no picture, or too large a one, is refused here. */
export async function openPicture(bytes: Uint8Array, file: string): Promise<OpenPicture> {
  requireFormat(bytes.subarray(0, 256), file)
  const open = () => sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'error', pages: 1 }).autoOrient()
  try {
    const { autoOrient } = await open().metadata()
    if (autoOrient.width * autoOrient.height > MAX_PIXELS) throw tooManyPixels(file)
    return { ...autoOrient, read: (resize) => readPixels(resize ? resized(open(), resize) : open(), file) }
  } catch (thrown) {
    throw decodeError(thrown, file)
  }
}

const resized = (input: ReturnType<typeof sharp>, { width, height, fit }: Resize) =>
  // `contain` fits inside without bars: the layer's box leaves the rest empty.
  input.resize({ width, height, fit: fit === 'contain' ? 'inside' : fit, kernel: 'lanczos3' })

async function readPixels(input: ReturnType<typeof sharp>, file: string): Promise<RawPicture> {
  try {
    const pixels = input.toColourspace('srgb').raw({ depth: 'uchar' })
    const { data, info } = await pixels.toBuffer({ resolveWithObject: true })
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

export function tooManyPixels(file: string): StudioError {
  return new StudioError({
    code: 'invalid-file',
    message: `the picture has more than ${MAX_PIXELS / 1e6} megapixels`,
    where: { file },
    remedy: 'Save a smaller copy first.',
  })
}

export function decodeError(thrown: unknown, file: string): StudioError {
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
