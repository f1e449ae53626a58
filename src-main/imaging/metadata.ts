import { z } from 'zod'
import { StudioError } from '#shared/errors.ts'
import { readUserComment } from './exif.ts'
import { readPictureFile } from './files.ts'
import { requireFormat } from './format.ts'
import { type PngText, readPngTexts } from './png-chunks.ts'
import { sharp } from './sharp.ts'
import { isRecord, readXmp, type XmpRecipe } from './xmp.ts'

export interface PictureMetadata {
  width: number
  height: number
  format: string
  recipe?: unknown
  recipeHash?: string
  /** A1111 infotext, ours or another program's. */
  parameters?: string
  ran?: Record<string, unknown>
}

/** Larger than any XMP or EXIF we write; a bigger block is not ours. */
const MAX_BLOCK_BYTES = 4 * 1024 * 1024

/**
 * What a picture says about its making: the `broadside` text of a PNG, else XMP; `parameters` from PNG or EXIF. Nothing
 * in it is trusted: the studio parses the recipe before use.
 */
export async function readMetadata(file: string): Promise<PictureMetadata> {
  return readMetadataBytes(await readPictureFile(file), file)
}

export async function readMetadataBytes(bytes: Buffer, file: string): Promise<PictureMetadata> {
  const format = requireFormat(bytes.subarray(0, 256), file)
  if (format === 'png') {
    const texts = readPngTexts(bytes, file)
    const { width, height } = await header(bytes, file)
    return { width, height, format, ...fromPngTexts(texts) }
  }
  const { width, height, exif, xmp } = await header(bytes, file)
  const parameters = exif && exif.length <= MAX_BLOCK_BYTES ? readUserComment(exif) : undefined
  const found = xmp && xmp.length <= MAX_BLOCK_BYTES ? readXmp(xmp.toString('utf8')) : undefined
  return { width, height, format, ...found, ...(parameters ? { parameters } : {}) }
}

async function header(bytes: Buffer, file: string) {
  try {
    const { autoOrient, exif, xmp } = await sharp(bytes, { limitInputPixels: false, pages: 1 }).metadata()
    return { ...autoOrient, exif, xmp }
  } catch (thrown) {
    throw new StudioError(
      {
        code: 'invalid-file',
        message: `the picture's header is damaged: ${thrown instanceof Error ? thrown.message.split('\n')[0]!.slice(0, 200) : thrown}`,
        where: { file },
        remedy: 'Open it in another program and save it again.',
      },
      { cause: thrown },
    )
  }
}

const broadsideText = z.object({
  format: z.literal(1),
  recipe: z.unknown(),
  recipeHash: z.string().max(64).optional(),
  ran: z.record(z.string(), z.unknown()).optional(),
})

function fromPngTexts(texts: PngText[]): Partial<PictureMetadata> {
  const text = (keyword: string) => texts.find((entry) => entry.keyword === keyword)?.text
  const own = text('broadside')
  const xmp = text('XML:com.adobe.xmp')
  const parameters = text('parameters')
  const found = (own ? readOwn(own) : undefined) ?? (xmp ? readXmp(xmp) : undefined)
  return { ...found, ...(parameters ? { parameters } : {}) }
}

/** A damaged text is as good as none: XMP is asked next. */
function readOwn(text: string): XmpRecipe | undefined {
  try {
    const parsed = broadsideText.safeParse(JSON.parse(text))
    if (!parsed.success || !isRecord(parsed.data.recipe)) return undefined
    const { recipe, recipeHash, ran } = parsed.data
    return { recipe, ...(recipeHash ? { recipeHash } : {}), ...(ran ? { ran } : {}) }
  } catch {
    return undefined
  }
}
