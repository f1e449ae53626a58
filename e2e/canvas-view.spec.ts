import { openDocument, shareOf } from './opened.ts'
import { pixelsOf } from './pictures.ts'
import type { StudioPage } from './studio-page.ts'
import { expect, test } from './test.ts'

/** What the canvas keeps with the project, and what it takes from other programs. */

const isGuide = (r: number, g: number, b: number) => r < 30 && Math.abs(g - 0xc8) < 20 && Math.abs(b - 0xd7) < 20

async function guidePixels(studio: StudioPage): Promise<number> {
  const { data } = await pixelsOf(await studio.canvas.screenshot())
  let found = 0
  for (let at = 0; at < data.length; at += 4) if (isGuide(data[at]!, data[at + 1]!, data[at + 2]!)) found++
  return found
}

test('a guide is there again when the project is opened again', async ({ studio, page }) => {
  await studio.newProject('Guided')
  expect(await guidePixels(studio)).toBe(0)
  await studio.drag({ x: 0.004, y: 0.5 }, { x: 0.5, y: 0.5 })
  await expect.poll(() => guidePixels(studio)).toBeGreaterThan(300)
  // How a project is looked at is told every second, and nothing on the screen says so.
  await page.waitForTimeout(2500)
  await page.reload()
  await expect(studio.canvas).toBeVisible()
  await expect.poll(() => guidePixels(studio)).toBeGreaterThan(300)
})

test("the menu's Paste takes the clipboard where the browser lets it", async ({ studio, page, context }) => {
  await studio.newProject('Pasted')
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.evaluate(() => navigator.clipboard.writeText('Words from elsewhere'))
  await studio.choose('Edit', 'Paste')
  await expect(studio.layer('Words from elsewhere')).toBeVisible()
})

test("and tells the keys where it doesn't", async ({ studio, page, context }) => {
  await studio.newProject('Refused')
  await context.clearPermissions()
  await page.evaluate(() => {
    Object.defineProperty(navigator.clipboard, 'read', { value: () => Promise.reject(new Error('denied')) })
  })
  await studio.choose('Edit', 'Paste')
  await expect(page.getByText(/Paste with Ctrl\+V/)).toBeVisible()
})

const RED = [0xd0, 0x20, 0x30] as const

test('art in the bleed is seen with the marks, and what hangs over the edge while it is held', async ({
  service,
  studio,
  page,
}) => {
  // 50 mm at 100 dpi are 197 px. The art reaches over the bleed on every side.
  await openDocument(service.url, studio, {
    artboards: [{ type: 'artboard', id: 'a', width: 800, height: 800, dpi: 100, bleedMm: 50, background: '#ffffff' }],
    layers: [
      {
        ...{ type: 'shape', id: 's', parent: 'a', order: 0, x: -300, y: -300, width: 1400, height: 1400 },
        ...{ shape: { kind: 'rectangle' }, fill: { kind: 'solid', colour: '#d02030' } },
      },
    ],
  })
  await expect.poll(() => shareOf(studio, RED)).toBeGreaterThan(0.1)
  const withBleed = await shareOf(studio, RED)
  await studio.choose('View', 'Bleed')
  await expect.poll(() => shareOf(studio, RED)).toBeLessThan(withBleed * 0.6)
  const without = await shareOf(studio, RED)
  // (800 + 2 · 197)² over 800²
  expect(withBleed / without).toBeGreaterThan(2)
  expect(withBleed / without).toBeLessThan(2.4)

  // Held, it is seen over the edge too, but faintly.
  const { x, y, width, height } = (await studio.canvas.boundingBox())!
  await page.mouse.move(x + width / 2, y + height / 2)
  await page.mouse.down()
  await page.mouse.move(x + width / 2 + 30, y + height / 2, { steps: 5 })
  const faint = [0x10 + (0xd0 - 0x10) * 0.3, 0x10 + (0x20 - 0x10) * 0.3, 0x12 + (0x30 - 0x12) * 0.3] as const
  await expect.poll(() => shareOf(studio, faint)).toBeGreaterThan(0.03)
  await page.mouse.up()
  await expect.poll(() => shareOf(studio, faint)).toBeLessThan(0.005)
})
