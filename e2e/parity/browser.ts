import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright'
import { build } from 'vite'
import { FONTS, type FontFamily } from '#shared/scene/fonts.ts'
import type { RawPicture } from '#shared/work/picture.ts'
import type { DrawRequest } from './page.ts'

/** Chromium with the scene in it. Everything it asks for is answered from here: there is no server. */

const SYSTEM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
const ORIGIN = 'http://parity.test'
const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export interface ParityBrowser {
  draw(request: DrawRequest): Promise<RawPicture>
  /** Bytes as an address of the page. */
  offer(bytes: Buffer): string
  close(): Promise<void>
}

export async function openBrowser(): Promise<ParityBrowser> {
  const script = await bundle('page.ts')
  const browser = await launchBrowser()
  const page: Page = await browser.newPage()
  const offered: Buffer[] = []
  await page.route(`${ORIGIN}/**`, (route) => {
    const { pathname } = new URL(route.request().url())
    if (pathname === '/')
      return route.fulfill({ contentType: 'text/html', body: `<style>${FONTS.map(facesOf).join('')}</style>` })
    if (pathname.startsWith('/offered/'))
      return route.fulfill({ contentType: 'image/png', body: offered[Number(pathname.slice(9))]! })
    return route.fulfill({ contentType: 'font/woff2', path: fontFile(pathname) })
  })
  await page.goto(ORIGIN)
  await page.addScriptTag({ content: script })
  return {
    async draw(request) {
      const drawn = await page.evaluate(
        (asked) =>
          (
            globalThis as unknown as { draw(r: unknown): Promise<{ width: number; height: number; base64: string }> }
          ).draw(asked),
        request,
      )
      return { width: drawn.width, height: drawn.height, channels: 4, data: Buffer.from(drawn.base64, 'base64') }
    },
    offer: (bytes) => `${ORIGIN}/offered/${offered.push(bytes) - 1}`,
    close: () => browser.close(),
  }
}

export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({
    // The system's; else the one that Playwright installed.
    ...(SYSTEM ? { executablePath: SYSTEM } : {}),
    // A graphics card has its own rounding; Skia on the processor is what both sides share.
    args: ['--no-sandbox', '--disable-gpu', '--disable-accelerated-2d-canvas', '--force-color-profile=srgb'],
  })

export async function bundle(entry: string): Promise<string> {
  const built = await build({
    configFile: false,
    root: at('.'),
    logLevel: 'error',
    resolve: { alias: { '#shared': at('../../src-shared') } },
    build: { write: false, minify: false, lib: { entry: at(entry), formats: ['iife'], name: 'parity' } },
  })
  const [output] = Array.isArray(built) ? built : [built]
  if (!output || !('output' in output)) throw new Error('nothing was built')
  const chunk = output.output[0]
  if (chunk.type !== 'chunk') throw new Error('no script was built')
  return chunk.code
}

const folderOf = (name: string) => dirname(createRequire(import.meta.url).resolve(`${name}/package.json`))

/** fontsource's own sheets say which characters are in which file. */
function facesOf(font: FontFamily): string {
  const sheets = font.variable
    ? ['wght.css']
    : [...font.weights.map((weight) => `${weight}.css`), ...font.italics.map((weight) => `${weight}-italic.css`)]
  return sheets
    .map((sheet) => readFileSync(join(folderOf(font.package), sheet), 'utf8'))
    .join('')
    .replace(/font-family: '[^']*'/g, `font-family: '${font.family}'`)
    .replaceAll('url(./files/', `url(${ORIGIN}/${font.package}/files/`)
}

function fontFile(pathname: string): string {
  const [, scope, name, ...rest] = pathname.split('/')
  return join(folderOf(`${scope}/${name}`), ...rest)
}
