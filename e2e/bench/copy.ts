import { median, type Reading, spread } from '#main/bench/measure.ts'
import { CopyView } from '../copy-view.ts'
import { StudioPage } from '../studio-page.ts'
import { closeContext } from './browser.ts'
import type { Bench } from './studio.ts'

const ROUNDS = 8
const PRODUCTS = [
  'Zestline, soda',
  'Otto, coffee',
  'Nimbus, tea',
  'Kumo, soap',
  'Pip, cream',
  'Tidal, shoes',
  'Nera, oil',
]

/** From the key that writes to the first letters on the screen, and to ten headlines on the board. */
export async function copy({ url, chromium }: Bench): Promise<Reading[]> {
  const page = await chromium.page()
  await page.addInitScript(listen)
  await page.goto(url)
  const studio = new StudioPage(page, [])
  await studio.newProject('Copy')
  const view = new CopyView(studio)
  await view.open()
  await view.tick('Tone', 'Playful')
  // The model is loaded while the brief is written.
  await page.waitForTimeout(1500)
  const first: number[] = []
  const ten: number[] = []
  const lines: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    await view.field('product').fill(PRODUCTS[round % PRODUCTS.length]!)
    await page.evaluate(() => {
      globalThis.benchTimes = {}
    })
    await studio.press('Control+Enter')
    await page.waitForFunction(() => 'ten' in globalThis.benchTimes)
    const { asked, shown, ten: all } = await page.evaluate(() => globalThis.benchTimes)
    first.push(shown! - asked!)
    ten.push(all! - asked!)
    await view.written()
    lines.push(await view.lines.count())
    await page.getByRole('button', { name: 'Clear all but the starred' }).click()
  }
  await closeContext(page)
  return [
    {
      ...{ group: 'copy', name: 'key → first line on the screen', unit: 'ms', most: 300 },
      ...{ value: median(first), note: spread(first, 0) },
    },
    {
      group: 'copy',
      name: 'ten headlines',
      unit: 's',
      most: 5,
      value: median(ten) / 1000,
      note: `${spread(ten, 0)} ms`,
    },
  ]
}

/** Runs in the page: when the key went down, when the first letters stood there, and when ten lines did. */
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
  new MutationObserver(() => {
    if (globalThis.benchTimes?.asked === undefined) return
    const lines = document.querySelectorAll('[data-testid=copy-line]').length
    const open = document.querySelector('[data-testid=copy-open]')
    if (lines > 0 || open) requestAnimationFrame(() => mark('shown'))
    // Where a product has no ten ideas in it, all that there are.
    const over = lines > 0 && document.querySelector('[data-testid=copy-write]') !== null
    if (lines >= 10 || over) requestAnimationFrame(() => mark('ten'))
  }).observe(document, { subtree: true, childList: true, characterData: true })
}
