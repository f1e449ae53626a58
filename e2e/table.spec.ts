import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { savedProject } from './documents.ts'
import { chooseFile, dropOn, onDesktop } from './files.ts'
import { openDocument } from './opened.ts'
import { TablePage } from './table-page.ts'
import { expect, test } from './test.ts'

/** A table under the canvas: where it comes from, and what hands and keys do with it. */

const MIDDLE = { x: 0.5, y: 0.5 }
const PRODUCTS = '名称,价格,图片,颜色,新品\r\n狐狸,"1,20",fox.png,#ff6a00,是\r\n熊,=1+1,bear.jpg,#3b2a1a,否\r\n'
const spreadsheet = fileURLToPath(new URL('../src-main/imaging/tables/products.xlsx', import.meta.url))

const picture = (r: number, g: number, b: number) =>
  sharp({ create: { width: 32, height: 32, channels: 3, background: { r, g, b } } })
    .png()
    .toBuffer()

test('a table with Chinese headers is dropped, edited, undone, kept and saved', async ({
  studio,
  page,
  service,
}, info) => {
  const table = new TablePage(studio)
  const [path] = await onDesktop(info.outputPath('desktop'), { '产品.csv': PRODUCTS })
  await studio.newProject('Rows')
  await table.open()
  await expect(table.empty).toContainText('Drop a CSV')
  await dropOn(page, table.empty, [path!], MIDDLE)

  await expect(table.headers).toHaveText(['名称', '价格', '图片', '颜色', '新品'])
  expect(await table.texts(1)).toEqual(['狐狸', '1,20', 'fox.png', '#ff6a00', '是'])
  // What looks like a formula is text.
  expect((await table.texts(2))[1]).toBe('=1+1')
  await expect(table.headers.nth(2)).toHaveAccessibleName('图片, Picture')

  await table.cell(1, 1).click()
  await table.type('雪狐\n白')
  await expect(table.cell(1, 1)).toHaveText('雪狐 ⏎ 白')
  await studio.press('Control+z')
  await expect(table.cell(1, 1)).toHaveText('狐狸')
  await studio.press('Control+z')
  await expect(table.empty).toBeVisible()
  await studio.press('Control+Shift+z')
  await studio.press('Control+Shift+z')
  await expect(table.cell(1, 1)).toHaveText('雪狐 ⏎ 白')

  await studio.kept()
  await page.reload()
  await table.open()
  await expect(table.cell(1, 1)).toHaveText('雪狐 ⏎ 白')
  await studio.save()
  const { document } = await savedProject(service.home, 'Rows')
  expect(document.columns.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
    ...['名称 text', '价格 text', '图片 picture', '颜色 colour', '新品 flag'],
  ])
  expect(document.rows).toHaveLength(2)
})

test('what a spreadsheet saved replaces, adds to or updates the table', async ({ studio, page }, info) => {
  const table = new TablePage(studio)
  const [prices, twice] = await onDesktop(info.outputPath('desktop'), {
    'prices.csv': '编号,价格,产地\nA-02,999,台州\nB-01,5,昆明\n',
    'twice.csv': 'sku,SKU\n1,2\n',
  })
  await studio.newProject('Spreadsheet')
  await table.open()
  await table.import(spreadsheet)
  await table.count(3)
  expect((await table.texts(1)).slice(0, 6)).toEqual([
    'A-01',
    '狐狸，橙',
    '甜，且脆 ⏎ 他说"好"',
    '19.99',
    '21.989',
    '2026/11/11', // as the cell is formatted
  ])

  await table.import(prices!)
  const question = page.getByRole('region', { name: /^prices\.csv/ })
  await question.getByRole('combobox').selectOption('编号')
  await question.getByRole('button', { name: 'Update rows by' }).click()
  await table.count(4)
  expect((await table.texts(2))[3]).toBe('999')
  await expect(table.cell(4, 1)).toHaveText('B-01')
  await studio.press('Control+z')
  await table.count(3)

  // A file that cannot be read says where, and changes nothing.
  await table.import(twice!)
  await expect(studio.notices.filter({ hasText: 'columns 1 and 2 are both called “SKU”' })).toBeVisible()
  await table.count(3)
  const refusals = studio.complaints.filter((line) => /422/.test(line))
  expect(refusals).toHaveLength(1)
  studio.complaints.splice(0, studio.complaints.length, ...studio.complaints.filter((line) => !/422/.test(line)))

  await table.import(prices!)
  await page.getByRole('button', { name: 'Replace the table' }).click()
  await table.count(2)
  await expect(table.headers).toHaveText(['编号', '价格', '产地'])
})

