import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { openPromise } from 'yauzl'
import { BatchDock } from './batch-dock.ts'
import { bringRows, few, filesOf, openPoster, sha256Of } from './batch-poster.ts'
import { savedProject } from './documents.ts'
import { differing, pixelsOf } from './pictures.ts'
import { StudioPage } from './studio-page.ts'
import { expect, test } from './test.ts'

/** The files of a batch, looked through. */

test('a row that cannot be made is listed with its reason, and the rest comes out', async ({
  studio,
  page,
  service,
}) => {
  test.slow()
  const dock = await openPoster({ studio, page, service })
  await bringRows(dock, service, '货号,水果,art\r\nA-1,柠檬,\r\nA-2,橙子,img/none.png\r\nA-3,苹果,\r\n')
  await dock.makePlan()
  await expect(dock.root.getByTestId('problems')).toContainText('"img/none.png"')
  await expect(dock.root.getByTestId('problems')).toContainText('row 2, left out')
  await dock.start()
  await dock.state('done')
  await expect(dock.progress).toContainText('2 of 3 files made')
  await expect(dock.progress).toContainText('1 failed')
  expect([...(await filesOf(service)).keys()]).toEqual(['A-1_Poster_0001.png', 'A-3_Poster_0003.png'])

  await dock.root.getByRole('radio', { name: 'Failed 1' }).click()
  await expect(dock.cells).toHaveCount(1)
  await expect(dock.cells).toContainText('row 2 · A-2_Poster_0002.png')
  await expect(dock.cells).toContainText('"img/none.png" in the column "art" is no picture of the library')
  await expect(dock.cells).toHaveAccessibleName(/failed.*is no picture/)
})

test('two files side by side say what differs; the better one is starred and leaves alone', async ({
  studio,
  page,
  service,
}) => {
  test.slow()
  const dock = await openPoster({ studio, page, service })
  await bringRows(dock, service, few(3))
  await dock.makePlan()
  for (const [at, text] of ['Peel the day', 'Squeeze first'].entries()) await dock.addVariant(at + 1, 'headline', text)
  await dock.start()
  await dock.state('done')
  await expect(dock.cells).toHaveCount(6)
  const files = await filesOf(service)
  const paths = [...files.keys()]

  const leave = dock.root.getByRole('button', { name: 'Export the starred…' })
  await expect(leave).toBeDisabled()
  await studio.layer('Art').click()
  await dock.cell(3).click()
  await studio.press('Shift+ArrowRight')
  await studio.press('c')
  const dialog = page.getByRole('dialog', { name: 'Compare two files' })
  await expect(dialog.getByRole('figure')).toContainText([paths[2]!, paths[3]!])
  for (const picture of await dialog.getByRole('img').all())
    await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(160)
  await expect(dialog.getByRole('row')).toHaveText([/1\s*2$/, /Peel the day\s*Squeeze first/])
  // Nothing is done to what lies under the dialog.
  await studio.press('Delete')
  await dialog.getByRole('button', { name: 'Star the right one' }).click()
  await expect(dialog).toBeHidden()
  await expect(dock.cell(4)).toHaveAccessibleName(/Starred/)
  await expect(dock.cell(3)).not.toHaveAccessibleName(/Starred/)
  await expect(studio.layer('Art')).toBeVisible()

  await dock.cell(6).click()
  await studio.press('s')
  await expect(dock.cell(6)).toHaveAccessibleName(/Starred/)
  const download = page.waitForEvent('download')
  await leave.click()
  const zip = await openPromise(await (await download).path(), { autoClose: false })
  const inside = new Map<string, string>()
  for await (const entry of zip.eachEntry())
    inside.set(entry.fileName, sha256Of(await buffer(await zip.openReadStreamPromise(entry))))
  zip.close()
  const starred = [paths[3]!, paths[5]!]
  expect([...inside]).toEqual(starred.map((path) => [path, sha256Of(files.get(path)!)]))
})

