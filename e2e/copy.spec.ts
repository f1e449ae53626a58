import { count } from '#shared/copy/count.ts'
import { CopyView } from './copy-view.ts'
import { expect, test } from './test.ts'

test('brief → lines in two languages → starred → edited → placed → exported, with the keyboard alone', async ({
  studio,
  page,
}) => {
  test.slow()
  const copy = new CopyView(studio)
  await studio.newProject('Zestline kit')
  await studio.type('Headline goes here', { x: 0.4, y: 0.3 })
  await studio.press('Escape')

  await copy.open()
  await page.keyboard.type('Zestline, cold-pressed citrus soda')
  await expect(copy.panel.getByLabel('Kind of product')).toContainText('as read: Sparkling water')
  await studio.press('Tab')
  await studio.press('Tab')
  await page.keyboard.type('weekend hikers')
  await copy.tick('Tone', 'Playful')
  await copy.tick('Languages', '中文')
  await studio.press('Control+Enter')

  // The keyboard is in the lines at once.
  await expect(copy.board).toBeFocused()
  await copy.written()
  const english = await copy.texts(copy.group('poster-headline', 'en'))
  const chinese = await copy.texts(copy.group('poster-headline', 'zh'))
  expect([english.length, chinese.length]).toEqual([10, 10])
  for (const line of english) {
    expect(count(line, 'words')).toBeLessThanOrEqual(6)
    expect(count(line, 'words')).toBeGreaterThanOrEqual(2)
  }
  for (const line of chinese) {
    expect(count(line, 'characters')).toBeLessThanOrEqual(12)
    expect(line).toMatch(/\p{Script=Han}/u)
  }
  expect(new Set([...english, ...chinese]).size).toBe(20)
  await expect(copy.side.getByTestId('copy-checked')).toContainText('Never-say 0 · duplicates 0')

  await expect(copy.chosen).toContainText(english[0]!)
  await studio.press('s')
  await studio.press('ArrowRight')
  await expect(copy.chosen).toContainText(english[1]!)
  await studio.press('x')
  await expect(copy.lines).toHaveCount(19)
  await expect(copy.chosen).toContainText(english[2]!)
  await studio.press('e')
  await page.keyboard.type('Peel the <b>day</b>')
  await studio.press('Enter')
  await expect(copy.chosen).toContainText('Peel the <b>day</b>')
  await expect(copy.chosen).toContainText('by hand')
  await studio.press('s')

  await expect(copy.side.getByTestId('copy-fit')).toHaveText(/pt, (one line|two lines|\d lines)/)
  await studio.press('Enter')
  await expect(page.getByRole('status').filter({ hasText: 'Placed in' })).toBeVisible()

  const { name, text } = await copy.exported('Table (CSV)')
  expect(name).toBe('Zestline kit Lines.csv')
  expect(text.split('\r\n').slice(1, 3)).toEqual([
    `Poster headline,en,${/[",]/.test(english[0]!) ? `"${english[0]}"` : english[0]},${count(english[0]!, 'words')},6,words,yes`,
    'Poster headline,en,Peel the <b>day</b>,3,6,words,yes',
  ])

  // One step of history takes it off again.
  await studio.press('Control+Alt+c')
  await expect(studio.layer(/Peel the <b>day<\/b>/)).toBeVisible()
  await studio.press('Control+z')
  await expect(studio.layer(/Headline goes here/)).toBeVisible()
})

