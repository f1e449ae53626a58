import { setTimeout as sleep } from 'node:timers/promises'
import { median, type Reading, spread } from '#main/bench/measure.ts'
import { StudioPage } from '../studio-page.ts'
import { closeContext, resetFrames, traced } from './browser.ts'
import { heavyDocument, uploadPictures } from './heavy.ts'
import type { Bench } from './studio.ts'

const ROUNDS = 5

/** A step that moved all of 2,000 layers is taken back; from the key to the frame that follows. */
export async function undoing({ url, client, chromium, upload }: Bench): Promise<Reading[]> {
  const document = heavyDocument(await uploadPictures(upload))
  const opened = await client.api.projects.create({ name: 'Undo', document })
  await client.api.projects.close({ handle: opened.handle })
  const page = await chromium.page(opened.id)
  await page.addInitScript(() => {
    addEventListener(
      'keydown',
      ({ key, timeStamp }) => {
        if (key !== 'z') return
        requestAnimationFrame(() => {
          const channel = new MessageChannel()
          // After the frame's own work.
          channel.port1.onmessage = () => {
            globalThis.benchTimes.undone = performance.now() - timeStamp
          }
          channel.port2.postMessage(undefined)
        })
      },
      { capture: true },
    )
  })
  await page.goto(url)
  const studio = new StudioPage(page, [])
  await studio.canvas.waitFor()
  await sleep(6000)
  await studio.canvas.focus()
  const times: number[] = []
  const blocks: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    await studio.press('Control+a')
    await sleep(500)
    await studio.press('ArrowRight')
    await sleep(2500)
    await resetFrames(page)
    const { wall } = await traced(page, async () => {
      await studio.press('Control+z')
      await sleep(2500)
    })
    times.push(await page.evaluate(() => globalThis.benchTimes.undone!))
    blocks.push(wall)
  }
  await closeContext(page)
  return [
    {
      group: 'canvas',
      name: 'undo of a step on 2,000 layers → next frame',
      value: median(times),
      unit: 'ms',
      note: `${spread(times, 0)}; longest block until all is drawn ${spread(blocks, 0)}`,
    },
  ]
}