test('cells go over the clipboard in both directions', async ({ studio }) => {
  const table = new TablePage(studio)
  await studio.newProject('Clipboard')
  await table.open()
  await table.empty.focus()
  await table.pasteText('headline\tprice\tnote\nFresh\t1\t"two\nlines"\nCrisp\t2\t\n')
  await table.count(2)
  expect(await table.texts(1)).toEqual(['Fresh', '1', 'two ⏎ lines'])

  await table.cell(1, 1).click()
  await table.cell(2, 2).click({ modifiers: ['Shift'] })
  expect(await table.copied()).toBe('Fresh\t1\nCrisp\t2')

  // Below the last row there are more, beside the last column none.
  await table.cell(2, 2).click()
  await table.pasteText('7\tx\ty\n8\tz\tw')
  await table.count(3)
  expect(await table.texts(3)).toEqual(['', '8', 'z'])
  await expect(studio.page.getByText('Columns of what was pasted that had no place: 1.')).toBeVisible()

  await studio.press('Control+a')
  await studio.press('Delete')
  expect(await table.texts(1)).toEqual(['', '', ''])
  await studio.press('Control+z')
  await studio.press('Control+z')
  await table.count(2)
  expect(await table.texts(2)).toEqual(['Crisp', '2', ''])
  // The canvas has its own clipboard and took nothing of this.
  expect(await studio.layerNames()).toHaveLength(1)
})

test('ten thousand rows open, scroll, are found and come to the last one', async ({ studio, page }, info) => {
  const table = new TablePage(studio)
  const line = (row: number) => Array.from({ length: 12 }, (_, at) => `行${row} 列${at}`).join(',')
  const headers = Array.from({ length: 12 }, (_, at) => `h${at}`).join(',')
  const text = [headers, ...Array.from({ length: 10_000 }, (_, row) => line(row + 1))].join('\n')
  const [path] = await onDesktop(info.outputPath('desktop'), { 'long.csv': text })
  await studio.newProject('Long')
  await table.open()
  await table.import(path!)
  await table.count(10_000)
  await expect(table.cell(1, 1)).toHaveText('行1 列0')

  await table.grid.focus()
  await studio.press('Control+End')
  await expect(table.cell(10_000, 12)).toHaveText('行10000 列11')
  await expect(table.cell(10_000, 12)).toBeInViewport()
  await expect(table.grid).toHaveAttribute('aria-activedescendant', (await table.cell(10_000, 12).getAttribute('id'))!)
  // Of 120,000 cells only those in sight are there.
  expect(await table.grid.getByRole('gridcell').count()).toBeLessThan(800)
  await page.mouse.move(720, 760)
  for (let turn = 0; turn < 20; turn++) await page.mouse.wheel(0, -4000)
  await expect(table.cell(10_000, 12)).toBeAttached()
  await expect(table.cell(10_000, 12)).not.toBeInViewport()

  await table.dock.getByRole('searchbox', { name: 'Search rows' }).fill('行7777 ')
  await table.count(1)
  // Still at the last column, where the keys were.
  await expect(table.cell(1, 12)).toHaveText('行7777 列11')
  await expect(table.dock).toContainText('1 of 10,000 rows')
  await table.cell(1, 12).click()
  await table.type('found')
  await table.dock.getByRole('searchbox', { name: 'Search rows' }).fill('found')
  await table.count(1)

  await studio.kept()
  await page.reload()
  await table.open()
  await table.count(10_000)
})

test('pictures find their cells by the names of their files', async ({ studio, page, service }, info) => {
  const table = new TablePage(studio)
  const [csv, fox, bear, other] = await onDesktop(info.outputPath('desktop'), {
    'p.csv': 'name,picture\nfox,art/Fox.png\nbear,bear\nagain,fox.png\ncrane,crane.webp\n',
    'fox.png': await picture(255, 90, 0),
    'bear.png': await picture(60, 40, 20),
    'unrelated.png': await picture(0, 0, 255),
  })
  await studio.newProject('Pictures')
  await table.open()
  await table.import(csv!)
  await table.count(4)
  // Not every cell has the end of a picture's name: say what the column is.
  await table.headers.nth(1).click()
  await studio.press('Space')
  await page.getByRole('menuitemradio', { name: 'Picture' }).click()
  await expect(table.grid.locator('[data-unfound]')).toHaveCount(4)

  const chooser = page.waitForEvent('filechooser')
  await table.dock.getByRole('button', { name: 'Match pictures…' }).click()
  await (await chooser).setFiles([fox!, bear!, other!])
  await expect(table.grid.getByRole('img', { name: 'Picture' })).toHaveCount(3)
  await expect(table.grid.locator('[data-unfound]')).toHaveText('crane.webp')
  await expect(page.getByText('Cells filled: 3, with pictures: 2.')).toBeVisible()
  await expect(page.getByText(/Files that match no cell: 1 \(unrelated\.png\)/)).toBeVisible()

  // The last one by hand, from the library.
  await table.cell(4, 2).click()
  await studio.press('Enter')
  await page
    .getByRole('region', { name: 'Choose picture' })
    .getByRole('button', { name: /^Picture / })
    .first()
    .click()
  await expect(table.grid.getByRole('img', { name: 'Picture' })).toHaveCount(4)
  await expect(table.grid).toBeFocused()

  await studio.save()
  const { document } = await savedProject(service.home, 'Pictures')
  const cells = document.rows.flatMap(({ cells }) => Object.values(cells)).filter((cell) => /^[0-9a-f]{64}$/.test(cell))
  expect(cells).toHaveLength(4)
  expect(new Set(cells).size).toBe(2)
})

