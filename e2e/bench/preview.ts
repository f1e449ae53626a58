import { median, type Reading, spread } from '#main/bench/measure.ts'
import { inferenceLane, inScratch, maker, starterOf } from '#main/bench/starter.ts'
import { draft } from '#main/hosts/web/fixtures.ts'
import { StudioPage } from '../studio-page.ts'
import { closeContext } from './browser.ts'
import type { Bench } from './studio.ts'

const ROUNDS = 8
/** The first ones load the model and compile code. */
const WARM_UP = 2

/** A person looks at what was typed before the key that submits it; the service begins meanwhile. ms */
const READ = 700

/** From the key that submits the prompt to the first step on the screen, over what the model itself takes for it. */
export async function preview(bench: Bench): Promise<Reading[]> {
  const shown = await onScreen(bench, READ)
  const hasty = await onScreen(bench, 0)
  const own = await ofModel(bench)
  const model = median(own)
  const group = 'create'
  return [
    {
      ...{ group, unit: '×', most: 1.2, value: median(shown) / model },
      name: 'prompt → first preview / (text encoder + one step)',
      note: `${spread(shown, 0)} ms; the model alone ${spread(own, 0)} ms`,
    },
    {
      ...{ group, unit: '×', value: median(hasty) / model },
      name: 'the same, submitted with the last letter',
      note: `${spread(hasty, 0)} ms`,
    },
  ]
}

async function onScreen({ url, chromium }: Bench, read: number): Promise<number[]> {
  const page = await chromium.page()
  await page.addInitScript(listen)
  await page.goto(url)
  const studio = new StudioPage(page, [])
  await studio.newProject('Preview')
  await page.getByLabel('Variations').fill('1')
  const times: number[] = []
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    await studio.prompt.fill(`a fox on a teal sunburst, no. ${round + WARM_UP}`)
    await page.waitForTimeout(read)
    await page.evaluate(() => {
      globalThis.benchTimes = {}
    })
    await studio.press('Control+Enter')
    await page.waitForFunction(() => 'shown' in globalThis.benchTimes)
    const { asked, shown } = await page.evaluate(() => globalThis.benchTimes)
    if (round >= 0) times.push(shown! - asked!)
    await page.getByTestId('generate').waitFor()
  }
  await closeContext(page)
  return times
}

/** The same recipe in a worker of its own: the service tells its windows at most once per frame, too rarely for this. */
async function ofModel({ client }: Bench): Promise<number[]> {
  const recipe = await draft(client, 'poster-diffusion', { prompt: 'a fox on a teal sunburst' })
  return inScratch(async (scratch) => {
    const lane = inferenceLane()
    const pictures = maker(lane, starterOf('diffusion', 'poster-diffusion'), scratch)
    const times: number[] = []
    for (let round = -WARM_UP; round < ROUNDS; round++) {
      const marks = new Map<string, number>()
      await pictures.make({ ...recipe }, { onEvent: (event) => marks.set(markOf(event), performance.now()) })
      const at = (mark: string) => marks.get(mark) ?? Number.NaN
      if (round >= 0) times.push(at('latents') - at('text') + at('step 1') - at('sampling'))
    }
    await lane.close()
    return times
  })
}

const markOf = (event: { type: string; stage?: string; step?: number }): string =>
  event.stage ?? `${event.type} ${event.step}`

/** Runs in the page: when the key went down, and when the first preview was drawn. */
function listen(): void {
  const mark = (name: string, at = performance.now()) => {
    globalThis.benchTimes[name] ??= at
  }
  addEventListener(
    'keydown',
    ({ key, ctrlKey, timeStamp }) => {
      if (key === 'Enter' && ctrlKey) mark('asked', timeStamp)
    },
    { capture: true },
  )
  const { putImageData } = CanvasRenderingContext2D.prototype
  CanvasRenderingContext2D.prototype.putImageData = function (this: CanvasRenderingContext2D, ...args: unknown[]) {
    ;(putImageData as (...all: unknown[]) => void).apply(this, args)
    if (this.canvas.dataset.testid === 'preview') requestAnimationFrame(() => mark('shown'))
  } as typeof putImageData
}
