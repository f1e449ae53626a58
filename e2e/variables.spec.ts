import type { Page } from '@playwright/test'
import sharp from 'sharp'
import { openDocument, shareOf } from './opened.ts'
import { type Pixels, pixelsOf } from './pictures.ts'
import type { StudioPage } from './studio-page.ts'
import { expect, test } from './test.ts'

/** One layout and a table: layers are hung on columns by hand, and the canvas shows the row that is stepped to. */

const [WIDTH, HEIGHT] = [480, 400]
const LIME = { r: 163, g: 230, b: 53 }
const PLUM = { r: 91, g: 31, b: 74 }
const LEMON = { r: 255, g: 221, b: 0 }

/** A flat picture in the library; gives its sha256. */
async function brought(page: Page, background: { r: number; g: number; b: number }): Promise<string> {
  const bytes = await sharp({ create: { width: 200, height: 200, channels: 3, background } })
    .png()
    .toBuffer()
  return page.evaluate(async (base64) => {
    const body = new Blob([Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))])
    const answer = await fetch('/pictures', { method: 'POST', body, headers: { 'x-file-name': 'flat.png' } })
    return ((await answer.json()) as { sha256: string }).sha256
  }, bytes.toString('base64'))
}

async function openTable(url: string, studio: StudioPage): Promise<void> {
  const [lime, plum] = [await brought(studio.page, LIME), await brought(studio.page, PLUM)]
  const layer = (type: string, id: string, order: number, more: object) => ({
    ...{ type, id, name: id, parent: 'a', order, x: 40, y: 40, width: 160, height: 120 },
    ...more,
  })
  const solid = (colour: string) => ({ kind: 'solid', colour })
  const column = (id: string, name: string, kind: string, order: number) => ({ type: 'column', id, name, kind, order })
  const row = (id: string, order: number, headline: string, art: string, ground: string, sale: string) => ({
    ...{ type: 'row', id, order },
    cells: { c1: headline, c2: art, c3: ground, ...(sale ? { c4: sale } : {}) },
  })
  await openDocument(url, studio, {
    artboards: [{ type: 'artboard', id: 'a', name: 'Label', width: WIDTH, height: HEIGHT, background: '#00ff00' }],
    layers: [
      layer('shape', 'Ground', 1, { shape: { kind: 'rectangle' }, fill: solid('#777777'), width: 400, height: 140 }),
      layer('image', 'Fruit', 2, { asset: lime, x: 260, y: 200, width: 160, height: 160 }),
      layer('shape', 'Badge', 3, {
        shape: { kind: 'ellipse' },
        fill: solid('#0000ff'),
        y: 200,
        width: 140,
        height: 140,
      }),
      layer('text', 'Headline', 4, {
        ...{ text: 'Peel', family: 'Inter', weight: 800, size: 60, x: 60, y: 70, width: 340, height: 50 },
      }),
    ],
    columns: [
      column('c1', 'headline', 'text', 1),
      column('c2', '水果', 'picture', 2),
      column('c3', 'ground', 'colour', 3),
      column('c4', 'sale', 'flag', 4),
    ],
    rows: [
      row('r1', 1, 'Lime', lime, '#ffdd00', 'yes'),
      row('r2', 2, 'Plum and much more', plum, '#5B1F4A', 'no'),
      row('r3', 3, 'Lemon', 'somewhere/lemon.png', 'no colour', ''),
    ],
  })
}

async function bind(studio: StudioPage, layer: string, field: string, variable: string): Promise<void> {
  await studio.layer(layer).click()
  await studio.inspector.root.getByRole('combobox', { name: field, exact: true }).selectOption(variable)
}

const bindAll = async (studio: StudioPage) => {
  await bind(studio, 'Fruit', 'Show picture of', '水果')
  await bind(studio, 'Ground', 'Colour from', 'ground')
  await bind(studio, 'Badge', 'Show if', 'sale')
  await studio.layer('Headline').click()
  await studio.inspector.root.getByRole('textbox', { name: 'Text', exact: true }).fill('{{headline}}')
  await studio.press('Tab')
}

const stepper = (studio: StudioPage) => studio.page.getByRole('group', { name: 'Row on the canvas' })
const colour = ({ r, g, b }: typeof LIME) => [r, g, b] as const
const shows = async (studio: StudioPage, rgb: readonly [number, number, number]) => (await shareOf(studio, rgb)) > 0.004

/** The artboard as it stands on the screen: from its first green pixel on. */
function cut(screen: Pixels): Pixels {
  const isGreen = (at: number) => [0, 255, 0].every((value, i) => screen.data[at * 4 + i] === value)
  let at = 0
  while (at < screen.width * screen.height && !(isGreen(at) && isGreen(at + 1) && isGreen(at + screen.width))) at++
  const [left, top] = [at % screen.width, Math.floor(at / screen.width)]
  const rows = Array.from({ length: HEIGHT }, (_, y) => ((top + y) * screen.width + left) * 4)
  return {
    width: WIDTH,
    height: HEIGHT,
    data: Buffer.concat(rows.map((from) => screen.data.subarray(from, from + WIDTH * 4))),
  }
}

