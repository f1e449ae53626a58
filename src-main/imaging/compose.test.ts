import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RawPicture } from '#shared/work/picture.ts'
import { type ComposeOptions, compose } from './compose.ts'
import { contactSheet } from './contact-sheet.ts'
import { encode } from './encode.ts'
import { plain } from './fixtures.ts'
import { missingCharacters } from './fonts.ts'

const dir = mkdtempSync(join(tmpdir(), 'broadside-compose-'))
const green = join(dir, 'green.png')
const sha = 'a'.repeat(64)
/** Black on the left, white on the right, a grey column between. */
const halves = join(dir, 'halves.png')
const mask = 'b'.repeat(64)
/** Red on the left, blue on the right. */
const flag = join(dir, 'flag.png')
const flagSha = 'c'.repeat(64)
const columns = (width: number, height: number, colour: (x: number) => [number, number, number]): RawPicture => ({
  width,
  height,
  channels: 3,
  data: Uint8Array.from(Array.from({ length: width * height }, (_, i) => colour(i % width)).flat()),
})
beforeAll(async () => {
  writeFileSync(green, await encode(plain(20, 10, [0, 200, 0]), { format: 'png' }))
  const grey = columns(100, 80, (x) => (x < 49 ? [0, 0, 0] : x > 49 ? [255, 255, 255] : [128, 128, 128]))
  writeFileSync(halves, await encode(grey, { format: 'png' }))
  writeFileSync(
    flag,
    await encode(
      columns(20, 10, (x) => (x < 10 ? [255, 0, 0] : [0, 0, 255])),
      { format: 'png' },
    ),
  )
})
afterAll(() => rmSync(dir, { recursive: true }))

const board = { type: 'artboard', id: 'poster', width: 100, height: 80, background: '#ffffff' }
let order = 0
const layer = (props: object) => ({
  id: `layer-${order++}`,
  parent: 'poster',
  order,
  x: 0,
  y: 0,
  width: 100,
  height: 80,
  ...props,
})
const rectangle = (colour: string, props: object = {}) =>
  layer({ type: 'shape', shape: { kind: 'rectangle' }, fill: { kind: 'solid', colour }, ...props })
const image = (props: object = {}) => layer({ type: 'image', asset: sha, ...props })
const text = (content: string, props: object = {}) =>
  layer({ type: 'text', text: content, family: 'Inter', weight: 700, size: 40, ...props })

const assets = { [sha]: green, [mask]: halves, [flagSha]: flag }
const draw = (layers: object[], artboard: object = {}, scale = 1, options: Partial<ComposeOptions> = {}) =>
  compose({ format: 1, artboards: [{ ...board, ...artboard }], layers }, 'poster', { scale, assets, ...options })
const at = ({ width, channels, data }: RawPicture, x: number, y: number) => [
  ...data.subarray((y * width + x) * channels, (y * width + x + 1) * channels),
]
/** Bounding box of the pixels that differ from white. */
function inked({ width, height, data }: RawPicture) {
  const box = { left: width, top: height, right: -1, bottom: -1 }
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (data[(y * width + x) * 4]! > 128) continue
      box.left = Math.min(box.left, x)
      box.right = Math.max(box.right, x)
      box.top = Math.min(box.top, y)
      box.bottom = Math.max(box.bottom, y)
    }
  }
  return box
}

