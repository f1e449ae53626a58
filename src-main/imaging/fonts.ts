import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { StudioError, toStudioError } from '#shared/errors.ts'
import { type Face, type FontFamily, faceOf, requireFont } from '#shared/scene/fonts.ts'
import { runsOf, type Style } from '#shared/scene/runs.ts'
import { GlobalFonts } from './skia.ts'
import { type CodeRange, charactersOf, toTrueType } from './woff2.ts'

/** Bundled fonts, registered with Skia when first used: the subsets that a text needs, under the family's name. */

const registered = new Set<string>()

/** Make a text drawable: ~10 ms per subset that is new, and a Chinese family has a hundred of them. */
export function registerText(text: string, style: Style): void {
  for (const run of runsOf(text, style)) {
    for (const char of run.text)
      for (const file of filesFor(char.codePointAt(0)!, run.face)) register(file, run.face.family)
  }
}

function register(file: string, family: string): void {
  if (registered.has(file)) return
  try {
    if (!GlobalFonts.register(toTrueType(readFileSync(file)), family)) throw new Error('not a font')
  } catch (thrown) {
    throw new StudioError(
      {
        code: 'invalid-file',
        message: `the font ${family} is damaged`,
        where: { file },
        remedy: 'Install Broadside again.',
      },
      { cause: thrown },
    )
  }
  registered.add(file)
}

/** The woff2 file of each subset that is for a character, in the face's weight and slant. */
function filesFor(code: number, { family, weight, italic }: Face): string[] {
  const font = requireFont(family)
  const end = font.variable ? 'wght-normal' : `${weight}-${italic ? 'italic' : 'normal'}`
  const found = subsetsOf(family).filter(({ ranges }) => within(code, ranges))
  return found.map(({ name }) => join(packageFolder(font), 'files', `${basename(font.package)}-${name}-${end}.woff2`))
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
  // All weights have the same characters.
  const face = faceOf(requireFont(family), 400, false)
  return filesFor(code, face).some((file) => within(code, charactersIn(file)))
}

interface Subset {
  name: string
  ranges: CodeRange[]
}

const subsets = new Map<string, Subset[]>()

function subsetsOf(family: string): Subset[] {
  const known = subsets.get(family)
  if (known) return known
  const file = join(packageFolder(requireFont(family)), 'unicode.json')
  try {
    const declared = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>
    const found = Object.entries(declared).map(([name, ranges]) => ({
      name: name.replace(/[[\]]/g, ''),
      ranges: ranges.split(',').map(toRange),
    }))
    subsets.set(family, found)
    return found
  } catch (thrown) {
    throw toStudioError(thrown, { file })
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
