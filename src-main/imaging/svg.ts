import { SaxesParser } from 'saxes'
import { StudioError } from '#shared/errors.ts'
import { readPictureFile } from './files.ts'

/**
 * SVG from outside: read into a plain tree, and refused when anything in it could run or reach out of the file. Nothing
 * here resolves an entity, follows a link or expands a reference.
 */

export interface SvgElement {
  /** Local name, lower case. */
  name: string
  attributes: ReadonlyMap<string, string>
  children: SvgElement[]
  text: string
}

const MAX_BYTES = 10 * 1024 * 1024
const MAX_ELEMENTS = 50_000
const MAX_DEPTH = 100
const MAX_ATTRIBUTES = 200

/** The root element of an SVG file. */
export async function readSvg(file: string): Promise<{ root: SvgElement; bytes: Buffer }> {
  const bytes = await readPictureFile(file)
  return { root: parseSvg(textOf(bytes, file), file), bytes }
}

function textOf(bytes: Buffer, file: string): string {
  if (bytes.length > MAX_BYTES)
    throw refused(file, `it has ${Math.ceil(bytes.length / 1e6)} MB; at most ${MAX_BYTES >> 20} MB are read`, SIMPLER)
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) throw refused(file, 'it is compressed (svgz)', 'Save it as plain SVG.')
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (thrown) {
    throw refused(file, 'it is not UTF-8 text', 'Save it as SVG in UTF-8.', undefined, thrown)
  }
}

const SIMPLER = 'Simplify the drawing, or save it as PNG.'
const PLAIN = 'Save it as plain SVG: paths only, without scripts, links and editing data.'

/** `file` is only named in errors. */
export function parseSvg(text: string, file: string): SvgElement {
  const parser = new SaxesParser({ xmlns: false, position: true })
  const refuse = (reason: string, remedy = PLAIN): never => {
    throw refused(file, reason, remedy, parser.line)
  }
  let root: SvgElement | undefined
  const open: SvgElement[] = []
  let elements = 0
  parser.on('error', (error) => refuse(`it is not well-formed: ${error.message.slice(0, 200)}`))
  parser.on('doctype', () =>
    refuse('it has a DOCTYPE', 'Delete the <!DOCTYPE …> in a text editor, or save it as plain SVG.'),
  )
  parser.on('processinginstruction', ({ target }) => {
    if (/stylesheet/i.test(target)) refuse('it has a style sheet of its own')
  })
  parser.on('opentag', (tag) => {
    elements++
    if (elements > MAX_ELEMENTS) refuse(`it has more than ${MAX_ELEMENTS} elements`, SIMPLER)
    if (open.length >= MAX_DEPTH) refuse(`its elements are nested deeper than ${MAX_DEPTH}`, SIMPLER)
    const name = localName(tag.name)
    if (!root && name !== 'svg') refuse('it is not an SVG', 'Choose another file.')
    if (FORBIDDEN.has(name)) refuse(`it has a <${name}>`)
    const attributes = Object.entries(tag.attributes)
    if (attributes.length > MAX_ATTRIBUTES) refuse(`an element has more than ${MAX_ATTRIBUTES} attributes`, SIMPLER)
    for (const [key, value] of attributes) {
      const reason = dangerOf(key.toLowerCase(), value)
      if (reason) refuse(reason)
    }
    const own = attributes.map(([key, value]) => [key.toLowerCase(), value] as const)
    const element = { name, attributes: new Map(own), children: [], text: '' }
    root ??= element
    open.at(-1)?.children.push(element)
    open.push(element)
  })
  parser.on('closetag', () => {
    const element = open.pop()
    if (element?.name !== 'style') return
    const reason = reachesOut(element.text)
    if (reason) refuse(reason)
  })
  const addText = (part: string) => {
    const element = open.at(-1)
    if (element) element.text += part
  }
  parser.on('text', addText)
  parser.on('cdata', addText)
  parser.write(text).close()
  return root ?? refuse('it is empty')
}

const localName = (name: string): string => name.slice(name.lastIndexOf(':') + 1).toLowerCase()

/** Elements that run something or bring in another document. */
const FORBIDDEN = new Set([
  ...['script', 'handler', 'listener', 'foreignobject', 'iframe', 'object', 'embed', 'link', 'base', 'meta'],
  ...['audio', 'video', 'source', 'canvas'],
])

/** Why an attribute may not stay, or undefined. */
function dangerOf(key: string, value: string): string | undefined {
  const local = localName(key)
  if (/^on/.test(local)) return `it has an event handler (${local})`
  if (key === 'xml:base') return 'it has an xml:base'
  if ((local === 'href' || local === 'src') && !staysInside(value)) return `it links to ${shortened(value)}`
  // An animation may set any attribute, links too.
  if (local === 'attributename' && /href|^on/i.test(value)) return `it animates ${shortened(value)}`
  return reachesOut(value)
}

/** Why CSS may not stay, or undefined: it imports, or names something outside the file. */
function reachesOut(css: string): string | undefined {
  if (!/[\\(@]/.test(css)) return undefined
  const plain = unescaped(css)
  if (/@import/i.test(plain)) return 'its style imports another one'
  for (const [, target] of plain.matchAll(/(?:url|image|image-set|src)\(\s*["']?([^"')]*)/gi)) {
    if (!staysInside(target!)) return `it refers to ${shortened(target!)}`
  }
  return undefined
}

const unescaped = (css: string): string =>
  css.replace(/\\(?:([0-9a-f]{1,6})\s?|(.))/gi, (_, hex: string | undefined, char: string | undefined) => {
    const code = hex === undefined ? Number.NaN : Number.parseInt(hex, 16)
    return Number.isNaN(code) ? (char ?? '') : code <= 0x10ffff ? String.fromCodePoint(code) : ''
  })

/** `#id`, or a picture in the file itself; not an SVG in an SVG, which would have to be searched in turn. */
const staysInside = (address: string): boolean =>
  /^\s*(#|$)/.test(address) || /^\s*data:image\/(png|jpe?g|gif|webp);base64,/i.test(address)

const shortened = (text: string): string => `“${text.trim().slice(0, 60)}”`

function refused(file: string, reason: string, remedy: string, line?: number, cause?: unknown): StudioError {
  return new StudioError(
    {
      code: 'invalid-file',
      message: `the SVG is refused: ${reason}`,
      where: { file, ...(line === undefined ? {} : { line }) },
      remedy,
    },
    cause === undefined ? undefined : { cause },
  )
}

/** Every element of a kind, in the order of the file. */
export function elementsOf(root: SvgElement, ...names: string[]): SvgElement[] {
  const found: SvgElement[] = []
  const visit = (element: SvgElement) => {
    if (names.includes(element.name)) found.push(element)
    for (const child of element.children) visit(child)
  }
  visit(root)
  return found
}

/** An attribute by its local name: `href` is also `xlink:href`. */
export const linkOf = ({ attributes }: SvgElement): string | undefined =>
  attributes.get('href') ?? attributes.get('xlink:href')
