import type { CDPSession, Locator } from '@playwright/test'
import { keptSteps } from './documents.ts'
import { expect, test } from './test.ts'

/**
 * Text that an input method writes: letters first, then the word that was chosen from a list. Chromium takes both by its
 * own protocol, as from the system's input method.
 */
class InputMethod {
  readonly #browser: CDPSession

  constructor(browser: CDPSession) {
    this.#browser = browser
  }

  /** The letters of a word in the making, each on top of the one before. */
  async spell(letters: string): Promise<void> {
    for (let end = 1; end <= letters.length; end++)
      await this.#browser.send('Input.imeSetComposition', {
        text: letters.slice(0, end),
        selectionStart: end,
        selectionEnd: end,
      })
  }

  /** The word takes the place of its letters. */
  async choose(word: string): Promise<void> {
    await this.#browser.send('Input.insertText', { text: word })
  }

  /** A key that the input method uses itself: the page hears of it, and nothing is written. */
  async key(key: string, code: number, modifiers = 0): Promise<void> {
    for (const type of ['rawKeyDown', 'keyUp'] as const)
      await this.#browser.send('Input.dispatchKeyEvent', {
        type,
        key,
        code: key,
        windowsVirtualKeyCode: code,
        modifiers,
      })
  }
}

const CONTROL = 2
const ENTER = 13
const ESCAPE = 27

/** What the page hears of keys while a word is in the making; proves that these tests press what they say. */
async function listenForComposing(field: Locator): Promise<() => Promise<string[]>> {
  await field.evaluate((element) => {
    const heard: string[] = []
    Object.assign(element, { heard })
    element.addEventListener('keydown', (event) => {
      if ((event as KeyboardEvent).isComposing) heard.push((event as KeyboardEvent).key)
    })
  })
  return () => field.evaluate((element) => (element as unknown as { heard: string[] }).heard)
}

test('a headline by an input method: nothing is written before the word, and no key of it is ours', async ({
  studio,
  page,
  service,
}) => {
  const method = new InputMethod(await page.context().newCDPSession(page))
  await studio.newProject('海报')
  await studio.canvas.focus()
  await studio.press('t')
  await studio.clickAt({ x: 0.4, y: 0.3 })
  const editor = page.getByTestId('text-editor')
  await expect(editor).toBeFocused()
  const heard = await listenForComposing(editor)

  await method.spell('nihao')
  await expect(editor).toHaveValue('nihao')
  // Letters are the editor's alone until the word is chosen.
  await expect(studio.layer('nihao')).toHaveCount(0)

  // Enter takes the letters in many methods, Escape gives the word up: neither ends the text.
  await method.key('Enter', ENTER)
  await method.key('Escape', ESCAPE)
  await method.key('Delete', 46)
  expect(await heard()).toEqual(['Enter', 'Escape', 'Delete'])
  await expect(editor).toBeVisible()
  await expect(editor).not.toHaveValue(/\n/)
  await expect(studio.rows).toHaveCount(2)

  await method.choose('你好')
  await expect(editor).toHaveValue('你好')
  await method.spell('shijie')
  await method.choose('世界')
  await expect(editor).toHaveValue('你好世界')
  await studio.press('Escape')
  await expect(editor).toHaveCount(0)
  await expect(studio.layer('你好世界')).toBeVisible()
  await studio.kept()
  // From the first letter to the last it was one step.
  expect((await keptSteps(service.home)).steps).toHaveLength(1)
  await studio.press('Control+z')
  await expect(studio.rows).toHaveCount(1)
})

test('a click elsewhere in the middle of a word keeps what was written', async ({ studio, page }) => {
  const method = new InputMethod(await page.context().newCDPSession(page))
  await studio.newProject('海报')
  await studio.canvas.focus()
  await studio.press('t')
  await studio.clickAt({ x: 0.4, y: 0.3 })
  await method.choose('夏日')
  await method.spell('haibao')
  await studio.clickAt({ x: 0.5, y: 0.8 })
  await expect(page.getByTestId('text-editor')).toHaveCount(0)
  await expect(studio.layer(/^夏日/)).toBeVisible()
})

test('a prompt by an input method: no shortcut fires, and the prompt is read when the word is there', async ({
  studio,
  page,
}) => {
  const method = new InputMethod(await page.context().newCDPSession(page))
  await studio.newProject('海报')
  await studio.prompt.click()
  const heard = await listenForComposing(studio.prompt)
  await method.spell('huli')
  await method.key('Enter', ENTER, CONTROL)
  await method.key('ArrowUp', 38)
  await method.key('s', 83, CONTROL)
  expect(await heard()).toEqual(['Enter', 'ArrowUp', 's'])
  await expect(page.getByTestId('save-state')).toHaveText('not saved yet')
  await expect(page.getByTestId('progress')).toHaveCount(0)
  await expect(page.getByTestId('queue-state')).toContainText('Queue empty')
  await expect(studio.prompt).toHaveValue('huli')

  await method.choose('狐狸')
  await expect(studio.prompt).toHaveValue('狐狸')
  await expect(page.getByTestId('reading')).toContainText('狐狸')
  await expect(studio.prompt).toBeFocused()

  // The same keys mean us again.
  await page.getByLabel('Variations').fill('1')
  await studio.prompt.focus()
  await studio.press('Control+Enter')
  await expect(page.getByTestId('progress')).toBeVisible()
})