test('lines, stars, the brief and what was rejected are there after a reload', async ({ studio, page }) => {
  const copy = new CopyView(studio)
  await studio.newProject('Otto')
  await copy.open()
  await page.keyboard.type('Otto, coffee')
  await copy.panel.getByLabel('Ideas each').fill('3')
  await studio.press('Tab')
  await studio.press('Control+Enter')
  await copy.written()
  const [first, second, third] = await copy.texts()
  await studio.press('s')
  await studio.press('ArrowRight')
  await studio.press('x')
  await expect(copy.lines).toHaveCount(2)
  // The session record is a matter of a second.
  await page.waitForTimeout(1500)
  await page.reload()
  await expect(studio.canvas).toBeVisible()
  await copy.open()
  await expect(copy.field('product')).toHaveValue('Otto, coffee')
  expect(await copy.texts()).toEqual([first, third])
  await expect(copy.lines.first()).toHaveAttribute('aria-label', /starred/)
  await page.getByRole('button', { name: 'bring back' }).click()
  expect(await copy.texts()).toEqual([first, second, third])

  // Shorter is a limit that holds while the line is written.
  await copy.lines.first().click()
  await copy.board.focus()
  const before = count(first!, 'words')
  await studio.press('[')
  await copy.written()
  for (const line of (await copy.texts()).slice(3)) expect(count(line, 'words')).toBeLessThan(before)
  await page.getByRole('tab', { name: 'Why' }).click()
  await expect(copy.side).toContainText('Otto')
})

test('what a brief gets wrong is told in its field, before anything runs', async ({ studio, page }) => {
  const copy = new CopyView(studio)
  await studio.newProject('Otto')
  await copy.open()
  await studio.press('Control+Enter')
  await expect(copy.panel.getByRole('alert')).toHaveText('Say what the copy is for.')
  await expect(copy.field('product')).toBeFocused()
  await page.keyboard.type('Otto')

  await copy.field('mustSay').fill('the best coffee in the whole of town')
  await expect(copy.panel.getByRole('alert')).toHaveText('Takes 8 of the 6 words that Poster headline has.')
  await copy.field('mustSay').fill('best coffee')
  await copy.field('mustNotSay').fill('BEST')
  await expect(copy.panel.getByRole('alert')).toHaveText('“best coffee” holds “BEST”, which must never be said.')
  await studio.press('Control+Enter')
  await expect(copy.field('mustSay')).toBeFocused()
  await expect(copy.lines).toHaveCount(0)

  await copy.panel.getByRole('button', { name: 'Paste a brief' }).click()
  const paste = page.getByRole('textbox', { name: 'Paste a brief' })
  await paste.fill('tea '.repeat(12_500))
  await expect(page.getByText('50000 characters; at most 4000 are read')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Read into the fields' })).toBeDisabled()
  await paste.fill('为「云雀咖啡」写8条中秋海报标题，语气温馨，必须包含“零糖”')
  await page.getByRole('button', { name: 'Read into the fields' }).click()
  await expect(copy.field('product')).toHaveValue('云雀咖啡')
  await expect(copy.field('mustSay')).toHaveValue('零糖')
  await expect(copy.chip('Tone', 'Warm')).toHaveAttribute('aria-pressed', 'true')
  await expect(copy.chip('Languages', '中文')).toHaveAttribute('aria-pressed', 'true')
  await expect(copy.panel.getByRole('alert')).toHaveCount(0)
})

test('a channel of one’s own is written for, within its limits', async ({ studio, page }) => {
  const copy = new CopyView(studio)
  await studio.newProject('Otto')
  await copy.open()
  await page.keyboard.type('Otto, coffee')
  await page.getByRole('button', { name: 'Edit channels' }).click()
  const dialog = page.getByRole('dialog', { name: 'Channels and their limits' })
  await dialog.getByRole('button', { name: 'Add a channel' }).click()
  const row = dialog.getByTestId('channel-row').last()
  await row.getByLabel('Name', { exact: true }).fill('Shelf talker')
  await row.getByLabel('Most, English').fill('18')
  await row.getByLabel('As of').fill('2026')
  await expect(dialog.getByRole('alert')).toContainText('Shelf talker: asOf expected a year and month')
  await expect(dialog.getByRole('button', { name: 'Save' })).toBeDisabled()
  await row.getByLabel('As of').fill('2026-10')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog).toBeHidden()
  await copy.tick('Channels', 'Poster headline')
  await copy.tick('Channels', 'Shelf talker 18')
  await copy.panel.getByLabel('Ideas each').fill('3')
  await studio.press('Tab')
  await studio.press('Control+Enter')
  await copy.written()
  const lines = await copy.texts()
  expect(lines.length).toBeGreaterThan(0)
  for (const line of lines) expect(count(line, 'characters')).toBeLessThanOrEqual(18)
})