test('columns and rows by keys alone; a column takes its variable along', async ({ studio, page, service }, info) => {
  const box = { parent: 'board', x: 40, y: 40, width: 500, height: 90, order: 1, family: 'Inter', size: 40 }
  await openDocument(service.url, studio, {
    artboards: [{ type: 'artboard', id: 'board', width: 600, height: 400 }],
    layers: [{ type: 'text', id: 'text', ...box, text: '{{headline}}', visibleIf: 'sale' }],
    variables: [{ type: 'variable', id: 'headline', value: 'Fresh' }],
  })
  const table = new TablePage(studio)
  await table.open()
  await table.empty.getByRole('button', { name: 'Start with the variables' }).press('Enter')
  await expect(table.headers).toHaveText(['headline', 'sale'])
  await expect(table.headers.nth(1)).toHaveAccessibleName('sale, Yes or no')
  expect(await table.texts(1)).toEqual(['Fresh', ''])

  await table.grid.focus()
  // A flag by the space bar, a text by typing over it; Tab goes on to the next cell.
  await studio.press('ArrowRight')
  await studio.press('Space')
  await expect(table.cell(1, 2)).toHaveText('yes')
  await studio.press('Insert')
  await table.count(2)
  await studio.press('Home')
  await page.keyboard.type('=Crisp')
  await studio.press('Tab')
  await page.keyboard.type('no')
  await studio.press('Enter')
  expect(await table.texts(2)).toEqual(['=Crisp', 'no'])
  await studio.press('Alt+ArrowUp')
  expect(await table.texts(1)).toEqual(['=Crisp', 'no'])
  await studio.press('Control+d')
  await table.count(3)
  await studio.press('Control+Delete')
  await table.count(2)

  // The header: renamed with its variable and the hole in the text.
  await studio.press('Control+Home')
  await studio.press('ArrowUp')
  await studio.press('F2')
  await page.getByRole('textbox', { name: 'Rename' }).fill('标题 (大)')
  await studio.press('Enter')
  await expect(table.headers.first()).toHaveText('标题 (大)')
  await studio.press('Alt+ArrowRight')
  await expect(table.headers).toHaveText(['sale', '标题 (大)'])
  await studio.press('Space')
  await page.getByRole('menuitem', { name: 'Add column to the right' }).press('Enter')
  await page.getByRole('textbox', { name: 'Rename' }).fill('{no}')
  await studio.press('Enter')
  await expect(studio.page.getByText('A name has letters')).toBeVisible()
  await expect(table.headers).toHaveText(['sale', '标题 (大)', 'Column'])
  await studio.press('Delete')
  await expect(table.headers).toHaveText(['sale', '标题 (大)'])

  await studio.save()
  const { document } = await savedProject(service.home, 'Written')
  expect(document.layers[0]).toMatchObject({ text: '{{标题 (大)}}' })
  expect(document.variables).toEqual([{ type: 'variable', id: '标题 (大)', value: 'Fresh' }])

  // As a file that no spreadsheet takes for a formula, and that is read as it was.
  const download = page.waitForEvent('download')
  await table.dock.getByRole('button', { name: 'Export CSV' }).press('Enter')
  const path = await (await download).path()
  expect(await readFile(path, 'utf8')).toBe("\uFEFFsale,标题 (大)\r\nno,'=Crisp\r\nyes,Fresh\r\n")
  const [copy] = await onDesktop(info.outputPath('desktop'), { 'again.csv': await readFile(path) })
  await chooseFile(page, copy!, () => table.dock.getByRole('button', { name: 'Import…' }).click())
  await page.getByRole('button', { name: 'Replace the table' }).press('Enter')
  expect(await table.texts(1)).toEqual(['no', '=Crisp'])
})
