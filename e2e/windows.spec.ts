import type { Page } from '@playwright/test'
import { savedProject } from './documents.ts'
import { StudioPage } from './studio-page.ts'
import { expect, test } from './test.ts'

/** Several windows of one studio: one project is in one of them, the line of jobs is everybody's. */

/** Another window of the same browser. Its complaints count too. */
async function anotherWindow(studio: StudioPage, url: string): Promise<StudioPage> {
  const page = await studio.page.context().newPage()
  page.on('pageerror', (error) => studio.complaints.push(String(error)))
  const other = new StudioPage(page, studio.complaints)
  await page.goto(url)
  return other
}

const recent = (page: Page, name: string) => page.getByRole('listitem').getByRole('button', { name })

test('a project that is open is refused in a second window, with the remedy, until it is closed', async ({
  studio,
  page,
  service,
}) => {
  await studio.newProject('Only one')
  await studio.type('First window', { x: 0.4, y: 0.3 })
  await studio.save()

  const second = await anotherWindow(studio, service.url)
  await recent(second.page, 'Only one').click()
  await expect(second.notices).toContainText('Only one.broadside is open in another window of this program')
  await expect(second.notices).toContainText('Go on in that window, or close it there first.')
  await expect(second.canvas).toHaveCount(0)

  // The first window did not notice.
  await studio.type('Goes on', { x: 0.4, y: 0.6 })
  await studio.save()
  await studio.canvas.focus()
  await studio.press('Control+Alt+w')
  await expect(page.getByRole('heading', { name: 'Recent projects' })).toBeVisible()

  await second.openRecent('Only one')
  await expect(second.layer('Goes on')).toBeVisible()
  await recent(page, 'Only one').click()
  await expect(studio.notices).toContainText('is open in another window')
  expect((await savedProject(service.home, 'Only one')).document.layers).toHaveLength(2)
})

test('two windows see one line of jobs; each picture lands in the window that asked', async ({ studio, service }) => {
  test.setTimeout(150_000)
  await studio.newProject('Left')
  const right = await anotherWindow(studio, service.url)
  await right.newProject('Right')

  for (const [window, prompt] of [
    [studio, 'a fox on a teal sunburst, paper cut'],
    [right, 'a lemon on a yellow wave, paper cut'],
  ] as const) {
    await window.prompt.fill(prompt)
    await window.page.getByLabel('Variations').fill('1')
    await window.press('Control+Enter')
  }
  const states = () =>
    Promise.all(
      [studio, right].map(async ({ page }) =>
        ((await page.getByTestId('queue-state').textContent()) ?? '').replace(/·[^·]*left.*$|\s·\s*\d.*$/, '').trim(),
      ),
    )
  // The second waits behind the first, and both windows say so.
  for (const { page } of [studio, right])
    await expect(page.getByTestId('queue-state')).toContainText('1 running · 1 waiting')
  expect(new Set(await states()).size).toBe(1)

  for (const window of [studio, right]) {
    await window.made(1)
    await expect(window.pictures).toHaveCount(1)
  }
  await expect(studio.layer(/^A fox/)).toBeVisible()
  await expect(right.layer(/^A lemon/)).toBeVisible()
  for (const { page } of [studio, right]) await expect(page.getByTestId('queue-state')).toContainText('Queue empty')
})

test('a duplicated tab is another window: it begins without the project of the first', async ({ studio, page }) => {
  await studio.newProject('Original')
  await studio.type('Only here', { x: 0.4, y: 0.3 })
  await studio.save()
  const named = (one: Page) => one.evaluate(() => sessionStorage.getItem('window'))
  const first = await named(page)
  // A page that a page opens gets a copy of its session storage, as a duplicated tab does.
  const [copy] = await Promise.all([page.waitForEvent('popup'), page.evaluate(() => void window.open('/'))])
  const second = new StudioPage(copy, studio.complaints)
  await expect(copy.getByRole('heading', { name: 'Recent projects' })).toBeVisible()
  // It waits a moment for the other to let go of the name, in case it is the same window loaded again.
  await expect.poll(() => named(copy)).not.toBe(first)
  await expect(second.notices).toHaveCount(0)
  await recent(copy, 'Original').click()
  await expect(second.notices).toContainText('is open in another window')
  await copy.close()

  // The first goes on, also over a reload: it keeps its name.
  await page.reload()
  await expect(studio.layer('Only here')).toBeVisible()
  expect(await named(page)).toBe(first)
})

test('closing the window during a job asks nothing and loses nothing', async ({ studio, page, service }) => {
  await studio.newProject('Closed early')
  await studio.type('Typed before', { x: 0.4, y: 0.15 })
  await studio.prompt.fill('a fox on a teal sunburst, paper cut')
  await page.getByLabel('Variations').fill('2')
  await studio.press('Control+Enter')
  await expect(page.getByTestId('progress')).toBeVisible()
  const keeper = await page.context().newPage()
  const asked: string[] = []
  page.on('dialog', (dialog) => asked.push(dialog.type()))
  const closed = page.waitForEvent('close')
  await page.close({ runBeforeUnload: true })
  await closed
  expect(asked).toEqual([])

  const later = new StudioPage(keeper, studio.complaints)
  await keeper.goto(service.url)
  await later.openRecent('Closed early')
  await expect(later.layer('Typed before')).toBeVisible()
  await later.made(2)
  await expect(later.pictures).toHaveCount(1)
  await later.kept()
  // Once, however often it is opened.
  await keeper.reload()
  await later.made(2)
  await expect(later.pictures).toHaveCount(1)
})
