/** A text whose last character may still be on its way: byte-level tokens split characters. */
export interface OpenText {
  text: string
  /** The first bytes of an unfinished character, at most three. */
  pending: Uint8Array
}

const NOTHING = new Uint8Array(0)
export const emptyText: OpenText = { text: '', pending: NOTHING }

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Append bytes. Undefined when no continuation could make valid UTF-8 of them, or when they spell U+FFFD, the mark of
 * bytes that some text had lost.
 */
export function append(to: OpenText, bytes: Uint8Array): OpenText | undefined {
  const joined = to.pending.length === 0 ? bytes : concat(to.pending, bytes)
  const whole = wholeCharacters(joined)
  if (whole === undefined) return undefined
  const added = decoder.decode(joined.subarray(0, whole))
  if (added.includes('\ufffd')) return undefined
  return { text: to.text + added, pending: whole === joined.length ? NOTHING : joined.subarray(whole) }
}

/** How many of the bytes form whole characters; undefined when the rest is not the beginning of one (RFC 3629). */
export function wholeCharacters(bytes: Uint8Array): number | undefined {
  let at = 0
  while (at < bytes.length) {
    const lead = bytes[at]!
    if (lead < 0x80) {
      at++
      continue
    }
    const length =
      lead >= 0xc2 && lead <= 0xdf ? 2 : lead >= 0xe0 && lead <= 0xef ? 3 : lead >= 0xf0 && lead <= 0xf4 ? 4 : 0
    if (length === 0) return undefined
    for (let next = 1; next < length; next++) {
      const byte = bytes[at + next]
      if (byte === undefined) return at
      // The second byte excludes overlong forms, surrogates and what lies beyond U+10FFFF.
      const low = next > 1 ? 0x80 : lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80
      const high = next > 1 ? 0xbf : lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf
      if (byte < low || byte > high) return undefined
    }
    at += length
  }
  return at
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length)
  joined.set(a)
  joined.set(b, a.length)
  return joined
}
