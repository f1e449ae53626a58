import { StudioError } from '#shared/errors.ts'
import type { MadeBy } from '#shared/work/tasks.ts'

/** XMP (ISO 16684-1): the one place for a recipe that PNG, JPEG and WebP share, and where IPTC looks for AI sources. */

const NAMESPACE = 'urn:x-broadside:xmp:1/'
/** One JPEG APP1 segment holds 65,502 bytes of XMP; extended XMP is read by few. */
export const MAX_XMP_BYTES = 65_000

/** IPTC's word for how a picture came to be (cv.iptc.org/newscodes/digitalsourcetype). */
export type DigitalSource = 'trainedAlgorithmicMedia' | 'compositeWithTrainedAlgorithmicMedia'

export function makeXmp(madeBy: MadeBy, source: DigitalSource): string {
  const tool = String(madeBy.ran.program ?? 'Broadside')
  return `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmlns:broadside="${NAMESPACE}"
 xmp:CreatorTool="${escapeXml(tool)}" Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/${source}"
 broadside:recipeHash="${escapeXml(madeBy.recipeHash)}">
<broadside:recipe>${escapeText(jsonForXml(madeBy.recipe))}</broadside:recipe>
<broadside:ran>${escapeText(jsonForXml(madeBy.ran))}</broadside:ran>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>`
}

/** JPEG cannot hold more; say so instead of dropping the recipe silently. */
export function requireXmpFits(xmp: string): string {
  const bytes = Buffer.byteLength(xmp)
  if (bytes <= MAX_XMP_BYTES) return xmp
  throw new StudioError({
    code: 'invalid-input',
    message: `the recipe has ${bytes} bytes, a JPEG or WebP holds ${MAX_XMP_BYTES}`,
    where: { field: 'madeBy.recipe' },
    remedy: 'Export as PNG, which has no such limit.',
  })
}

export interface XmpRecipe {
  recipe: unknown
  recipeHash?: string
  ran?: Record<string, unknown>
}

/** Our properties from any XMP packet, whoever rewrote it last: as elements or as attributes, any prefix. */
export function readXmp(xmp: string): XmpRecipe | undefined {
  const prefix = /xmlns:([A-Za-z][\w.-]{0,40})="urn:x-broadside:xmp:1\/"/.exec(xmp)?.[1]
  if (!prefix) return undefined
  const recipe = json(property(xmp, prefix, 'recipe'))
  if (recipe === undefined) return undefined
  const hash = property(xmp, prefix, 'recipeHash')
  const ran = json(property(xmp, prefix, 'ran'))
  return {
    recipe,
    ...(hash ? { recipeHash: hash } : {}),
    ...(isRecord(ran) ? { ran } : {}),
  }
}

function property(xmp: string, prefix: string, name: string): string | undefined {
  const between = (open: string, close: string) => {
    const from = xmp.indexOf(open)
    if (from < 0) return undefined
    const to = xmp.indexOf(close, from + open.length)
    return to < 0 ? undefined : unescapeXml(xmp.slice(from + open.length, to))
  }
  return (
    between(`<${prefix}:${name}>`, `</${prefix}:${name}>`) ??
    between(` ${prefix}:${name}="`, '"') ??
    between(`\n${prefix}:${name}="`, '"') ??
    between(` ${prefix}:${name}='`, "'")
  )
}

/** A damaged property is as good as none: the next place is asked. */
function json(text: string | undefined): unknown {
  if (text === undefined) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** XML 1.0 has no place for U+FFFE and U+FFFF; JSON can spell them. */
const jsonForXml = (value: unknown) =>
  JSON.stringify(value).replace(/[\ufffe\uffff\x7f]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** Between tags; JSON is full of quotes, which may stay. */
const escapeText = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** In an attribute. */
const escapeXml = (text: string) => escapeText(text).replaceAll('"', '&quot;')

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

const unescapeXml = (text: string) =>
  text.replace(/&(?:#(\d{1,7})|#x([\da-fA-F]{1,6})|(amp|lt|gt|quot|apos));/g, (all, decimal, hex, name) => {
    if (name) return ENTITIES[name]!
    const code = decimal ? Number(decimal) : Number.parseInt(hex, 16)
    return code <= 0x10ffff ? String.fromCodePoint(code) : all
  })
