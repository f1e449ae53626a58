import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { type BrowserContext, chromium, type Page } from 'playwright'

const SYSTEM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)

export interface Stage {
  /** A page with nothing kept from others; `project` is what it goes on with, as after a reload. */
  page(project?: string): Promise<Page>
  close(): Promise<void>
}

declare global {
  /** Frames that the page's main thread has given, and the longest wait between two. */
  var benchFrames: { count: number; gap: number }
  /** When something happened, ms. */
  var benchTimes: Record<string, number>
}

export async function openChromium(): Promise<Stage> {
  const browser = await chromium.launch({
    ...(SYSTEM ? { executablePath: SYSTEM } : {}),
    args: ['--no-sandbox', '--force-color-profile=srgb'],
  })
  return {
    async page(project) {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' })
      const page = await context.newPage()
      await page.addInitScript(watch)
      if (project !== undefined) await page.addInitScript((id) => sessionStorage.setItem('project', id), project)
      return page
    },
    close: () => browser.close(),
  }
}

/** Runs in the page before anything of it. */
function watch(): void {
  const frames = { count: 0, gap: 0 }
  const times: Record<string, number> = {}
  Object.assign(globalThis, { benchFrames: frames, benchTimes: times })
  let last: number | undefined
  const tick = (now: number) => {
    frames.count++
    if (last !== undefined) frames.gap = Math.max(frames.gap, now - last)
    last = now
    requestAnimationFrame(tick)
  }
  requestAnimationFrame(tick)
}

export const resetFrames = (page: Page): Promise<void> =>
  page.evaluate(() => {
    Object.assign(globalThis.benchFrames, { count: 0, gap: 0 })
  })

export interface Blocks {
  /** Longest task of the page's main thread: by the clock, and of processor time. ms */
  wall: number
  cpu: number
  /** Those over 50 ms. */
  long: number
}

interface TraceEvent {
  name: string
  ph: string
  pid: number
  tid: number
  dur?: number
  tdur?: number
  args?: { name?: string }
}

/** The page's main thread while `work` goes on, from the browser's own trace: as exact as it gets below 50 ms. */
export async function traced(page: Page, work: () => Promise<void>): Promise<Blocks> {
  const browser = page.context().browser()!
  await browser.startTracing(page, { categories: ['disabled-by-default-devtools.timeline', '__metadata'] })
  await work()
  const buffer = await browser.stopTracing()
  const keep = process.env.BROADSIDE_TRACE
  if (keep !== undefined) await writeFile(keep, buffer)
  const { traceEvents } = JSON.parse(buffer.toString()) as { traceEvents: TraceEvent[] }
  const mains = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  )
  const tasks = traceEvents.filter(
    ({ name, ph, pid, tid }) => name === 'RunTask' && ph === 'X' && mains.has(`${pid} ${tid}`),
  )
  const longest = (of: (event: TraceEvent) => number) => tasks.reduce((most, event) => Math.max(most, of(event)), 0)
  return {
    wall: longest(({ dur = 0 }) => dur) / 1000,
    cpu: longest(({ tdur = 0 }) => tdur) / 1000,
    long: tasks.filter(({ dur = 0 }) => dur > 50_000).length,
  }
}

export async function closeContext(page: Page): Promise<void> {
  const context: BrowserContext = page.context()
  await context.close()
}