test('Enter looks at the file itself; O opens it as a project that exports the same picture', async ({
  studio,
  page,
  service,
}) => {
  test.slow()
  const dock = await openPoster({ studio, page, service })
  await bringRows(dock, service, few(2))
  await dock.makePlan()
  await dock.addPicture('flat {{水果}} on {{颜色}} sunburst')
  await dock.addVariant(1, 'headline', 'Only here')
  await dock.addSize('Square post')
  await dock.start()
  await dock.state('done', 120_000)
  await expect(dock.cells).toHaveCount(4)
  const files = await filesOf(service)
  const paths = [...files.keys()]

  await dock.cell(3).click()
  await studio.press('Enter')
  const look = page.getByRole('dialog')
  await expect(look).toHaveAccessibleName(paths[2]!)
  // To the end, where the button that leads on is not to be pressed any more, and back and on by keys.
  await look.getByRole('button', { name: 'The next file' }).click()
  await expect(look).toHaveAccessibleName(paths[3]!)
  await studio.press('ArrowLeft')
  await expect(look).toHaveAccessibleName(paths[2]!)
  await studio.press('ArrowRight')
  await expect(look).toHaveAccessibleName(paths[3]!)
  await expect(look.getByRole('status')).toContainText('4 / 4 · row 2 · 1080×1080')
  const shown = await look.getByRole('img').evaluate(async (image: HTMLImageElement) => {
    await image.decode()
    return [image.naturalWidth, image.naturalHeight]
  })
  expect(shown).toEqual([1080, 1080])
  await studio.press('s')
  await expect(look.getByRole('button', { name: 'Starred' })).toHaveAttribute('aria-pressed', 'true')
  await studio.press('Enter')
  await expect(look).toBeHidden()
  await expect(dock.cell(4)).toBeFocused()

  await studio.press('o')
  await expect(page.getByTestId('save-state')).toBeVisible()
  await expect(page).toHaveTitle(/Written 4/)
  await studio.save()
  const { document } = await savedProject(service.home, 'Written 4')
  expect(document.artboards).toMatchObject([{ width: 1080, height: 1080 }])
  expect(document.rows).toEqual([])
  await studio.canvas.focus()
  const exported = await pixelsOf(await studio.exported())
  expect(differing(exported, await pixelsOf(files.get(paths[3]!)!)).differ).toBe(0)
})

test('a batch of one window is seen and paused in another', async ({ studio, page, service }) => {
  test.slow()
  const dock = await openPoster({ studio, page, service })
  await bringRows(dock, service, few(12))
  await dock.makePlan()
  await dock.addPicture('flat {{水果}} on {{颜色}} sunburst')

  const second = await page.context().newPage()
  second.on('pageerror', (error) => studio.complaints.push(String(error)))
  const other = new StudioPage(second, studio.complaints)
  await second.goto(service.url)
  await other.newProject('Beside')
  const seen = new BatchDock(second)
  await seen.open('Run')
  await expect(seen.root).toContainText('Nothing has run yet')

  await dock.start()
  await seen.root.getByRole('button', { name: 'Batches of other projects' }).click()
  await expect(seen.cells).toHaveCount(12)
  await expect(seen.root.locator('[data-testid=cell][data-state=done]').first()).toBeVisible({ timeout: 60_000 })
  await seen.root.getByRole('button', { name: 'Pause' }).click()
  await seen.state('paused')
  await dock.state('paused')
  expect((await filesOf(service)).size).toBeLessThan(12)

  // What is marked in one is marked in the other, too.
  await seen.cell(1).click()
  await other.press('l')
  await expect(dock.cell(1)).toHaveAccessibleName(/Locked/)
  await dock.root.getByRole('button', { name: 'Resume' }).click()
  for (const one of [seen, dock]) await one.state('done', 120_000)
  expect((await filesOf(service)).size).toBe(12)
})

test('a plan says what it is made on, where there is a choice', async ({ studio, page, service }) => {
  test.slow()
  const dock = await openPoster({ studio, page, service })
  await dock.makePlan()
  const device = dock.root.getByLabel('Made on')
  await expect(device).toHaveCount(0)

  // What the service found last time, until it has looked again.
  const devices = ['cpu', 'abacus'].map((id) => ({ id, name: id, available: true }))
  await writeFile(join(service.home, 'devices.json'), JSON.stringify({ format: 1, devices }))
  await studio.kept() // the end comes without warning
  await service.restart()
  studio.forgiveLostConnection()
  await page.reload()
  await expect(studio.canvas).toBeVisible()
  await dock.open('Plan')
  await expect(device).toHaveValue('cpu')
  await device.selectOption('ABACUS')
  const start = dock.root.getByRole('button', { name: 'Make 1 file' })
  await expect(start).toBeEnabled()

  // It has looked again: the plan keeps what it says, and nothing is begun.
  await expect(device.getByRole('option')).toHaveCount(2)
  await expect(async () => {
    await dock.fill('Name template', `{document}_${Date.now()}`)
    await expect(dock.root.getByTestId('problems')).toContainText('there is no device "abacus" here', { timeout: 2000 })
  }).toPass({ timeout: 45_000 })
  await expect(start).toBeDisabled()
  await device.selectOption('CPU')
  await expect(start).toBeEnabled()
  await dock.start()
  await dock.state('done')
})
