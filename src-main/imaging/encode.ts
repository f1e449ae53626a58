import { createHash } from 'node:crypto'
import { StudioError } from '#shared/errors.ts'
import { FILE_FORMATS, type FileFormat } from '#shared/work/formats.ts'
import type { RawPicture } from '#shared/work/picture.ts'
import type { MadeBy } from '#shared/work/tasks.ts'
import { fillUserComment, userCommentPlaceholder } from './exif.ts'
import { writeBytes } from './files.ts'
import { chunk, insertChunks, iTXt, tEXt } from './png-chunks.ts'
import { sharp } from './sharp.ts'
import { thumbnailOf } from './thumbnail.ts'
import { type DigitalSource, makeXmp, requireXmpFits } from './xmp.ts'

export interface EncodeOptions {
  format: FileFormat
  /** 1 … 100 for JPEG, WebP and AVIF. */
  quality?: number
  /** Written into the file; 1 … 10,000. */
  dpi?: number
  madeBy?: MadeBy
  source?: DigitalSource
}

/** px */
const MOST_SIDE: Readonly<Record<FileFormat, number>> = {
  ...{ png: 65_500, jpeg: 65_500, tiff: 65_500 },
  ...{ webp: 16_383, avif: 16_384 },
}

/** Raw pixels as a file's bytes: same pixels and options, same bytes. The recipe goes inside (metadata.ts reads it). */
export async function encode(picture: RawPicture, options: EncodeOptions): Promise<Buffer> {
  requireOptions(options)
  const { width, height } = picture
  const side = MOST_SIDE[options.format]
  if (width > side || height > side) {
    throw new StudioError({
      code: 'invalid-input',
      message: `${width} × ${height} px is too large for ${options.format}; ${side} px a side at most`,
      remedy: 'Export at a smaller scale or as PNG.',
    })
  }
  const { data, channels } = withoutNeedlessAlpha(picture)
  const image = sharp(data, { raw: { width, height, channels }, limitInputPixels: false })
  return options.format === 'png' ? encodePng(image, options) : encodeLossy(image, options)
}

async function encodePng(image: ReturnType<typeof sharp>, { madeBy, dpi, source }: EncodeOptions): Promise<Buffer> {
  const png = await image.png({ compressionLevel: 6, adaptiveFiltering: false, palette: false }).toBuffer()
  return insertChunks(png, [...(dpi ? [pHYs(dpi)] : []), ...(madeBy ? recipeChunks(madeBy, source) : [])])
}

/** Pixels per metre, as PNG has it: 300 dpi is 11811. */
function pHYs(dpi: number): Buffer {
  const data = Buffer.alloc(9)
  const perMetre = Math.round(dpi / 0.0254)
  data.writeUInt32BE(perMetre, 0)
  data.writeUInt32BE(perMetre, 4)
  data[8] = 1
  return chunk('pHYs', data)
}

function recipeChunks(madeBy: MadeBy, source: DigitalSource = 'trainedAlgorithmicMedia'): Buffer[] {
  const { recipe, recipeHash, ran, parameters } = madeBy
  const latin1 = /^[\t\n\r\x20-\x7e\xa0-\xff]*$/.test(parameters)
  return [
    ...(parameters ? [(latin1 ? tEXt : iTXt)({ keyword: 'parameters', text: parameters })] : []),
    iTXt({ keyword: 'broadside', text: JSON.stringify({ format: 1, recipe, recipeHash, ran }) }),
    iTXt({ keyword: 'XML:com.adobe.xmp', text: makeXmp(madeBy, source) }, { compress: false }),
  ]
}

/** Everything else gets its words from libvips: XMP in all of them, EXIF where there is a place for it. */
async function encodeLossy(image: ReturnType<typeof sharp>, options: EncodeOptions): Promise<Buffer> {
  const { format, dpi, madeBy, source = 'trainedAlgorithmicMedia' } = options
  let out = image
  if (dpi) out = out.withDensity(dpi)
  if (madeBy) {
    const xmp = makeXmp(madeBy, source)
    out = out.withXmp(format === 'jpeg' || format === 'webp' ? requireXmpFits(xmp) : xmp)
    if (format !== 'tiff' && madeBy.parameters)
      out = out.withExifMerge({ IFD2: { UserComment: userCommentPlaceholder(madeBy.parameters) } })
  }
  const bytes = await inFormat(out, options).toBuffer()
  return madeBy?.parameters ? fillUserComment(bytes, madeBy.parameters) : bytes
}

/** Posters are flat colour and type: full-resolution chroma, or red letters bleed. */
function inFormat(image: ReturnType<typeof sharp>, { format, quality, dpi }: EncodeOptions): ReturnType<typeof sharp> {
  switch (format) {
    case 'webp':
      return image.webp({ quality: quality ?? 90, effort: 4, smartSubsample: true })
    case 'avif':
      // Effort 4 takes five times as long for a tenth of the bytes.
      return image.avif({ quality: quality ?? 70, effort: 2, chromaSubsampling: '4:4:4' })
    case 'tiff': {
      const perMm = dpi === undefined ? {} : { xres: dpi / 25.4, yres: dpi / 25.4 }
      return image.tiff({ compression: 'lzw', predictor: 'horizontal', resolutionUnit: 'inch', ...perMm })
    }
    default:
      return image.flatten({ background: '#ffffff' }).jpeg({ quality: quality ?? 90, chromaSubsampling: '4:4:4' })
  }
}

/** An alpha channel that is opaque everywhere only makes the file larger. */
function withoutNeedlessAlpha(picture: RawPicture): Pick<RawPicture, 'data' | 'channels'> {
  const { data, channels } = picture
  if (channels === 3) return { data, channels }
  for (let i = 3; i < data.length; i += 4) if (data[i] !== 255) return { data, channels }
  const rgb = new Uint8Array((data.length / 4) * 3)
  for (let from = 0, to = 0; from < data.length; from += 4) {
    rgb[to++] = data[from]!
    rgb[to++] = data[from + 1]!
    rgb[to++] = data[from + 2]!
  }
  return { data: rgb, channels: 3 }
}

function requireOptions({ format, quality, dpi }: EncodeOptions): void {
  const refuse = (field: string, message: string) => {
    throw new StudioError({ code: 'usage', message, where: { field } })
  }
  if (!FILE_FORMATS.includes(format)) refuse('format', `format ${format}: ${FILE_FORMATS.join(', ')} are known`)
  if (quality !== undefined && !(quality >= 1 && quality <= 100))
    refuse('quality', `quality ${quality}: 1 to 100 is needed`)
  if (dpi !== undefined && !(dpi >= 1 && dpi <= 10_000)) refuse('dpi', `${dpi} dpi: 1 to 10000 is needed`)
}

export interface EncodedFile {
  sha256: string
  bytes: number
  width: number
  height: number
}

export interface Encoding extends EncodeOptions {
  /** A small JPEG of the file beside it. */
  thumbnail?: { out: string; side: number }
}

/** encode, written to `out`. */
export async function encodeTo(
  out: string,
  given: RawPicture,
  { thumbnail, ...options }: Encoding,
): Promise<EncodedFile> {
  const picture = { ...given, ...withoutNeedlessAlpha(given) }
  const bytes = await encode(picture, options)
  await writeBytes(out, bytes)
  if (thumbnail) await writeBytes(thumbnail.out, await thumbnailOf(lossless(options) ? picture : bytes, thumbnail.side))
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { sha256, bytes: bytes.length, width: picture.width, height: picture.height }
}

/** What the file shows is what was encoded, pixel by pixel. */
const lossless = ({ format }: EncodeOptions) => format === 'png' || format === 'tiff'