describe('compose', () => {
  it('draws layers bottom first on the background', async () => {
    const picture = await draw([rectangle('#ff0000', { width: 50 }), rectangle('#0000ff', { width: 50, height: 40 })])
    expect(at(picture, 10, 10)).toEqual([0, 0, 255, 255])
    expect(at(picture, 10, 60)).toEqual([255, 0, 0, 255])
    expect(at(picture, 80, 60)).toEqual([255, 255, 255, 255])
  })

  it('is transparent where nothing is drawn on no background, with straight alpha', async () => {
    const picture = await draw([rectangle('#ff000080', { width: 50 })], { background: null })
    expect(at(picture, 80, 10)).toEqual([0, 0, 0, 0])
    expect(at(picture, 10, 10)).toEqual([255, 0, 0, 128])
  })

  it('scales to any size', async () => {
    const picture = await draw([rectangle('#ff0000', { width: 50 })], {}, 2.5)
    expect([picture.width, picture.height]).toEqual([250, 200])
    expect(at(picture, 120, 100)).toEqual([255, 0, 0, 255])
    expect(at(picture, 130, 100)).toEqual([255, 255, 255, 255])
  })

  it('gives the same pixels every time', async () => {
    const once = () => draw([image({ rotation: 30, opacity: 0.5 }), text('Peel', { tracking: -20 })])
    expect(Buffer.compare((await once()).data, (await once()).data)).toBe(0)
  })

  it('leaves out what is hidden', async () => {
    expect(
      inked(await draw([rectangle('#000000', { hidden: true }), rectangle('#000000', { opacity: 0 })])).right,
    ).toBe(-1)
  })

  it('blends a group as a whole: overlapping children do not show through each other', async () => {
    const group = layer({ type: 'group', id: 'group', opacity: 0.5 })
    const picture = await draw([
      group,
      rectangle('#ff0000', { parent: 'group' }),
      rectangle('#0000ff', { parent: 'group', width: 50 }),
    ])
    expect(at(picture, 10, 10)).toEqual([126, 126, 255, 255])
    expect(at(picture, 80, 10)).toEqual([255, 126, 126, 255])
  })

  it('multiplies', async () => {
    const picture = await draw([rectangle('#ff8000'), rectangle('#808080', { blend: 'multiply' })])
    expect(at(picture, 5, 5)).toEqual([128, 64, 0, 255])
  })

  it('cuts a group to its box', async () => {
    const group = layer({ type: 'group', id: 'group', clip: true, width: 30, height: 30, x: 10, y: 10 })
    const picture = await draw([group, rectangle('#000000', { parent: 'group' })])
    expect(inked(picture)).toEqual({ left: 10, top: 10, right: 39, bottom: 39 })
  })

  it('rotates about the centre', async () => {
    const picture = await draw([rectangle('#000000', { x: 40, y: 10, width: 20, height: 60, rotation: 90 })])
    expect(inked(picture)).toEqual({ left: 20, top: 30, right: 79, bottom: 49 })
  })

  it.each(['ellipse', 'line', 'polygon', 'star', 'rays'])('draws a %s inside its box', async (kind) => {
    const shape = layer({
      type: 'shape',
      shape: { kind },
      x: 20,
      y: 20,
      width: 40,
      height: 40,
      fill: { kind: 'solid', colour: '#000000' },
      ...(kind === 'line' ? { stroke: { colour: '#000000', width: 4 } } : {}),
    })
    const box = inked(await draw([shape]))
    expect(box.right).toBeGreaterThan(box.left)
    expect(box.left >= 18 && box.top >= 18 && box.right <= 62 && box.bottom <= 62).toBe(true)
  })
})

