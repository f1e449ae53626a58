/**
 * EXIF UserComment, where A1111 and its readers look in JPEG and WebP: `UNICODE\0` + UTF-16BE. libexif only writes
 * ASCII there, so it is given a placeholder of equal length, which is then overwritten in place.
 */

const MARK = 'broadside-parameters-placeholder'
const ASCII = Buffer.from('ASCII\0\0\0', 'latin1')
const UNICODE = Buffer.from('UNICODE\0', 'latin1')
/** One JPEG APP1 segment, with room for the rest of the EXIF block. */
const MAX_COMMENT_CHARS = 30_000

/** What to give sharp's `withExif` so that `fillUserComment` finds its place. */
export function userCommentPlaceholder(comment: string): string {
  const length = 2 * bounded(comment).length
  return MARK.repeat(Math.ceil(length / MARK.length) + 1).slice(0, Math.max(length, MARK.length))
}

/** `file` with the placeholder replaced by `comment`; the same file when libexif put no placeholder in. */
export function fillUserComment(file: Buffer, comment: string): Buffer {
  const text = bounded(comment)
  const placeholder = Buffer.concat([ASCII, Buffer.from(userCommentPlaceholder(comment), 'latin1')])
  const at = file.indexOf(placeholder)
  if (at < 0) return file
  const out = Buffer.from(file)
  out.fill(0, at, at + placeholder.length)
  UNICODE.copy(out, at)
  utf16be(text).copy(out, at + UNICODE.length)
  return out
}

/** The UserComment of an EXIF block as sharp's `metadata().exif` gives it. */
export function readUserComment(exif: Buffer): string | undefined {
  const at = exif.indexOf(UNICODE)
  if (at >= 0) {
    const text = decodeUtf16be(exif.subarray(at + UNICODE.length, at + UNICODE.length + 2 * MAX_COMMENT_CHARS))
    return text || undefined
  }
  const ascii = exif.indexOf(ASCII)
  if (ascii < 0) return undefined
  const body = exif.subarray(ascii + ASCII.length)
  const end = body.indexOf(0)
  return body.toString('latin1', 0, end < 0 ? Math.min(body.length, 2 * MAX_COMMENT_CHARS) : end) || undefined
}

const bounded = (comment: string) => comment.slice(0, MAX_COMMENT_CHARS)

const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16()

/** To the first NUL or the end of the even part. */
function decodeUtf16be(bytes: Buffer): string {
  const even = Buffer.from(bytes.subarray(0, bytes.length & ~1)).swap16()
  return even.toString('utf16le').split('\0', 1)[0]!
}
