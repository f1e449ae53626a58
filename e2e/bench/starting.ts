import { median, type Reading, spread } from '#main/bench/measure.ts'
import { closeContext } from './browser.ts'
import type { Bench } from './studio.ts'

const ROUNDS = 5

/** From the address to a canvas that can be worked on, in an open browser that has nothing of the page yet. */
export async function starting({ url, client, chromium }: Bench): Promise<Reading[]> {
  const empty = { format: 1, artboards: [{ type: 'artboard', id: 'board', width: 1200, height: 1600 }], layers: [] }
  const { id, handle } = await client.api.projects.create({ name: 'Start', document: empty })
  await client.api.projects.close({ handle })
  const times: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const page = await chromium.page(id)
    await page.addInitScript(() => {
      const look = new MutationObserver(() => {
        if (!document.querySelector('[data-testid=canvas] canvas')) return
        look.disconnect()
        // It is on the screen after the frame that follows.
        requestAnimationFrame(() =>
          requestAnimationFrame(() => {
            globalThis.benchTimes.canvas = performance.now()
          }),
        )
      })
      look.observe(document, { childList: true, subtree: true })
    })
    await page.goto(url)
    await page.waitForFunction(() => globalThis.benchTimes.canvas !== undefined)
    times.push((await page.evaluate(() => globalThis.benchTimes.canvas!)) / 1000)
    await closeContext(page)
  }
  return [
    {
      group: 'start',
      name: 'address → usable canvas, open browser',
      value: median(times),
      unit: 's',
      most: 2.5,
      note: spread(times),
    },
  ]
}