/** Pixels of the artboard, without those of its marks at the edge, that differ between the screen and a file. */
async function unlike(studio: StudioPage, file: Pixels): Promise<number> {
  const drawn = cut(await pixelsOf(await studio.canvas.screenshot()))
  let differ = 0
  for (let at = 0; at < WIDTH * HEIGHT; at++) {
    const [x, y] = [at % WIDTH, Math.floor(at / WIDTH)]
    if (x < 3 || y < 3 || x > WIDTH - 4 || y > HEIGHT - 4) continue
    if ([0, 1, 2].some((i) => drawn.data[at * 4 + i] !== file.data[at * 4 + i])) differ++
  }
  return differ
}

test('a headline, a picture, a colour and a visibility follow the rows', async ({ service, studio }) => {
  await openTable(service.url, studio)
  await bindAll(studio)
  await studio.press('Control+Shift+a')
  await studio.choose('View', '100 %')

  // The document's own values are what the layers showed.
  await expect.poll(() => shows(studio, [0x77, 0x77, 0x77])).toBe(true)
  expect(await shows(studio, [0, 0, 255])).toBe(true)
  expect(await shows(studio, colour(LIME))).toBe(true)

  const next = stepper(studio).getByRole('button', { name: 'Next row' })
  const number = stepper(studio).getByRole('textbox', { name: 'Row number' })
  await next.click()
  await expect(number).toHaveValue('1')
  await expect.poll(() => shows(studio, colour(LEMON))).toBe(true)
  expect(await shows(studio, [0, 0, 255])).toBe(true)
  const first = await pixelsOf(await studio.exported())
  await expect.poll(() => unlike(studio, first), { timeout: 30_000 }).toBe(0)

  await next.click()
  await expect.poll(() => shows(studio, colour(PLUM))).toBe(true)
  expect(await shows(studio, colour(LIME))).toBe(false)
  expect(await shows(studio, [0, 0, 255])).toBe(false)
  // Its headline does not fit, and the panel says so.
  await expect(studio.page.getByRole('status').filter({ hasText: 'Headline runs over its box' })).toBeVisible()
  const second = await pixelsOf(await studio.exported())
  await expect.poll(() => unlike(studio, second), { timeout: 30_000 }).toBe(0)
  expect(second.data.equals(first.data)).toBe(false)

  // What is no picture and no colour leaves the layers their own; an empty cell hides.
  await number.fill('3')
  await number.press('Enter')
  await expect.poll(() => shows(studio, [0x77, 0x77, 0x77])).toBe(true)
  expect(await shows(studio, colour(LIME))).toBe(true)
  expect(await shows(studio, [0, 0, 255])).toBe(false)
  await expect(next).toBeDisabled()

  await stepper(studio).getByRole('button', { name: 'own values' }).click()
  await expect.poll(() => shows(studio, [0, 0, 255])).toBe(true)
})

test('a row is no step, and is shown again after a reload', async ({ service, studio, page }) => {
  await openTable(service.url, studio)
  await bind(studio, 'Ground', 'Colour from', 'ground')
  await stepper(studio).getByRole('button', { name: 'Next row' }).click()
  await expect.poll(() => shows(studio, colour(LEMON))).toBe(true)
  await studio.press('Control+z')
  await expect.poll(() => shows(studio, [0x77, 0x77, 0x77])).toBe(true)
  await studio.press('Control+Shift+z')
  await expect.poll(() => shows(studio, colour(LEMON))).toBe(true)
  await studio.kept()
  // The session is remembered a second later.
  await page.waitForTimeout(1500)
  await page.reload()
  await expect(stepper(studio).getByRole('textbox', { name: 'Row number' })).toHaveValue('1')
  await expect.poll(() => shows(studio, colour(LEMON))).toBe(true)
})

test('an artboard is laid out for another size beside itself, in one step', async ({ service, studio, page }) => {
  await openTable(service.url, studio)
  await studio.layer('Label').click()
  await studio.inspector.root.getByRole('button', { name: 'Lay out for another size…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Lay out for another size' })
  await dialog.getByRole('textbox', { name: 'Width' }).fill('960')
  await dialog.getByRole('textbox', { name: 'Height' }).fill('400')
  await studio.press('Tab')
  await dialog.getByRole('button', { name: 'Lay out', exact: true }).click()
  await expect(dialog).toBeHidden()
  await expect(studio.layer('960 × 400')).toBeVisible()
  await expect(studio.layer('Ground')).toHaveCount(2)
  await studio.inspector.inPixels()
  // From margin to margin it reaches still; what is round stays round.
  await studio.layer('Ground').last().click()
  expect(await studio.inspector.box()).toEqual({ x: 40, y: 40, width: 880, height: 140 })
  await studio.layer('Badge').last().click()
  expect(await studio.inspector.box()).toMatchObject({ width: 140, height: 140 })
  await studio.press('Control+z')
  await expect(studio.layer('960 × 400')).toHaveCount(0)
  await expect(studio.layer('Ground')).toHaveCount(1)
})
