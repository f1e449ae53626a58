import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { StudioError, toStudioError } from '#shared/errors.ts'
import { type FontFamily, requireFont } from '#shared/scene/fonts.ts'
import { runsOf, type Style } from '#shared/scene/runs.ts'
import { GlobalFonts } from './skia.ts'
import { type CodeRange, charactersOf } from './woff2.ts'

/** Bundled fonts, registered with Skia when first used: all subsets of a family under one name. */

const registered = new Set<string>()

/** Register a family and its Chinese companion. 1 ms for a Latin one, ~140 ms for a Chinese one. */
export function registerFamily(name: string): void {
  const font = requireFont(name)
  if (font.companion) registerFamily(font.companion.family)
  if (registered.has(name)) return
  for (const file of fontFiles(font)) {
    if (!GlobalFonts.registerFromPath(file, font.family))
      throw new StudioError({ code: 'invalid-file', message: `the font ${name} is damaged`, where: { file } })
  }
  registered.add(name)
}

/** The woff2 files of the weights and italics that assets/fonts.json lists. */
export function fontFiles(font: FontFamily): string[] {
  const folder = join(packageFolder(font), 'files')
  const wanted = font.variable
    ? ['wght-normal']
    : [...font.weights.map((w) => `${w}-normal`), ...font.italics.map((w) => `${w}-italic`)]
  try {
    const files = readdirSync(folder).filter((file) => wanted.some((end) => file.endsWith(`-${end}.woff2`)))
    return files.sort().map((file) => join(folder, file))
  } catch (thrown) {
    throw toStudioError(thrown, { file: folder })
  }
}

/** `BROADSIDE_FONTS` holds the packages in a packed program, node_modules in a checkout. */
function packageFolder({ package: name, family }: FontFamily): string {
  const packed = process.env.BROADSIDE_FONTS
  if (packed) return join(packed, name)
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`))
  } catch (thrown) {
    throw new StudioError(
      {
        code: 'not-found',
        message: `the font ${family} is not installed (package ${name})`,
        remedy: 'Run `npm ci` or set BROADSIDE_FONTS to the folder with the font packages.',
      },
      { cause: thrown },
    )
  }
}

/**
 * Characters of a text that none of its fonts has, each once. They would come from whatever the machine has installed,
 * or as empty boxes: neither may reach a printer.
 */
export function missingCharacters(text: string, style: Style): string[] {
  const missing = new Set<string>()
  for (const run of runsOf(text, style)) {
    for (const char of run.text) if (!isCovered(char.codePointAt(0)!, run.face.family)) missing.add(char)
  }
  return [...missing]
}

/** Spaces, joiners and marks that draw nothing need no glyph. */
const INVISIBLE = /[\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}]/u

const within = (code: number, ranges: CodeRange[]) => ranges.some(([from, to]) => code >= from && code <= to)

/** The package says which subset may have a character; the subset's own table says whether it does. */
function isCovered(code: number, family: string): boolean {
  if (INVISIBLE.test(String.fromCodePoint(code))) return true
  return subsetsOf(family).some(({ ranges, file }) => within(code, ranges) && within(code, charactersIn(file)))
}

interface Subset {
  ranges: CodeRange[]
  /** Of one weight: all have the same characters. */
  file: string
}

const subsets = new Map<string, Subset[]>()

function subsetsOf(family: string): Subset[] {
  const known = subsets.get(family)
  if (known) return known
  const font = requireFont(family)
  const files = fontFiles(font)
  const list = join(packageFolder(font), 'unicode.json')
  try {
    const declared = JSON.parse(readFileSync(list, 'utf8')) as Record<string, string>
    const found = Object.entries(declared).flatMap(([name, ranges]) => {
      const middle = `-${name.replace(/[[\]]/g, '')}-${font.variable ? 'wght' : font.weights[0]}-normal.woff2`
      const file = files.find((path) => path.endsWith(middle))
      return file ? [{ ranges: ranges.split(',').map(toRange), file }] : []
    })
    subsets.set(family, found)
    return found
  } catch (thrown) {
    throw toStudioError(thrown, { file: list })
  }
}

const characters = new Map<string, CodeRange[]>()

function charactersIn(file: string): CodeRange[] {
  const known = characters.get(file)
  if (known) return known
  try {
    const found = charactersOf(readFileSync(file))
    characters.set(file, found)
    return found
  } catch (thrown) {
    throw toStudioError(thrown, { file })
  }
}

/** CSS unicode-range: `U+4e00-4eff` or `U+26`. */
function toRange(text: string): CodeRange {
  const [from, to] = text.trim().slice(2).split('-')
  return [Number.parseInt(from!, 16), Number.parseInt(to ?? from!, 16)]
}
