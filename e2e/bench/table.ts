import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { median, type Reading, spread } from '#main/bench/measure.ts'
import { closeContext } from './browser.ts'
import type { Bench } from './studio.ts'

const ROUNDS = 5
const ROWS = 10_000
const COLUMNS = 12
const FRAMES = 150
/** px per frame: a fast hand on a wheel. */
const PER_FRAME = 300

/** A table of 10,000 rows: from the chosen file to its first painted rows, and how it scrolls. */
export async function table({ url, client, chromium, longestStall }: Bench): Promise<Reading[]> {
  const scratch = await mkdtemp(join(tmpdir(), 'broadside-rows-'))
  const path = join(scratch, 'rows.csv')
  const line = (row: number) => Array.from({ length: COLUMNS }, (_, at) => `第 ${row} 行 cell ${at}`).join(',')
  const headers = Array.from({ length: COLUMNS }, (_, at) => `列 ${at}`).join(',')
  await writeFile(path, [headers, ...Array.from({ length: ROWS }, (_, row) => line(row))].join('\r\n'))
  const opening: number[] = []
  const reopening: number[] = []
  const stalls: number[] = []
  let frames: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const empty = { format: 1, artboards: [{ type: 'artboard', id: 'board', width: 1200, height: 1600 }], layers: [] }
    const { id, handle } = await client.api.projects.create({ name: `Table ${round}`, document: empty })
    await client.api.projects.close({ handle })
    const page = await chromium.page(id)
    await page.goto(url)
    await page.getByTestId('canvas').waitFor()
    await page.keyboard.press('Control+b')
    await longestStall()
    await noteRows(page)
    const chooser = page.waitForEvent('filechooser')
    await page.getByTestId('empty-table').getByRole('button').first().click()
    await (await chooser).setFiles(path)
    opening.push(await sinceFirst(page))
    frames = [...frames, ...(await scrolled(page))]
    await page.waitForFunction((name) => document.title.includes(name), `Table ${round}`)
    stalls.push(await longestStall())
    const tabs = page.getByTestId('batch-dock').getByRole('tab')
    await tabs.nth(1).click()
    await noteRows(page)
    await tabs.nth(0).click()
    reopening.push(await sinceFirst(page))
    await closeContext(page)
  }
  await rm(scratch, { recursive: true })
  frames.sort((a, b) => a - b)
  return [
    {
      ...{ group: 'table', name: `${ROWS} rows × ${COLUMNS} columns: chosen file → painted`, unit: 's', most: 1 },
      ...{ value: median(opening), note: spread(opening) },
    },
    {
      ...{ group: 'table', name: 'its tab → painted', unit: 's', most: 0.3 },
      ...{ value: median(reopening), note: spread(reopening) },
    },
    {
      ...{ group: 'table', name: `frames while it scrolls ${PER_FRAME} px each, 95 of 100`, unit: 'ms', most: 50 },
      ...{ value: frames[Math.floor(frames.length * 0.95)]!, note: spread(frames, 1) },
    },
    { group: 'table', name: 'longest stall of the service while it comes', value: Math.max(...stalls), unit: 'ms' },
  ]
}

/** Notes when a file is chosen or a tab is pressed, and when the first cell after it is on the screen. */
const noteRows = (page: Page) =>
  page.evaluate(() => {
    const times = globalThis.benchTimes
    delete times.from
    delete times.painted
    const begin = () => {
      times.from ??= performance.now()
    }
    const { prototype } = HTMLInputElement
    const { click } = prototype
    prototype.click = function (this: HTMLInputElement) {
      this.addEventListener('change', begin, { once: true })
      click.call(this)
    }
    document.addEventListener('pointerdown', ({ target }) => {
      if ((target as Element).closest('[role=tab]')) times.from = performance.now()
    })
    const look = () => {
      if (times.from !== undefined && document.querySelector('[role=gridcell]')) times.painted = performance.now()
      else requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })

async function sinceFirst(page: Page): Promise<number> {
  await page.waitForFunction(() => globalThis.benchTimes.painted !== undefined)
  return page.evaluate(() => (globalThis.benchTimes.painted! - globalThis.benchTimes.from!) / 1000)
}
const scrolled = (page: Page): Promise<number[]> =>
  page.evaluate(
    async ([frames, by]) => {
      const grid = document.querySelector('[data-testid=table]')!
      const times: number[] = []
      let last = performance.now()
      for (let frame = 0; frame < frames; frame++) {
        grid.scrollTop += by
        await new Promise(requestAnimationFrame)
        const now = performance.now()
        times.push(now - last)
        last = now
      }
      return times
    },
    [FRAMES, PER_FRAME] as const,
  )
