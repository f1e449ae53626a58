import { join } from 'node:path'
import sharp from 'sharp'
import { makeFromTemplate } from '#shared/document/templates/templates.ts'
import { BatchDock } from './batch-dock.ts'
import { onDesktop } from './files.ts'
import { openDocument } from './opened.ts'
import { screen } from './screens.ts'
import { expect, test } from './test.ts'

/** From a table to a folder, seen; with SCREENS=1 the screens are written to docs/screens on the way. */

const TABLE = [
  'fruit,colour,headline',
  'tangerine,teal,Peel the day.',
  'lemon,blue,Squeeze first.',
  'cherry,yellow,Red by nature.',
  'apple,orange,Bite into autumn.',
].join('\n')

test('a poster on its way to a folder of files', async ({ studio, page, service }) => {
  test.slow()
  const picture = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#12807f' } })
    .png()
    .toBuffer()
  const { sha256 } = await page.evaluate(
    async (bytes) => {
      const body = new Uint8Array(bytes)
      const response = await fetch('/pictures', { method: 'POST', body, headers: { 'x-file-name': 'plain.png' } })
      return (await response.json()) as { sha256: string }
    },
    [...picture],
  )
  const { artboards, layers, variables } = makeFromTemplate(
    'panel',
    {
      art: { asset: sha256, width: 256, height: 256 },
      texts: {
        headline: 'Peel the day.',
        tagline: 'Nothing added but sun.',
        brand: 'Zestline',
        callToAction: 'Taste it',
      },
      language: 'en',
      palette: {
        swatches: [
          { colour: '#12807f', share: 0.6 },
          { colour: '#ff7c1f', share: 0.4 },
        ],
        edge: { colour: '#12807f', share: 1, near: 1 },
        subject: { x: 0, y: 0, width: 1, height: 1 },
      },
    },
    [{ id: 'poster', name: 'Poster', width: 600, height: 800 }],
  )
  const bound = layers.map((layer) => (layer.type === 'image' ? { ...layer, variable: 'art' } : layer))
  await openDocument(service.url, studio, { artboards, layers: bound, variables })

  const dock = new BatchDock(page)
  const [path] = await onDesktop(join(service.home, 'desktop'), { 'fruits.csv': TABLE })
  await dock.bringTable(path!)
  await screen(page, 'table')

  await dock.makePlan()
  await dock.addPicture('{{fruit}} on a {{colour}} sunburst, flat')
  await dock.addSize('Square post')
  await dock.addSize('Story 9:16')
  await dock.root.getByRole('button', { name: 'Larger' }).click()
  await expect(dock.files).toHaveText('12 files')
  await expect(dock.root.getByTestId('target').locator('canvas')).toHaveCount(3)
  await expect(dock.root.getByTestId('estimate')).toContainText('4 pictures to make')
  await screen(page, 'plan')

  await dock.start()
  await expect(dock.root.locator('[data-testid=cell][data-state=done]').nth(3)).toBeVisible({ timeout: 60_000 })
  await screen(page, 'run')
  await dock.state('done')
  await dock.cell(2).click()
  await studio.press('l')
  await dock.cell(5).click()
  await studio.press('s')
  await dock.root.getByLabel('Group', { exact: true }).selectOption({ label: 'By row' })
  await expect(dock.root.getByRole('heading', { name: '2 · lemon' })).toBeVisible()
  await expect(dock.cells.locator('img').first()).toBeVisible()
  await screen(page, 'review')
  await dock.cell(5).click()
  await dock.root.getByRole('button', { name: 'Show its row' }).click()
  await expect(page.getByLabel('Row number')).toHaveValue('2')
  await dock.root.getByRole('button', { name: 'Larger' }).click()

  await studio.choose('View', 'Dark or light')
  await studio.choose('View', '中文界面')
  await expect(dock.root.getByRole('tab', { name: '运行' })).toBeVisible()
  await screen(page, 'review-light-zh')
  await dock.root.getByRole('tab', { name: '计划' }).click()
  await expect(dock.root.getByTestId('target').locator('canvas')).toHaveCount(3)
  await screen(page, 'plan-light-zh')
  await dock.root.getByRole('tab', { name: '表格' }).click()
  await screen(page, 'table-light-zh')
})
