import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright'
import { median, type Reading, spread } from '#main/bench/measure.ts'
import { draft } from '#main/hosts/web/fixtures.ts'
import { StudioPage } from '../studio-page.ts'
import { type Blocks, closeContext, resetFrames, traced } from './browser.ts'
import { heavyDocument, uploadPictures } from './heavy.ts'
import type { Bench } from './studio.ts'

const ROUNDS = 3
const SECONDS = 6

/** Panning and zooming 2,000 layers while a picture is made. */
export async function panning({ url, client, chromium, upload }: Bench): Promise<Reading[]> {
  const document = heavyDocument(await uploadPictures(upload))
  const opened = await client.api.projects.create({ name: 'Two thousand', document })
  await client.api.projects.close({ handle: opened.handle })
  const page = await chromium.page(opened.id)
  const studio = new StudioPage(page, [])
  const opening = await traced(page, async () => {
    await page.goto(url)
    await studio.canvas.waitFor()
    await sleep(6000)
  })
  const recipe = await draft(client, 'poster-diffusion', { prompt: 'a fox on a teal sunburst', steps: 40 })
  const target = { project: opened.id, action: 'results', window: 'bench' } as const
  // More than are made in the time.
  const jobs = Array.from({ length: 100 }, (_, seed) => ({ recipe: { ...recipe, seed } as typeof recipe, target }))
  const { ids } = await client.api.jobs.submit({ jobs })
  await sleep(2000)
  const blocks: Blocks[] = []
  const gaps: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    await resetFrames(page)
    blocks.push(await traced(page, () => wander(page, SECONDS)))
    gaps.push(await page.evaluate(() => globalThis.benchFrames.gap))
  }
  await client.api.jobs.cancel({ ids })
  await client.api.jobs.clear()
  await closeContext(page)
  const walls = blocks.map(({ wall }) => wall)
  const cpus = blocks.map(({ cpu }) => cpu)
  return [
    {
      group: 'canvas',
      name: '2,000 layers, pan and zoom while generating: longest block',
      value: median(walls),
      unit: 'ms',
      most: 50,
      note: `${spread(walls, 0)}; processor time ${spread(cpus, 0)}; longest frame ${spread(gaps, 0)}`,
    },
    {
      group: 'canvas',
      name: '2,000 layers, being opened: longest block',
      value: opening.wall,
      unit: 'ms',
      note: `processor time ${opening.cpu.toFixed(0)}; ${opening.long} over 50 ms`,
    },
  ]
}

/** As a hand does it: a push of the wheel per frame, back and forth, the zoom in between. */
async function wander(page: Page, seconds: number): Promise<void> {
  const box = (await page.getByTestId('canvas').boundingBox())!
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  const end = performance.now() + seconds * 1000
  for (let at = 0; performance.now() < end; at++) {
    const phase = at % 120
    if (phase === 80 || phase === 100) await page.keyboard.down('Control')
    if (phase === 90 || phase === 110) await page.keyboard.up('Control')
    if (phase >= 80 && phase < 90) await page.mouse.wheel(0, -60)
    else if (phase >= 100 && phase < 110) await page.mouse.wheel(0, 60)
    else await page.mouse.wheel(phase < 40 ? 25 : -25, phase % 40 < 20 ? 30 : -30)
    await sleep(16)
  }
  await page.keyboard.up('Control')
}
