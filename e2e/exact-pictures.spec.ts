import type { Page } from '@playwright/test'
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

/** Brought in as a drop does it. */
async function bring(
  page: Page,
  name: string,
  bytes: Buffer,
): Promise<{ sha256: string; width: number; height: number }> {
  return page.evaluate(
    async ([name, base64]) => {
      const body = new Blob([Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))])
      const answer = await fetch('/pictures', { method: 'POST', body, headers: { 'x-file-name': name } })
      return (await answer.json()) as { sha256: string; width: number; height: number }
    },
    [name, bytes.toString('base64')] as const,
  )
}

test('photographs that say how they are turned stand upright, also while they are only sketched', async ({
  service,
  studio,
  page,
}) => {
  // Red above blue when it is upright; the file lies on its side.
  const halves = sharp({ create: { width: 120, height: 200, channels: 3, background: '#ff0000' } }).composite([
    { input: { create: { width: 120, height: 100, channels: 3, background: '#0000ff' } }, left: 0, top: 100 },
  ])
  const lying = await sharp(await halves.png().toBuffer())
    .rotate(-90)
    .png()
    .toBuffer()
  const images: object[] = []
  for (const [at, format] of (['jpeg', 'png', 'webp', 'tiff'] as const).entries()) {
    const bytes = await sharp(lying).withMetadata({ orientation: 6 }).toFormat(format).toBuffer()
    const { sha256: asset, ...size } = await bring(page, `photo.${format}`, bytes)
    expect(size).toMatchObject({ width: 120, height: 200 })
    const box = { x: 10 + at * 90, y: 30, width: 78, height: 130 }
    images.push({ type: 'image', id: format, parent: 'a', order: at, asset, ...box })
  }
  // What they look like before they lie still, and no more than that.
  await page.route(/\/artifacts\/.*\?width=/, (route) => route.abort())
  await openDocument(service.url, studio, {
    artboards: [{ type: 'artboard', id: 'a', width: 380, height: 190, background: '#00ff00' }],
    layers: images,
  })
  await studio.choose('View', '100 %')
  const isRedOverBlue = ({ width, data }: Pixels) =>
    images.map((_, at) => {
      const colour = (y: number) => [...data.subarray((y * width + 49 + at * 90) * 4).subarray(0, 3)]
      const [above, below] = [colour(60), colour(130)]
      return above[0]! > 200 && above[2]! < 60 && below[2]! > 200 && below[0]! < 60
    })
  const drawn = async () => isRedOverBlue(cut(await pixelsOf(await studio.canvas.screenshot()), 380, 190))
  await expect.poll(drawn, { timeout: 30_000 }).toEqual([true, true, true, true])
  expect(isRedOverBlue(await pixelsOf(await studio.exported()))).toEqual([true, true, true, true])
  studio.complaints.length = 0 // of the answers that were kept from the page
})

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
  const bytes = await noise.png().toBuffer()
  const { sha256: asset } = await bring(page, 'noise.png', bytes)
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