describe('a mask', () => {
  const masked = { mask: { asset: mask } }
  const row = (picture: RawPicture, y = 40) => [10, 49, 90].map((x) => at(picture, x, y)[0])

  it('shows a layer where it is white, hides it where it is black, and is soft between', async () => {
    const picture = await draw([rectangle('#000000', masked)])
    expect(row(picture)).toEqual([255, 127, 0])
  })

  it('inverted does the opposite', async () => {
    expect(row(await draw([rectangle('#000000', { mask: { asset: mask, invert: true } })]))).toEqual([0, 128, 255])
  })

  it('is stretched over the box, turns with the layer, and leaves what lies below alone', async () => {
    const below = rectangle('#ff0000')
    const turned = rectangle('#000000', { x: 10, y: 20, width: 80, height: 40, rotation: 180, ...masked })
    const picture = await draw([below, turned])
    expect([5, 20, 80, 95].map((x) => at(picture, x, 40))).toEqual([
      [255, 0, 0, 255],
      [0, 0, 0, 255],
      [255, 0, 0, 255],
      [255, 0, 0, 255],
    ])
  })

  it('masks a group as a whole, with its opacity and blend', async () => {
    const group = layer({ type: 'group', id: 'group', opacity: 0.5, blend: 'multiply', ...masked })
    const children = [rectangle('#000000', { parent: 'group' }), rectangle('#000000', { parent: 'group', width: 95 })]
    expect(row(await draw([group, ...children]))).toEqual([255, 191, 127])
  })

  it('of a layer in a masked group takes away once more', async () => {
    const group = layer({ type: 'group', id: 'group', ...masked })
    const child = rectangle('#000000', { parent: 'group', mask: { asset: mask, invert: true } })
    expect(row(await draw([group, child]))).toEqual([255, 191, 255])
  })

  it.each(['text', 'image', 'shape'])('that is white everywhere changes no pixel of a turned %s', async (kind) => {
    const props = { x: 20.3, y: 15.7, width: 61, height: 33, rotation: 33 }
    const white = { mask: { asset: mask, invert: false } }
    const one = (more: object) =>
      kind === 'text'
        ? text('gjpqÅ', { ...props, ...more })
        : kind === 'image'
          ? image({ ...props, ...more })
          : rectangle('#336699', { ...props, ...more, stroke: { colour: '#000000', width: 7 } })
    writeFileSync(join(dir, 'white.png'), await encode(plain(9, 9, [255, 255, 255]), { format: 'png' }))
    const files = { assets: { ...assets, [mask]: join(dir, 'white.png') } }
    const [plainly, masked] = [await draw([one({})]), await draw([one(white)], {}, 1, files)]
    let most = 0
    for (let i = 0; i < plainly.data.length; i++) most = Math.max(most, Math.abs(plainly.data[i]! - masked.data[i]!))
    // Drawing a layer on its own surface rounds its soft edges twice.
    expect(most).toBeLessThanOrEqual(2)
  })

  it('that the library lacks is one typed error', async () => {
    await expect(draw([rectangle('#000000', { mask: { asset: 'e'.repeat(64) } })])).rejects.toMatchObject({
      code: 'not-found',
    })
  })
})

describe('a selection', () => {
  it('is rendered on nothing, as large as its layers, also off the artboard', async () => {
    const layers = [rectangle('#ff0000'), rectangle('#0000ff', { id: 'blue', x: 80, y: 70, width: 40, height: 20 })]
    const picture = await draw(layers, {}, 2, { only: ['blue'] })
    expect([picture.width, picture.height]).toEqual([80, 40])
    expect(at(picture, 1, 1)).toEqual([0, 0, 255, 255])
    expect(at(picture, 78, 38)).toEqual([0, 0, 255, 255])
  })

  it('keeps an empty box and ink that hangs out of it, and nothing else', async () => {
    const hanging = await draw([text('gg', { id: 't', width: 100, height: 30 })], {}, 1, { only: ['t'] })
    const box = inked(await draw([text('gg', { width: 100, height: 30 })]))
    expect(hanging.width).toBe(100)
    expect(hanging.height).toBe(box.bottom + 1)
    const empty = await draw([rectangle('#00000000', { id: 'r', width: 30, height: 10 })], {}, 1, { only: ['r'] })
    expect([empty.width, empty.height]).toEqual([30, 10])
  })

  it('minds only the pictures and letters of its own layers', async () => {
    const others = [image({ asset: 'e'.repeat(64) }), text('🍊')]
    const picture = await draw([...others, rectangle('#000000', { id: 'r' })], {}, 1, { only: ['r'] })
    expect(picture.width).toBe(100)
  })
})

