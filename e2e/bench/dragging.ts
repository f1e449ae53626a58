import { setTimeout as sleep } from 'node:timers/promises'
import { median, type Reading, spread } from '#main/bench/measure.ts'
import { StudioPage } from '../studio-page.ts'
import { closeContext, resetFrames } from './browser.ts'
import { png } from './heavy.ts'
import type { Bench } from './studio.ts'

const ROUNDS = 5
const SECONDS = 4

/** Frames while a layer of 4,000 × 6,000 px is in the hand, over those of the same time with nothing to do. */
export async function dragging({ url, client, chromium, upload }: Bench): Promise<Reading[]> {
  const asset = await upload('large.png', png(4000, 6000))
  const opened = await client.api.projects.create({
    name: 'Large',
    document: {
      format: 1,
      artboards: [{ type: 'artboard', id: 'board', width: 4000, height: 6000 }],
      layers: [
        { type: 'image', id: 'large', parent: 'board', order: 1, asset, x: 0, y: 0, width: 4000, height: 6000 },
        {
          type: 'shape',
          id: 'disc',
          parent: 'board',
          order: 2,
          x: 900,
          y: 900,
          width: 900,
          height: 900,
          shape: { kind: 'ellipse' },
          fill: { kind: 'solid', colour: '#ffc914' },
        },
      ],
    },
  })
  await client.api.projects.close({ handle: opened.handle })
  const page = await chromium.page(opened.id)
  await page.goto(url)
  const studio = new StudioPage(page, [])
  await studio.canvas.waitFor()
  await sleep(5000)
  const box = (await studio.canvas.boundingBox())!
  const [x, y] = [box.x + box.width * 0.5, box.y + box.height * 0.7]
  const frames = async (work: (elapsed: number) => Promise<unknown>) => {
    await resetFrames(page)
    const began = performance.now()
    while (performance.now() - began < SECONDS * 1000) await work(performance.now() - began)
    return (await page.evaluate(() => globalThis.benchFrames.count)) / (performance.now() - began)
  }
  const dropped: number[] = []
  const rates: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const idle = await frames(() => sleep(16))
    await page.mouse.move(x, y)
    await page.mouse.down()
    const busy = await frames(async (elapsed) => {
      await page.mouse.move(x + 120 * Math.sin(elapsed / 300), y + 90 * Math.cos(elapsed / 400))
      await sleep(8)
    })
    await page.mouse.up()
    await studio.press('Control+z')
    await sleep(800)
    dropped.push(Math.max(0, 1 - busy / idle) * 100)
    rates.push(busy * 1000)
  }
  await closeContext(page)
  return [
    {
      group: 'canvas',
      name: '4,000×6,000 px layer in the hand: frames dropped beyond idle',
      value: median(dropped),
      unit: '%',
      most: 1,
      note: `${spread(dropped, 1)}; ${median(rates).toFixed(1)} frames/s`,
    },
  ]
}
