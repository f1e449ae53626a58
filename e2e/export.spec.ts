import type { Download, Page } from '@playwright/test'
import sharp from 'sharp'
import { differing, type Pixels, pixelsOf, textsOf } from './pictures.ts'
import type { StudioPage } from './studio-page.ts'
import { expect, test } from './test.ts'

/** A small artboard with a picture, a headline and a shape, which at 100 % is all on the screen. */
test.beforeEach(async ({ studio }) => {
  const { create } = studio
  await studio.newProject('Takeaway', 'Display rectangle')
  await create.model(/pattern/i)
  await create.variations(1)
  await create.setField('Seed', 12)
  await create.button.click()
  await studio.made(1)
  await studio.press('Control+1')
  await studio.type('Peel the day', { x: 0.42, y: 0.42 })
  await studio.drawRectangle({ x: 0.4, y: 0.55 }, { x: 0.5, y: 0.6 })
  await studio.kept()
})

test('a PNG is what the canvas shows, and says how it was made', async ({ studio, page }) => {
  await studio.press('Control+Shift+a')
  const file = await studio.exported()
  expect(file.suggestedFilename()).toBe('Takeaway.png')
  const png = await pixelsOf(file)
  expect([png.width, png.height]).toEqual([300, 250])
  // At once it shows what it has; at rest, the very pixels.
  await expect.poll(async () => unlike(await shownOnCanvas(page), png)).toBe(0)

  const { recipe } = JSON.parse((await textsOf(file)).get('broadside')!)
  expect(recipe).toMatchObject({ kind: 'composition', document: { layers: { length: 3 } } })
  expect(Object.values(recipe.recipes)).toMatchObject([{ kind: 'gan', seed: 12 }])
})

test('JPEG, WebP and twice the size are the same picture', async ({ studio, page }) => {
  const png = await pixelsOf(await studio.exported())
  for (const [format, extension] of [
    ['JPEG', 'jpg'],
    ['WebP', 'webp'],
  ] as const) {
    const file = await exportAs(studio, page, async (dialog) => {
      await dialog.getByRole('radio', { name: format }).click()
    })
    expect(file.suggestedFilename()).toBe(`Takeaway.${extension}`)
    expect((await sharp(await file.path()).metadata()).format).toBe(extension === 'jpg' ? 'jpeg' : 'webp')
    // Both leave out what the eye does not miss.
    expect(meanDifference(await pixelsOf(file), png)).toBeLessThan(6)
  }

  const large = await exportAs(studio, page, async (dialog) => {
    await dialog.getByRole('radio', { name: 'PNG' }).click()
    await dialog.getByRole('radio', { name: '2×' }).click()
  })
  const bytes = await large.path()
  expect(await sharp(bytes).metadata()).toMatchObject({ width: 600, height: 500 })
  const halved = await sharp(bytes).resize(300, 250, { kernel: 'cubic' }).png().toBuffer()
  expect(meanDifference(await pixelsOf(halved), png)).toBeLessThan(6)
})

test('a selection is exported alone on nothing, an artboard with its bleed', async ({ studio, page }) => {
  const { inspector } = studio
  await inspector.inPixels()
  await studio.layer(/^Rectangle/).click()
  const box = await inspector.box()
  const alone = await exportAs(studio, page, async (dialog) => {
    await dialog.getByRole('radio', { name: 'Selection (1)' }).click()
  })
  const rectangle = await pixelsOf(alone)
  expect([rectangle.width, rectangle.height]).toEqual([box.width, box.height])
  expect(everyPixel(rectangle)).toEqual(['255,92,53,255'])

  await studio.layer('Display rectangle').click()
  await inspector.root.getByLabel('Bleed', { exact: true }).fill('3')
  await studio.press('Tab')
  const whole = await pixelsOf(await studio.exported())
  const bled = await exportAs(studio, page, async (dialog) => {
    await dialog.getByLabel('With bleed').check()
  })
  // 3 mm at 72 dpi are 9 px on every side.
  const inner = await sharp(await bled.path())
    .extract({ left: 9, top: 9, width: 300, height: 250 })
    .png()
    .toBuffer()
  expect(await sharp(await bled.path()).metadata()).toMatchObject({ width: 318, height: 268 })
  expect(differing(await pixelsOf(inner), whole)).toMatchObject({ differ: 0 })
})

async function exportAs(
  studio: StudioPage,
  page: Page,
  settings: (dialog: ReturnType<Page['getByRole']>) => Promise<void>,
): Promise<Download> {
  await studio.press('Control+Shift+e')
  const dialog = page.getByRole('dialog', { name: 'Export' })
  await settings(dialog)
  const download = page.waitForEvent('download')
  await dialog.getByRole('button', { name: 'Export', exact: true }).click()
  const file = await download
  await expect(dialog).toBeHidden()
  return file
}

/** What is drawn, without handles and rulers, which lie over it. */
async function shownOnCanvas(page: Page): Promise<Pixels> {
  const address = await page
    .getByTestId('canvas')
    .locator('canvas')
    .first()
    .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL())
  return pixelsOf(Buffer.from(address.slice(address.indexOf(',') + 1), 'base64'))
}

/** How many pixels of `part` are others in `whole`, where it fits best: the camera is not asked. */
function unlike(whole: Pixels, part: Pixels): number {
  const marks = Array.from({ length: 64 }, (_, n) => ({ x: (n * 89 + 7) % part.width, y: (n * 53 + 11) % part.height }))
  let best = { cost: Number.POSITIVE_INFINITY, x: 0, y: 0 }
  for (let y = 0; y <= whole.height - part.height; y++)
    for (let x = 0; x <= whole.width - part.width; x++) {
      let cost = 0
      for (let at = 0; at < marks.length && cost < best.cost; at++) {
        const mark = marks[at]!
        cost += gap(whole, x + mark.x, y + mark.y, part, mark.x, mark.y)
      }
      if (cost < best.cost) best = { cost, x, y }
    }
  let off = 0
  for (let y = 0; y < part.height; y++)
    for (let x = 0; x < part.width; x++) if (gap(whole, best.x + x, best.y + y, part, x, y) > 0) off++
  return off
}

function gap(a: Pixels, ax: number, ay: number, b: Pixels, bx: number, by: number): number {
  const [i, j] = [(ay * a.width + ax) * 4, (by * b.width + bx) * 4]
  return Math.max(...[0, 1, 2].map((channel) => Math.abs(a.data[i + channel]! - b.data[j + channel]!)))
}

function meanDifference(a: Pixels, b: Pixels): number {
  if (a.data.length !== b.data.length) return Number.POSITIVE_INFINITY
  return a.data.reduce((sum, value, at) => sum + Math.abs(value - b.data[at]!), 0) / a.data.length
}

function everyPixel({ data, width, height }: Pixels): string[] {
  return [...new Set(Array.from({ length: width * height }, (_, at) => data.subarray(at * 4, at * 4 + 4).join()))]
}