describe('bleed and dielines', () => {
  it('bleed shows what lies beyond the trim', async () => {
    const layers = [rectangle('#ff0000', { x: -20, width: 30 })]
    const picture = await draw(layers, { bleedMm: 2, dpi: 127 }, 1, { bleed: true })
    expect([picture.width, picture.height]).toEqual([120, 100])
    expect(at(picture, 5, 20)).toEqual([255, 0, 0, 255])
    expect(at(picture, 115, 5)).toEqual([255, 255, 255, 255])
  })

  const dieline = layer({
    type: 'dieline',
    viewBox: [0, 0, 10, 10],
    paths: [{ d: 'M5 0L5 10' }, { d: 'M0 2L10 2', kind: 'bleed' }],
    strokeWidth: 2,
  })

  it('a dieline is drawn only when asked for, in the colours of its kinds', async () => {
    expect(inked(await draw([dieline])).right).toBe(-1)
    const picture = await draw([dieline], {}, 1, { dielines: true })
    expect(at(picture, 50, 40)).toEqual([230, 0, 60, 255])
    expect(at(picture, 20, 16)).toEqual([0, 166, 90, 255])
  })

  it('its lines are as wide however the box is stretched', async () => {
    const picture = await draw([{ ...dieline, x: 40, width: 20, height: 80 }], {}, 1, { dielines: true })
    const wide = (x: number) => at(picture, x, 60)[1]! < 128
    expect(Array.from({ length: 100 }, (_, x) => x).filter(wide)).toEqual([49, 50])
  })
})

