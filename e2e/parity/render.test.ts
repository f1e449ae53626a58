import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openWebHost, type WebHost } from '#main/hosts/web/server.ts'
import { decode } from '#main/imaging/decode.ts'
import { encode } from '#main/imaging/encode.ts'
import { createStudio } from '#main/studio/studio.ts'
import type { StudioApi } from '#shared/contract/studio-api.ts'
import { TEMPLATES } from '#shared/document/templates/templates.ts'
import type { RawPicture } from '#shared/work/picture.ts'
import type { RenderOptions } from '../../src-renderer/canvas/render.ts'
import { bundle, launchBrowser } from './browser.ts'
import { difference } from './difference.ts'
import { ART, boards, fromTemplate, pictures } from './documents.ts'

/**
 * The page's own renderer against the service's export, with the service in between: pictures come from its library at
 * the size at which an export draws them. Not one pixel may differ.
 */

/** A service, its workers and a browser on a machine that may be busy with others. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const dir = mkdtempSync(join(tmpdir(), 'broadside-render-'))
/** Of the library, by the names that the documents have for them. */
const assets = new Map<string, string>()
let photograph = ''
let studio: StudioApi
let host: WebHost
let browser: Browser
let page: Page

beforeAll(async () => {
  const home = join(dir, 'home')
  mkdirSync(home)
  studio = createStudio({ home, starters: [] })
  const bring = async (name: string, bytes: Uint8Array) => {
    writeFileSync(join(dir, name), bytes)
    return (await studio.pictures.bring(join(dir, name))).sha256
  }
  for (const [name, picture] of Object.entries(pictures))
    assets.set(name, await bring(`${name.slice(0, 4)}.png`, await encode(picture, { format: 'png' })))
  photograph = await bring('photograph.jpg', await encode(pictures[ART]!, { format: 'jpeg' }))
  host = await openWebHost({ studio, home, page: await pageFolder() })
  browser = await launchBrowser()
  page = await browser.newPage()
  await page.goto(`${host.url}?token=${host.token}`)
})
afterAll(async () => {
  await browser?.close()
  await host?.close()
  await studio?.close()
  rmSync(dir, { recursive: true, force: true })
})

async function pageFolder(): Promise<string> {
  const folder = join(dir, 'page')
  mkdirSync(folder)
  writeFileSync(join(folder, 'render.js'), await bundle('render-page.ts'))
  const head = '<meta charset="utf-8"><link rel="icon" href="data:,"><link rel="stylesheet" href="/fonts.css">'
  writeFileSync(join(folder, 'index.html'), `<!doctype html>${head}<script src="/render.js"></script>`)
  return folder
}

async function compare(value: unknown, artboard: string, options: RenderOptions = {}) {
  const text = [...assets].reduce((json, [name, sha256]) => json.replaceAll(name, sha256), JSON.stringify(value))
  const document = JSON.parse(text)
  const { scale = 1, bleed = false } = options
  const { id } = await studio.exports.render({ document, artboard, format: 'png', scale, bleed })
  const exported = withAlpha(await decode(studio.exports.file(id).path))
  const drawn = await page.evaluate(
    (asked) =>
      (
        globalThis as unknown as { render(r: unknown): Promise<{ width: number; height: number; base64: string }> }
      ).render(asked),
    { document, artboard, options },
  )
  const { width, height, base64 } = drawn
  return difference(exported, { width, height, channels: 4, data: Buffer.from(base64, 'base64') })
}

function withAlpha(picture: RawPicture): RawPicture {
  if (picture.channels === 4) return picture
  const data = new Uint8Array((picture.data.length / 3) * 4).fill(255)
  for (let from = 0, to = 0; from < picture.data.length; from += 3, to += 4)
    data.set(picture.data.subarray(from, from + 3), to)
  return { ...picture, channels: 4, data }
}

const same = { most: 0, share: 0 }
/** Those with dielines show more on the canvas than in a file. */
const names = Object.keys(boards).filter((name) => name !== 'dielines')

describe('what the page renders equals the export', () => {
  it.each(names)('%s', async (name) => {
    expect(await compare(boards[name], name)).toEqual(same)
  })

  it.each(names)('%s, larger and with its bleed', async (name) => {
    expect(await compare(boards[name], name, { scale: 1.7, bleed: true })).toEqual(same)
  })

  it.each(['images', 'groups'])('%s, small and on nothing', async (name) => {
    const board = boards[name]!
    const clear = { ...board, artboards: board.artboards.map((each) => ({ ...each, background: null })) }
    expect(await compare(clear, name, { scale: 0.37 })).toEqual(same)
  })

  it('a photograph, which is decoded smaller than it is', async () => {
    const json = JSON.stringify(boards.images).replaceAll(ART, photograph)
    expect(await compare(JSON.parse(json), 'images', { scale: 0.4 })).toEqual(same)
  })

  it.each(TEMPLATES.map(({ id }) => id))('template %s', async (id) => {
    const document = fromTemplate(id, 'zh')
    expect(await compare(document, document.artboards[0]!.id, { scale: 0.5 })).toEqual(same)
  })
})
