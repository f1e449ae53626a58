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
