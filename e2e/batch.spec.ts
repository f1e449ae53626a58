import { join } from 'node:path'
import sharp from 'sharp'
import { bringRows, few, filesOf, openPoster, sha256Of, TABLE } from './batch-poster.ts'
import { textsOf } from './pictures.ts'
import { expect, test } from './test.ts'

/** One layout and a table become a folder of files, with the starter models. */

test('a table with Chinese headers becomes sixty files that say how they were made', async ({
  studio,
  page,
  service,
}) => {
  test.slow()
  const dock = await openPoster({ studio, page, service })
  await bringRows(dock, service, TABLE)
  await dock.makePlan()
  await expect(dock.files).toHaveText('20 files')
  await dock.addPicture('flat {{水果}} on {{颜色}} sunburst')
  await expect(dock.root.getByTestId('reading')).toContainText('柠檬')
  for (const [at, text] of ['Peel the day', 'Squeeze first', '{{水果}}时间'].entries())
    await dock.addVariant(at + 1, 'headline', text)
  await dock.fill('Name template', '{row.水果}/{row.货号}_{copy}_{index:03}')
  await expect(dock.files).toHaveText('60 files')
  await expect(dock.root.getByTestId('names')).toContainText('柠檬/SKU-00_1_001.png')
  await expect(dock.root.getByTestId('names')).toContainText('樱桃/SKU-43_3_060.png')
  await expect(dock.root.getByTestId('estimate')).toContainText('20 pictures to make')

  await dock.start()
  await dock.state('done', 120_000)
  await expect(dock.progress).toContainText('60 of 60 files made')
  const files = await filesOf(service)
  expect(files.size).toBe(60)
  expect([...files.keys()].filter((path) => path.startsWith('柠檬'))).toHaveLength(15)
  for (const bytes of files.values()) {
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'png', width: 160, height: 200 })
  }
  const first = files.get(join('柠檬', 'SKU-00_3_003.png'))!
  const { recipe } = JSON.parse((await textsOf(first)).get('broadside')!)
  expect(JSON.stringify(recipe)).toContain('柠檬时间')
  expect(JSON.stringify(recipe)).toContain('flat 柠檬 on 青色 sunburst')
})

test('locked files keep every byte when the others are made again', async ({ studio, page, service }) => {
  const dock = await openPoster({ studio, page, service })
  await bringRows(dock, service, few(4))
  await dock.makePlan()
  await dock.addPicture('flat {{水果}} on {{颜色}} sunburst')
  await dock.start()
  await dock.state('done')
  const before = await filesOf(service)
  await expect(dock.cells).toHaveCount(4)
  await expect(dock.cells.locator('img')).toHaveCount(4)

  // By keyboard alone: the second is locked, the third starred, and all are made again.
  await dock.cell(1).click()
  await studio.press('ArrowRight')
  await studio.press('l')
  await expect(dock.cell(2)).toHaveAccessibleName(/Locked/)
  await studio.press('ArrowRight')
  await studio.press('s')
  await expect(dock.cell(3)).toHaveAccessibleName(/Starred/)
  await studio.press('Control+a')
  await expect(dock.root.getByText('4 selected')).toBeVisible()
  const shas = () => dock.cells.evaluateAll((cells) => cells.map((cell) => cell.getAttribute('data-sha256')))
  const old = await shas()
  await studio.press('r')
  for (const at of [0, 2, 3]) await expect.poll(async () => (await shas())[at], { timeout: 60_000 }).not.toBe(old[at])
  await dock.state('done')

  const after = await filesOf(service)
  expect([...after.keys()]).toEqual([...before.keys()])
  const same = [...before].filter(([path, bytes]) => sha256Of(after.get(path)!) === sha256Of(bytes))
  expect(same).toHaveLength(1)
  expect(sha256Of(same[0]![1])).toBe(old[1])

  // What is starred leaves alone.
  const download = page.waitForEvent('download')
  await dock.root.getByRole('button', { name: 'Export the starred…' }).click()
  expect((await download).suggestedFilename()).toMatch(/\.zip$/)
})

test('a batch is paused, reloaded in the middle, and goes on', async ({ studio, page, service }) => {
  test.slow()
  const dock = await openPoster({ studio, page, service })
  await bringRows(dock, service, few(8))
  await dock.makePlan()
  await dock.addPicture('flat {{水果}} on {{颜色}} sunburst')
  await dock.start()
  await expect(dock.root.locator('[data-testid=cell][data-state=done]').first()).toBeVisible({ timeout: 30_000 })
  await dock.root.getByRole('button', { name: 'Pause' }).click()
  await dock.state('paused')
  const paused = await filesOf(service)
  expect(paused.size).toBeLessThan(8)

  await page.reload()
  await expect(studio.canvas).toBeVisible()
  await dock.open('Run')
  await dock.state('paused')
  await expect(dock.cells).toHaveCount(8)
  await dock.root.getByRole('button', { name: 'Resume' }).click()
  await page.reload()
  await expect(studio.canvas).toBeVisible()
  await dock.open('Run')
  await dock.state('done')
  const files = await filesOf(service)
  expect(files.size).toBe(8)
  for (const [path, bytes] of paused) expect(sha256Of(files.get(path)!)).toBe(sha256Of(bytes))
})

test('a plan that cannot be carried out says why, and does not start', async ({ studio, page, service }) => {
  const dock = await openPoster({ studio, page, service })
  await bringRows(dock, service, few(2))
  await dock.makePlan()
  const start = dock.root.getByRole('button', { name: /^Make / })
  await expect(start).toBeEnabled()
  await dock.fill('Name template', '{artboard}')
  await expect(dock.root.getByTestId('problems')).toContainText('files 1 and 2 would both be "Poster.png"')
  await expect(start).toBeDisabled()
  await dock.fill('Name template', '{row.价格}')
  await expect(dock.root.getByTestId('names').getByRole('alert')).toContainText('价格')
  await expect(start).toBeDisabled()
  await dock.fill('Name template', '{row.货号}')
  await expect(start).toBeEnabled()

  // Every change of the plan is a step, and every lock is one, too.
  await dock.root.getByRole('button', { name: 'Lock Rows to one' }).click()
  await expect(dock.files).toHaveText('1 file')
  await dock.root.getByLabel('Rows: Locked to').selectOption({ label: '2 · SKU-01' })
  await expect(dock.root.getByTestId('names')).toContainText('SKU-01.png')
  await studio.canvas.focus()
  await studio.press('Control+z')
  await studio.press('Control+z')
  await expect(dock.files).toHaveText('2 files')
})
