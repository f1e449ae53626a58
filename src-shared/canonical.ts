import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'

/** JSON with sorted keys, no spaces and no undefined: equal data gives equal text (the idea of RFC 8785). */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined)
  entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${canonicalJson(entry)}`).join(',')}}`
}

/** Whether two values have the same canonicalJson, without writing it: documents are compared with every edit. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object')
    return canonicalJson(a) === canonicalJson(b)
  if (Array.isArray(a) || Array.isArray(b))
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((each, at) => sameJson(each, b[at]))
  return isWithin(a as Fields, b as Fields) && definedIn(a as Fields) === definedIn(b as Fields)
}

type Fields = Readonly<Record<string, unknown>>

function isWithin(a: Fields, b: Fields): boolean {
  for (const key of Object.keys(a))
    if (a[key] !== undefined && !(Object.hasOwn(b, key) && b[key] !== undefined && sameJson(a[key], b[key])))
      return false
  return true
}

function definedIn(fields: Fields): number {
  let count = 0
  for (const key of Object.keys(fields)) if (fields[key] !== undefined) count++
  return count
}

/** Lower-case hex sha256 of bytes or of a text's UTF-8. */
export function sha256Hex(data: Uint8Array | string): string {
  return bytesToHex(sha256(typeof data === 'string' ? utf8ToBytes(data) : data))
}
