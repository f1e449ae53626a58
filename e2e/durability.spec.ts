import { setTimeout as sleep } from 'node:timers/promises'
import { savedProject } from './documents.ts'
import { lineTo } from './line.ts'
import { Random } from './random.ts'
import { StudioPage } from './studio-page.ts'
import { expect, test } from './test.ts'

/** The service ends without a goodbye, at any moment. What the page showed as kept is there afterwards. */

/** A short slice in every run; `npm run test:soak:e2e` kills fifty times. */
const KILLS = Number(process.env.SOAK ?? 5)
const SEED = Number(process.env.SEED ?? 4711)
const PROMPT = 'a fox on a teal sunburst, paper cut'

/** What is on the canvas, as it is read to those who do not see it: all of it, where the panel has what is in sight. */
const shown = (studio: StudioPage) =>
  studio.page.getByRole('tree', { name: 'Layers on the canvas' }).getByRole('treeitem')
const pictures = (studio: StudioPage) => shown(studio).filter({ hasText: ', Picture, ' })

/** The page has found the service again, and everything that it still had is kept. */
async function recovered(studio: StudioPage): Promise<void> {
  await expect(studio.page.getByText('The studio service is starting again…')).toHaveCount(0, { timeout: 30_000 })
  await studio.kept()
  await studio.canvas.focus()
}

/** The first becomes a layer, the others wait for their turn. */
async function generate(studio: StudioPage, count = 1): Promise<void> {
  await studio.prompt.fill(PROMPT)
  await studio.page.getByLabel('Variations').fill(String(count))
  await studio.press('Control+Enter')
  await expect(studio.page.getByTestId('queue-state')).toContainText(/running|waiting/)
  await studio.canvas.focus()
}

test(`${KILLS} kills while it draws, saves and is typed in: nothing that was kept is lost`, async ({
  studio,
  page,
  service,
}) => {
  test.setTimeout(60_000 + KILLS * 40_000)
  const random = new Random(SEED)
  await studio.newProject('Durable')
  await studio.save()
  /** What the page said was kept, in their order. */
  const kept: string[] = []
  let runs = 0

  for (let kill = 0; kill < KILLS; kill++) {
    const what = (['mid-generate', 'mid-typing', 'mid-save'] as const)[kill % 3]!
    await test.step(`${kill + 1}: ${what}`, async () => {
      const line = `Line ${kill + 1}`
      const at = { x: random.between(0.25, 0.6), y: random.between(0.15, 0.85) }
      if (what === 'mid-typing') {
        await studio.canvas.focus()
        await studio.press('t')
        await studio.clickAt({ x: 0.16, y: random.between(0.15, 0.9) })
        const ending = sleep(random.between(0, 250)).then(() => service.kill())
        await page.keyboard.type(line, { delay: 40 })
        await ending
        await studio.press('Escape')
        // The page is still here, and so is what was typed.
        await expect(studio.layer(line)).toBeVisible()
      } else {
        await studio.type(line, { x: 0.16, y: at.y })
        await studio.kept()
        kept.push(line)
        if (what === 'mid-generate') {
          await generate(studio, 2)
          runs++
        } else await studio.press('Control+s')
        await sleep(random.between(0, what === 'mid-generate' ? 4000 : 300))
        await service.kill()
      }

      if (random.next() < 0.5) {
        // The same page goes on, with all that it has.
        await service.restart()
        await recovered(studio)
        if (what === 'mid-typing') kept.push(line)
      } else {
        // The window went too: another one finds what was kept.
        await page.goto('about:blank')
        await service.restart()
        await page.goto(service.url)
        await studio.openRecent('Durable')
      }
      for (const line of kept) await expect(shown(studio).filter({ hasText: `“${line}”` })).toHaveCount(1)
      if (what === 'mid-generate') {
        // What was being made and what waited go on, and land once. A job that sees two programs end is asked about.
        await studio.made(2 * runs)
        await expect(pictures(studio)).toHaveCount(runs)
      }
    })
  }

  await studio.canvas.focus()
  await studio.save()
  const { document } = await savedProject(service.home, 'Durable')
  const texts = document.layers.flatMap((layer) => (layer.type === 'text' ? [layer.text] : []))
  for (const line of kept) expect(texts.filter((text) => text === line)).toEqual([line])
  expect(document.layers.filter(({ type }) => type === 'image')).toHaveLength(runs)

  // The program that comes next sees the same.
  const before = await shown(studio).allTextContents()
  await service.restart()
  await page.reload()
  await expect(studio.canvas).toBeVisible()
  await expect(shown(studio)).toHaveText(before.map((line) => line.trim()))
  expect(await page.getByRole('alert').allTextContents()).toEqual([])
  studio.forgiveLostConnection()
})

test('a page that is loaded again in the middle of a job gets its picture once', async ({ studio, page }) => {
  test.setTimeout(120_000)
  await studio.newProject('Again')
  await generate(studio)
  await expect(page.getByTestId('progress')).toBeVisible()
  await page.reload()
  await expect(studio.canvas).toBeVisible()
  // It shows what it waits for.
  await expect(page.getByTestId('progress')).toBeVisible()
  await studio.made(1)
  await expect(studio.pictures).toHaveCount(1)
  await studio.kept()
  await page.reload()
  await studio.made(1)
  await expect(studio.pictures).toHaveCount(1)
})

/** Pictures that are not all made before the third cut. */
const MANY = 12

test('a connection that drops is made again, and no event is heard twice', async ({
  service,
  playwright,
  launchOptions,
}) => {
  test.setTimeout(150_000)
  const { port } = new URL(service.url)
  const line = await lineTo(Number(port))
  const browser = await playwright.chromium.launch({
    ...launchOptions,
    args: [...(launchOptions.args ?? []), `--host-resolver-rules=MAP 127.0.0.1:${port} 127.0.0.1:${line.port}`],
  })
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  const studio = new StudioPage(page, [])
  /** Numbers of the events that came over the wire, of one connection after another. */
  const heard: number[] = []
  let connections = 0
  page.on('websocket', (socket) => {
    connections++
    socket.on('framereceived', ({ payload }) => {
      for (const [, number] of payload.toString().matchAll(/"[0-9a-f]{12}-(\d+)"/g)) heard.push(Number(number))
    })
  })
  await page.goto(service.url)
  await studio.newProject('Dropped')
  await generate(studio, MANY)
  for (let cuts = 1; cuts <= 3; cuts++) {
    // In the middle of what the job tells.
    const before = heard.length
    await expect.poll(() => heard.length, { timeout: 30_000 }).toBeGreaterThan(before + 1)
    line.cut()
    await studio.type(`Cut ${cuts}`, { x: 0.16, y: 0.15 * cuts })
    await recovered(studio)
    expect(connections).toBeGreaterThan(cuts)
  }
  await studio.made(MANY)
  await expect(studio.pictures).toHaveCount(1)
  expect(heard).toEqual([...new Set(heard)].sort((a, b) => a - b))
  expect(await page.getByRole('alert').allTextContents()).toEqual([])
  await studio.save()
  expect((await savedProject(service.home, 'Dropped')).document.layers).toHaveLength(4)
  await browser.close()
  line.close()
})
