import { screen } from './screens.ts'
import { expect, test } from './test.ts'

/** Every screen can be reached; with SCREENS=1 they are written to docs/screens on the way. */

test('a poster on its way through the studio', async ({ studio, page }) => {
  // One walk through all of it, with six pictures made on the way.
  test.slow()
  const { create, inspector } = studio
  const tab = (name: string) => page.getByRole('tab', { name }).click()
  await studio.newProject('Citrus Soda', 'A2 poster')
  await studio.prompt.fill('a tangerine on a teal sunburst, flat')
  await create.variations(4)
  await create.setField('Seed', 1871)
  await create.root.getByRole('radio', { name: 'Results only' }).click()
  await studio.press('Control+Enter')
  await studio.made(4)

  await tab('Assets')
  const templates = page.getByTestId('template')
  await expect(templates.locator('img')).toHaveCount(await templates.count(), { timeout: 60_000 })
  await screen(page, 'templates')
  await page.getByRole('button', { name: 'New from template: Panel' }).click()
  await expect(studio.pictures).toHaveCount(1)
  await page.getByLabel('For', { exact: true }).selectOption('Bottle label 88 × 156')
  await page.getByRole('button', { name: 'New from template: Label' }).click()
  // The panel's list draws only what is in sight.
  const onCanvas = page.getByRole('tree', { name: 'Layers on the canvas' })
  await expect(onCanvas.getByRole('treeitem', { name: /^Art, Picture/ })).toHaveCount(2)

  await tab('Image')
  await studio.layer('Art').first().click()
  await inspector.button('Print size').click()
  const upscale = page.getByRole('dialog', { name: 'Upscale to print size' })
  await upscale.getByLabel('Density').fill('50')
  await studio.press('Tab')
  await screen(page, 'upscale')
  await upscale.getByRole('button', { name: 'Upscale', exact: true }).click()
  await expect(inspector.fact('Source')).toContainText('×4', { timeout: 30_000 })
  await create.idle()
  await screen(page, 'studio')

  await studio.prompt.fill('a lemon on a teal sunburst, flat')
  await studio.press('Control+Enter')
  await studio.made(6)
  await expect(page.locator('[data-testid=job-tile][data-state=running] canvas')).toBeVisible()
  await screen(page, 'generating')
  await studio.press('Control+.')
  await create.idle()

  await studio.layer('Headline').first().click()
  await expect(inspector.root.getByLabel('Line height')).toBeVisible()
  await screen(page, 'text')

  await studio.results.first().scrollIntoViewIfNeeded()
  await studio.results.first().click()
  await studio.results.last().click({ modifiers: ['Control'] })
  await create.root.getByRole('button', { name: 'Compare', exact: true }).click()
  await expect(page.getByRole('dialog', { name: 'Compare' })).toBeVisible()
  await screen(page, 'compare')
  await studio.press('Escape')

  await studio.press('Control+Shift+e')
  await expect(page.getByRole('dialog', { name: 'Export' })).toBeVisible()
  await screen(page, 'export')
  await studio.press('Escape')

  await tab('Library')
  await expect(page.getByText(/^\d+ pictures$/)).toBeVisible()
  await screen(page, 'library')

  await studio.press('Control+/')
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible()
  await screen(page, 'shortcuts')
  await studio.press('Escape')

  await tab('Image')
  await studio.press('r')
  await page.getByRole('toolbar', { name: 'Tool options' }).getByRole('button', { name: 'Star' }).click()
  await studio.drag({ x: 0.49, y: 0.16 }, { x: 0.59, y: 0.26 })
  await expect(inspector.root.getByRole('slider', { name: 'Inner radius' })).toBeVisible()
  await screen(page, 'shape')
  await studio.press('Control+z')

  await studio.save()
  await studio.choose('View', 'Dark or light')
  await studio.choose('View', '中文界面')
  await expect(page.getByRole('tab', { name: '图层' })).toBeVisible()
  await screen(page, 'light-zh')
  await page.getByTitle('使用英文界面').click()
  await studio.choose('View', 'Dark or light')

  await studio.choose('File', 'Close project')
  await expect(page.getByRole('button', { name: /^Citrus Soda/ }).locator('img')).toBeVisible()
  await screen(page, 'start')
})
