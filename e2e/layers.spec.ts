import type { Locator, Page } from '@playwright/test'
import type { StudioPage } from './studio-page.ts'
import { expect, test } from './test.ts'

/** The layers panel and the inspector below it: every change is one step, and undo takes it back. */

test.beforeEach(async ({ studio }) => {
  await studio.newProject('Layers')
  await studio.type('Lower', { x: 0.5, y: 0.6 })
  await studio.type('Upper', { x: 0.5, y: 0.3 })
  await expect(studio.rows).toHaveCount(3)
})

const inspector = (page: Page) => page.getByRole('complementary', { name: 'Inspect' })
const names = async (studio: StudioPage) => (await studio.layerNames()).slice(1)

async function dragOnto(page: Page, row: Locator, target: Locator, part: number): Promise<void> {
  const [from, to] = [(await row.boundingBox())!, (await target.boundingBox())!]
  await page.mouse.move(from.x + 90, from.y + from.height / 2)
  await page.mouse.down()
  await page.mouse.move(from.x + 96, from.y + from.height / 2 + 6)
  await page.mouse.move(to.x + 90, to.y + to.height * part, { steps: 4 })
  await page.mouse.up()
}

test('rows are renamed, dragged, grouped, hidden and brought back', async ({ studio, page }) => {
  expect(await names(studio)).toEqual(['Upper', 'Lower'])

  await studio.layer('Upper').dblclick()
  await page.keyboard.type('Headline')
  await studio.press('Enter')
  expect(await names(studio)).toEqual(['Headline', 'Lower'])

  await dragOnto(page, studio.layer('Lower'), studio.layer('Headline'), 0.1)
  expect(await names(studio)).toEqual(['Lower', 'Headline'])

  await studio.layer('Headline').click({ modifiers: ['Shift'] })
  await studio.press('Control+g')
  expect(await names(studio)).toEqual(['Group'])
  await studio.press('ArrowRight')
  expect(await names(studio)).toEqual(['Group', 'Lower', 'Headline'])

  // Out of the group again, over it.
  await dragOnto(page, studio.layer('Headline'), studio.layer('Group'), 0.1)
  expect(await names(studio)).toEqual(['Headline', 'Group', 'Lower'])

  await studio.layer('Headline').click()
  await studio.press(' ')
  await expect(studio.layer('Headline').getByRole('button', { name: 'Show' })).toBeVisible()

  for (let step = 0; step < 5; step++) await studio.press('Control+z')
  expect(await names(studio)).toEqual(['Upper', 'Lower'])
})

test('arrow keys walk the tree and move nothing', async ({ studio, page }) => {
  await studio.layer('Lower').click()
  const left = inspector(page).getByRole('textbox', { name: 'Left' })
  await studio.press('ArrowUp')
  await expect(studio.layer('Upper')).toHaveAttribute('aria-selected', 'true')
  const before = await left.inputValue()
  await studio.press('ArrowDown')
  await studio.press('ArrowUp')
  expect(await left.inputValue()).toBe(before)
})

test('a slide of the opacity is one step', async ({ studio, page }) => {
  await studio.layer('Upper').click()
  const opacity = inspector(page).getByLabel('Opacity', { exact: true })
  await opacity.first().scrollIntoViewIfNeeded()
  const { x, y, width, height } = (await opacity.first().boundingBox())!
  await page.mouse.move(x + width - 8, y + height / 2)
  await page.mouse.down()
  for (let step = 1; step <= 8; step++) await page.mouse.move(x + width - 8 - step * 5, y + height / 2)
  await page.mouse.up()
  await expect(opacity.last()).not.toHaveValue('100')
  await studio.press('Control+z')
  await expect(opacity.last()).toHaveValue('100')
})

test('numbers are typed as sums, in the unit of the view', async ({ studio, page }) => {
  await studio.layer('Upper').click()
  const left = inspector(page).getByRole('textbox', { name: 'Left' })
  await left.fill('10+2*5')
  await studio.press('Tab')
  await expect(left).toHaveValue('20')
  await inspector(page).getByRole('button', { name: /^Unit/ }).click()
  await expect(left).toHaveValue('0.787')
})

test('a variable fills a text and is renamed in it', async ({ studio, page }) => {
  await studio.layer('Upper').click()
  await inspector(page).getByLabel('Text', { exact: true }).fill('{{headline}}')
  await page.getByRole('tab', { name: 'Variables' }).click()
  await inspector(page).getByRole('button', { name: 'Define' }).click()
  await inspector(page).getByLabel('Value: headline').fill('Peel the day')
  await inspector(page).getByRole('button', { name: 'Rename' }).click()
  await page.keyboard.type('title')
  await studio.press('Enter')
  await page.getByRole('tab', { name: 'Layers' }).click()
  await expect(studio.layer('{{title}}')).toBeVisible()
})

test('several artboards are several files, under the name that was typed', async ({ studio, page }) => {
  await studio.layer('Poster 3:4').click()
  await studio.press('Control+d')
  await expect(studio.layer('Poster 3:4 copy')).toBeVisible()
  await studio.press('Control+Shift+e')
  const dialog = page.getByRole('dialog', { name: 'Export' })
  await dialog.getByRole('button', { name: 'All', exact: true }).click()
  await dialog.getByLabel('File name').fill('Two posters')
  const files: string[] = []
  page.on('download', (download) => files.push(download.suggestedFilename()))
  await dialog.getByRole('button', { name: 'Export 2 files' }).click()
  await expect(dialog).toBeHidden({ timeout: 60_000 })
  await expect.poll(() => files.sort()).toEqual(['Two posters-Poster 3-4 copy.png', 'Two posters-Poster 3-4.png'])
})
