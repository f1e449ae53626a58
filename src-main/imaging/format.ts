import { StudioError } from '#shared/errors.ts'

/** What a file really is, by its first bytes; the name's ending proves nothing. */
export const PICTURE_FORMATS = ['png', 'jpeg', 'webp', 'tiff', 'gif', 'avif'] as const
export type PictureFormat = (typeof PICTURE_FORMATS)[number]

const latin1 = (bytes: Uint8Array, from: number, to: number) => Buffer.from(bytes.subarray(from, to)).toString('latin1')

/** The picture format of a file's head (≥ 32 bytes when the file has them), or undefined. */
export function sniffFormat(head: Uint8Array): PictureFormat | undefined {
  if (latin1(head, 0, 8) === '\x89PNG\r\n\x1a\n') return 'png'
  if (head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff) return 'jpeg'
  if (latin1(head, 0, 4) === 'RIFF' && latin1(head, 8, 12) === 'WEBP') return 'webp'
  if (['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].includes(latin1(head, 0, 4))) return 'tiff'
  if (['GIF87a', 'GIF89a'].includes(latin1(head, 0, 6))) return 'gif'
  if (latin1(head, 4, 8) === 'ftyp' && /avi[fs]/.test(latin1(head, 8, 32))) return 'avif'
  return undefined
}

/** Like sniffFormat, but refuses with the reason: an empty file, a known format we do not take, or no picture at all. */
export function requireFormat(head: Uint8Array, file: string): PictureFormat {
  const format = sniffFormat(head)
  if (format) return format
  const message =
    head.length === 0
      ? 'the file is empty'
      : `this is ${foreignName(head) ?? 'not a picture'}; PNG, JPEG, WebP, TIFF, GIF or AVIF is needed`
  throw new StudioError({ code: 'invalid-file', message, where: { file }, remedy: 'Choose another picture.' })
}

function foreignName(head: Uint8Array): string | undefined {
  const text = latin1(head, 0, 256)
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart()
  if (text.startsWith('%PDF')) return 'a PDF'
  if (/^<(\?xml|svg|!doctype svg|!--)/i.test(text)) return 'an SVG or XML file'
  if (text.startsWith('8BPS')) return 'a Photoshop file'
  if (text.startsWith('PK\x03\x04')) return 'a ZIP archive'
  if (latin1(head, 4, 8) === 'ftyp') return 'a HEIC picture or a video'
  if (text.startsWith('BM')) return 'a BMP picture'
  return undefined
}
