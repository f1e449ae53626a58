import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, extname, join, relative, sep } from 'node:path'
import { FONTS, type FontFamily } from '#shared/scene/fonts.ts'

/**
 * Files of the program that a page may load. Every one is in a list made from the folder itself, so an address that is
 * not in the list names nothing, however it is spelled.
 */
export interface ProgramFiles {
  find(pathname: string): { path: string; type: string } | undefined
}

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
}

/** The built renderer. It is read again for what is not known yet: a new build has new names. */
export function pageFiles(folder: string): ProgramFiles {
  let known = new Map<string, string>()
  const look = () => {
    const entries = existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }) : []
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
    known = new Map(files.map((path) => [`/${relative(folder, path).split(sep).join('/')}`, path]))
  }
  return {
    find(pathname) {
      const name = pathname === '/' ? '/index.html' : pathname
      if (!known.has(name)) look()
      const path = known.get(name)
      const type = path && TYPES[extname(path)]
      return path && type ? { path, type } : undefined
    },
  }
}

/** The bundled fonts as pages need them: one sheet of faces, and the files that it names. */
export interface FontFiles extends ProgramFiles {
  css(): string
}

export function fontFiles(): FontFiles {
  let faces: Face[] | undefined
  const all = () => {
    faces ??= FONTS.flatMap(facesOf)
    return faces
  }
  return {
    css: () => all().map(ruleOf).join('\n'),
    find(pathname) {
      const face = all().find(({ address }) => address === pathname)
      return face && { path: face.path, type: 'font/woff2' }
    },
  }
}

interface Face {
  family: string
  style: string
  weight: string
  range: string
  address: string
  path: string
}

/** fontsource's own sheets say which characters are in which file. */
function facesOf(font: FontFamily): Face[] {
  const folder = packageFolder(font)
  const sheets = font.variable
    ? ['wght.css']
    : [...font.weights.map((weight) => `${weight}.css`), ...font.italics.map((weight) => `${weight}-italic.css`)]
  return sheets.flatMap((sheet) => {
    const rules = readFileSync(join(folder, sheet), 'utf8').match(/@font-face\s*\{[^}]*\}/g) ?? []
    return rules.map((rule) => {
      const value = (name: string) => new RegExp(`${name}:\\s*([^;]+);`).exec(rule)?.[1]?.trim() ?? ''
      const file = /url\(\.\/files\/([\w.-]+\.woff2)\)/.exec(rule)?.[1] ?? ''
      return {
        family: font.family,
        style: value('font-style'),
        weight: value('font-weight'),
        range: value('unicode-range'),
        address: `/fonts/${font.package}/${file}`,
        path: join(folder, 'files', file),
      }
    })
  })
}

/** A headline in a stand-in font has other line breaks: nothing is shown until the real one is there. */
function ruleOf({ family, style, weight, range, address }: Face): string {
  const src = `url("${address}") format("woff2")`
  return `@font-face { font-family: "${family}"; font-style: ${style}; font-weight: ${weight}; font-display: block; src: ${src};${range ? ` unicode-range: ${range};` : ''} }`
}

/** `BROADSIDE_FONTS` holds the packages in a packed program, node_modules in a checkout. */
function packageFolder({ package: name }: FontFamily): string {
  const packed = process.env.BROADSIDE_FONTS
  return packed ? join(packed, name) : dirname(createRequire(import.meta.url).resolve(`${name}/package.json`))
}
