import sharp from 'sharp'
import { openDocument } from './opened.ts'
import { type Pixels, pixelsOf } from './pictures.ts'
import { expect, test } from './test.ts'

/** What lies still on the screen is what the file will hold: at 100 % pixel by pixel. */

const GREEN = [0, 255, 0]

/** The artboard as it stands on a screenshot: everything from its first green pixel on. */
function cut(screen: Pixels, width: number, height: number): Pixels {
  const isGreen = (at: number) => GREEN.every((value, i) => screen.data[at * 4 + i] === value)
  let at = 0
  while (at < screen.width * screen.height && !(isGreen(at) && isGreen(at + 1) && isGreen(at + screen.width))) at++
  const [left, top] = [at % screen.width, Math.floor(at / screen.width)]
  const rows = Array.from({ length: height }, (_, y) => ((top + y) * screen.width + left) * 4)
  return { width, height, data: Buffer.concat(rows.map((from) => screen.data.subarray(from, from + width * 4))) }
}

test('a scaled, turned and cut picture at rest is drawn as in the export', async ({ service, studio, page }) => {
  const noise = sharp({
    create: {
      width: 900,
      height: 700,
      channels: 3,
      background: '#000',
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    },
  })
  const bytes = (await noise.png().toBuffer()).toString('base64')
  const asset = await page.evaluate(async (base64) => {
    const body = new Blob([Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))])
    const answer = await fetch('/pictures', { method: 'POST', body, headers: { 'x-file-name': 'noise.png' } })
    return ((await answer.json()) as { sha256: string }).sha256
  }, bytes)
  const image = (id: string, order: number, more: object) => ({
    ...{ type: 'image', id, parent: 'a', order, asset, x: 20, y: 20, width: 210, height: 160 },
    ...more,
  })
  await openDocument(service.url, studio, {
    artboards: [{ type: 'artboard', id: 'a', width: 500, height: 400, background: '#00ff00' }],
    layers: [
      image('cover', 0, {}),
      image('cut', 1, { x: 260, fit: 'fill', crop: { x: 0.2, y: 0.1, width: 0.5, height: 0.6 }, flipX: true }),
      image('turned', 2, { x: 40, y: 210, rotation: 11, cornerRadius: 20 }),
      image('tiled', 3, { x: 280, y: 210, fit: 'tile', tileSize: 61 }),
    ],
  })
  const exact = page.waitForResponse((response) => response.url().includes(`/artifacts/${asset}?width=`))
  await studio.choose('View', '100 %')
  await exact
  const exported = await pixelsOf(await studio.exported())
  // Two pixels at the edges belong to the outline of the canvas's marks.
  const inside = (x: number, y: number) => x > 2 && y > 2 && x < 497 && y < 397
  await expect
    .poll(
      async () => {
        const drawn = cut(await pixelsOf(await studio.canvas.screenshot()), 500, 400)
        let most = 0
        for (let at = 0; at < drawn.data.length; at++) {
          const pixel = at >> 2
          if (inside(pixel % 500, Math.floor(pixel / 500)))
            most = Math.max(most, Math.abs(drawn.data[at]! - exported.data[at]!))
        }
        return most
      },
      { timeout: 30_000 },
    )
    .toBe(0)
})