describe('pictures', () => {
  it('are mirrored by flipX and flipY', async () => {
    const left = async (more: object) => at(await draw([image({ asset: flagSha, ...more })]), 5, 40)
    expect(await left({})).toEqual([255, 0, 0, 255])
    expect(await left({ flipX: true })).toEqual([0, 0, 255, 255])
    expect(await left({ flipY: true })).toEqual([255, 0, 0, 255])
    expect(await left({ flipX: true, fit: 'tile', tileSize: 100 })).toEqual([0, 0, 255, 255])
  })

  it('cover fills the box, contain keeps the shape', async () => {
    const corner = async (fit: string) => at(await draw([image({ fit })]), 50, 2)
    expect(await corner('cover')).toEqual([0, 200, 0, 255])
    expect(await corner('contain')).toEqual([255, 255, 255, 255])
  })

  it('tiles without seams', async () => {
    const picture = await draw([image({ fit: 'tile', tileSize: 13 })])
    for (let x = 0; x < 100; x++) expect(at(picture, x, 40)).toEqual([0, 200, 0, 255])
  })

  it('rounds corners', async () => {
    const picture = await draw([image({ width: 80, cornerRadius: 40 })])
    expect(at(picture, 1, 1)).toEqual([255, 255, 255, 255])
    expect(at(picture, 40, 40)).toEqual([0, 200, 0, 255])
  })

  it('that the library lacks is one typed error', async () => {
    await expect(draw([image({ asset: 'd'.repeat(64) })])).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('text', () => {
  it('hugs its box: ink starts at the left edge and the capitals at the top', async () => {
    const box = inked(await draw([text('HE', { x: 10, y: 20, size: 60 })], { width: 300, height: 200 }))
    expect(Math.abs(box.left - 10)).toBeLessThanOrEqual(1)
    expect(Math.abs(box.top - 20)).toBeLessThanOrEqual(1)
  })

  it('right aligned ends at the right edge, tracking or not', async () => {
    for (const tracking of [-40, 0, 200]) {
      const box = inked(await draw([text('HI', { align: 'right', size: 20, tracking })]))
      expect(Math.abs(box.right - 99)).toBeLessThanOrEqual(1)
    }
  })

  it.each(['Anton', 'Fraunces', 'Inter', 'Noto Sans SC'])(
    'of any length stays in its box when it may shrink (%s)',
    async (family) => {
      for (const content of ['GO', 'PEEL THE WHOLE DAY', '橙子汽水 夏季限定！']) {
        const picture = await draw(
          [text(content, { family, fit: 'shrink', size: 400, x: 20, y: 20, width: 360, height: 160, language: 'zh' })],
          { width: 400, height: 200 },
        )
        const box = inked(picture)
        // Round letters overshoot their line by 2 % of their size.
        expect(box.left >= 18 && box.top >= 14 && box.right <= 382, content).toBe(true)
        expect(box.bottom).toBeLessThanOrEqual(186)
        // It uses its box: one of the two sides is nearly full.
        expect(Math.max((box.right - box.left) / 360, (box.bottom - box.top) / 160), content).toBeGreaterThan(0.75)
      }
    },
  )

  it('fills its holes', async () => {
    const wide = {
      format: 1,
      artboards: [{ ...board, width: 400 }],
      variables: [{ type: 'variable', id: 'word', value: 'WWWW' }],
      layers: [text('{{word}}', { width: 400 })],
    }
    expect(inked(await compose(wide, 'poster', { assets: {} })).right).toBeGreaterThan(120)
  })

  it('an unknown family is one typed error that names the layer and the families there are', async () => {
    await expect(draw([text('x', { family: 'Comic Sans' })])).rejects.toMatchObject({
      code: 'not-found',
      remedy: expect.stringContaining('Anton'),
    })
  })

  it('a character that no font has is refused, not printed as a box', async () => {
    await expect(draw([text('fresh 🍊')])).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('U+1F34A'),
    })
    const style = { family: 'Fraunces', weight: 900, italic: false, language: 'zh' as const }
    expect(missingCharacters('Peel 橙子，“éß€” \t\u200b', style)).toEqual([])
  })
})

describe('vertical text', () => {
  const vertical = (content: string, props: object = {}) =>
    text(content, {
      ...{ family: 'Noto Sans SC', language: 'zh', direction: 'vertical', fit: 'shrink', size: 300 },
      ...{ x: 20, y: 20, width: 160, height: 360, ...props },
    })
  const page = { width: 200, height: 400 }

  it.each(['Noto Sans SC', 'Noto Serif SC', 'ZCOOL QingKe HuangYou', 'ZCOOL KuaiLe', 'Anton'])(
    'stays in its box and uses it (%s)',
    async (family) => {
      for (const content of ['橙子汽水', '夏季限定！只加阳光，没有别的。', '冷榨 Zest 100 度']) {
        const box = inked(await draw([vertical(content, { family })], page))
        const where = `${family} ${content} ${JSON.stringify(box)}`
        expect(box.left >= 14 && box.top >= 14 && box.right <= 186 && box.bottom <= 386, where).toBe(true)
        expect(Math.max((box.right - box.left) / 160, (box.bottom - box.top) / 360), where).toBeGreaterThan(0.75)
      }
    },
  )

  it.each(['Noto Sans SC', 'Noto Serif SC', 'ZCOOL QingKe HuangYou', 'ZCOOL KuaiLe'])(
    'a full stop sits in the upper right of its cell, an opening bracket in the lower half (%s)',
    async (family) => {
      const size = 100
      const mark = async (content: string) =>
        inked(
          await draw([vertical(content, { family, fit: 'fixed', size, width: 100, height: 100, x: 0, y: 0 })], page),
        )
      const stop = await mark('。')
      expect(stop.left).toBeGreaterThan(45)
      expect(stop.bottom).toBeLessThan(50)
      const pair = { family, fit: 'fixed', size, width: 100, height: 200, x: 0, y: 0, verticalAlign: 'top' }
      const both = await draw([vertical('一「', pair)], page)
      // A stroke in the middle of the first cell, nothing, the bracket in the lower half of the second.
      const empty = Array.from({ length: 50 }, (_, y) => 80 + y)
      for (const y of empty) for (let x = 0; x < 100; x++) expect(at(both, x, y)[0]! > 128, `${x} ${y}`).toBe(true)
      expect(inked(both).bottom).toBeGreaterThan(145)
    },
  )

  it('the box colours its letters with one gradient, standing or lying', async () => {
    const fill = {
      kind: 'linear',
      stops: [
        { at: 0, colour: '#ff0000' },
        { at: 1, colour: '#0000ff' },
      ],
    }
    const picture = await draw([vertical('橙IIIIII', { fill, size: 80, height: 240 })], page)
    const tops = { red: 0, blue: 0 }
    for (let y = 0; y < 400; y++) {
      for (let x = 0; x < 200; x++) {
        const [r = 0, g = 0, b = 0] = at(picture, x, y)
        if (g > 40) continue
        if (y < 60) tops.red = Math.max(tops.red, r - b)
        if (y > 200) tops.blue = Math.max(tops.blue, b - r)
      }
    }
    expect(tops.red).toBeGreaterThan(150)
    expect(tops.blue).toBeGreaterThan(150)
  })
})

describe('hostile documents', () => {
  it.each([
    ['a megabyte of text', [text('x'.repeat(1_000_000))], 'usage'],
    ['a text that a variable makes long', [text('{{a}}'.repeat(900))], 'invalid-input'],
    ['text in a box without room', [text('Peel the day '.repeat(50), { width: 0, height: 0 })], undefined],
    ['a picture in a box without room', [image({ width: 0, height: 0 }), image({ fit: 'tile', width: 0 })], undefined],
    ['a thousand shapes', Array.from({ length: 1000 }, () => rectangle('#00000001')), undefined],
  ])('%s', async (_, layers, code) => {
    const document = {
      format: 1,
      artboards: [board],
      variables: [{ type: 'variable', id: 'a', value: 'y'.repeat(5000) }],
      layers,
    }
    const outcome = await compose(document, 'poster', { assets: { [sha]: green } }).catch((error: unknown) => error)
    if (code) expect(outcome).toMatchObject({ code })
    else expect(outcome).toMatchObject({ width: 100, height: 80 })
  })

  it('an artboard too large for memory is refused before anything is drawn', async () => {
    await expect(draw([], { width: 20_000, height: 20_000 })).rejects.toMatchObject({ code: 'invalid-input' })
    await expect(draw([], {}, 200_000)).rejects.toMatchObject({ code: 'invalid-input' })
  })

  it('a damaged picture is one typed error that names the file', async () => {
    const broken = join(dir, 'broken.png')
    writeFileSync(broken, 'not a picture')
    const document = { format: 1, artboards: [board], layers: [image()] }
    await expect(compose(document, 'poster', { assets: { [sha]: broken } })).rejects.toMatchObject({
      code: 'invalid-file',
      where: { file: broken },
    })
  })
})

describe('contact sheet', () => {
  const cells = Array.from({ length: 5 }, (_, i) => ({ path: green, caption: `seed ${i} 🍊 橙子` }))

  it('shows every cell; a caption that no font can draw is drawn without those characters', async () => {
    const sheet = await contactSheet({ title: 'Peel the day', cells, columns: 3, cellWidth: 120 })
    expect(sheet.width).toBeGreaterThan(3 * 120)
    const isGreen = (x: number, y: number) => at(sheet, x, y)[1] === 200 && at(sheet, x, y)[0] === 0
    let found = 0
    for (let y = 0; y < sheet.height; y++) for (let x = 0; x < sheet.width; x++) if (isGreen(x, y)) found++
    expect(found).toBeGreaterThan(5 * 118 * 58)
  })

  it.each([
    ['no cells', { cells: [] }],
    ['no columns', { columns: 0 }],
    ['cells of a pixel', { cellWidth: 1 }],
    ['half a gigapixel', { cells: Array(2000).fill(cells[0]), cellWidth: 600 }],
  ])('refuses %s', async (_, wrong) => {
    await expect(contactSheet({ title: 't', cells, columns: 3, cellWidth: 120, ...wrong })).rejects.toMatchObject({
      code: 'usage',
    })
  })

  it('names a cell that is no picture', async () => {
    const path = join(dir, 'note.txt')
    writeFileSync(path, 'hello')
    await expect(
      contactSheet({ title: 't', cells: [{ path, caption: '' }], columns: 1, cellWidth: 100 }),
    ).rejects.toMatchObject({ where: { file: path } })
  })
})
