import type { Page } from '@playwright/test'
import { savedProject } from './documents.ts'
import { expect, test } from './test.ts'

/** Without a mouse: what is done by menu or button is done by keys, and who does it sees where they are. */

/** What has the focus, as people call it. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement as HTMLElement | null
    if (!element || element === document.body) return ''
    const [label] = (element as HTMLInputElement).labels ?? []
    return element.getAttribute('aria-label') || (label ?? element).textContent?.trim() || element.tagName
  })

/** Whether something about the focused element, or what frames it, says that it has the focus. */
const isSeen = (page: Page) =>
  page.evaluate(() => {
    const active = document.activeElement as HTMLElement
    const look = () => {
      const frames = [active, active.parentElement, active.parentElement?.parentElement]
      const looks = [...frames, ...active.querySelectorAll('*')].map((element) => {
        if (!element) return ''
        const { outlineStyle, outlineWidth, boxShadow, borderColor, backgroundColor } = getComputedStyle(element)
        return `${outlineStyle} ${outlineWidth} ${boxShadow} ${borderColor} ${backgroundColor}`
      })
      return looks.join()
    }
    const withFocus = look()
    active.blur()
    const without = look()
    active.focus()
    return withFocus !== without
  })

/** Tab until something called so has the focus. */
async function tabTo(page: Page, name: string | RegExp, keys = 'Tab', most = 80): Promise<void> {
  const passed: string[] = []
  for (let presses = 0; presses < most; presses++) {
    await page.keyboard.press(keys)
    const now = await focused(page)
    if (typeof name === 'string' ? now === name : name.test(now)) return
    passed.push(now)
  }
  throw new Error(`Tab never came to ${name}; it passed ${passed.join(', ')}`)
}

test('prompt → layer → moved → renamed → saved → exported, by keys alone', async ({ studio, page, service }) => {
  await tabTo(page, 'Name')
  await page.keyboard.press('Control+a')
  await page.keyboard.type('By keys')
  await studio.press('Enter')
  await expect(studio.canvas).toBeVisible()

  await tabTo(page, 'Prompt')
  await page.keyboard.type('a fox on a teal sunburst, paper cut')
  await tabTo(page, 'Variations')
  await page.keyboard.type('1')
  await studio.press('Control+Enter')
  await expect(page.getByTestId('progress')).toBeVisible()
  await studio.made(1)
  await expect(studio.pictures).toHaveCount(1)

  // Onto the canvas, through its layers, and out again on the other side.
  await tabTo(page, 'Canvas')
  await studio.press('ArrowRight')
  await studio.press('Shift+ArrowDown')
  await studio.press('F2')
  await page.keyboard.type('Fox')
  await studio.press('Enter')
  await expect(studio.layer('Fox')).toHaveAttribute('aria-selected', 'true')

  await studio.save()
  const { layers, artboards } = (await savedProject(service.home, 'By keys')).document
  expect(layers).toMatchObject([{ name: 'Fox', type: 'image' }])
  const { width, height } = artboards[0]!
  const { x, y, ...size } = layers[0]!
  expect({ x, y }).toEqual({ x: (width - size.width) / 2 + 1, y: (height - size.height) / 2 + 10 })

  const download = page.waitForEvent('download')
  await studio.press('Control+e')
  expect((await download).suggestedFilename()).toMatch(/By keys.*\.png$/)
})

test('the canvas gives the focus on: Tab goes through its layers and then further', async ({ studio }) => {
  await studio.newProject('Way out')
  await studio.type('One', { x: 0.4, y: 0.2 })
  await studio.type('Two', { x: 0.4, y: 0.5 })
  await studio.canvas.focus()
  await studio.press('Escape')
  await studio.press('Tab')
  await expect(studio.layer('One')).toHaveAttribute('aria-selected', 'true')
  await studio.press('Tab')
  await expect(studio.layer('Two')).toHaveAttribute('aria-selected', 'true')
  await expect(studio.canvas).toBeFocused()
  await studio.press('Tab')
  await expect(studio.canvas).not.toBeFocused()
  await studio.press('Shift+Tab')
  await expect(studio.canvas).toBeFocused()
  // Backwards the same.
  await studio.press('Shift+Tab')
  await expect(studio.layer('One')).toHaveAttribute('aria-selected', 'true')
  await studio.press('Shift+Tab')
  await expect(studio.canvas).not.toBeFocused()
})

test('wherever Tab goes, it is seen', async ({ studio, page }) => {
  const unseen: string[] = []
  const walk = async (steps: number) => {
    const places = new Set<string>()
    for (let step = 0; step < steps; step++) {
      await studio.press('Tab')
      const name = await focused(page)
      if (name === '') continue
      places.add(name)
      if (!(await isSeen(page))) unseen.push(name)
    }
    return places
  }
  expect((await walk(6)).size).toBeGreaterThan(3)
  await studio.newProject('Seen')
  expect((await walk(45)).size).toBeGreaterThan(25)
  expect([...new Set(unseen)]).toEqual([])
})

test('a dialog keeps the focus, Escape closes it, and the focus is where it was', async ({ studio, page }) => {
  await studio.newProject('Dialogs')
  for (const [keys, title] of [
    ['Control+Shift+e', 'Export'],
    ['Control+Alt+n', 'New project'],
    ['Control+/', 'Keyboard shortcuts'],
  ] as const) {
    await test.step(title, async () => {
      await studio.prompt.focus()
      await studio.press(keys)
      const dialog = page.getByRole('dialog', { name: title })
      await expect(dialog).toBeVisible()
      for (let presses = 0; presses < 30; presses++) {
        await studio.press(presses % 3 === 2 ? 'Shift+Tab' : 'Tab')
        // The browser's own bar is between the last and the first; the page behind is never reached.
        const outside = await dialog.evaluate(
          (box) => document.activeElement !== document.body && !box.contains(document.activeElement),
        )
        expect(outside).toBe(false)
      }
      // No shortcut reaches what lies behind.
      await studio.press('Control+a')
      await studio.press('Escape')
      await expect(dialog).toHaveCount(0)
      await expect(studio.prompt).toBeFocused()
    })
  }
})

test('menus open, walk and close by keys, and give the focus back', async ({ studio, page }) => {
  await studio.newProject('Menus')
  const menu = page.getByRole('button', { name: 'Menu', exact: true })
  await menu.focus()
  await studio.press('Enter')
  await expect(page.getByRole('menuitem', { name: 'File' })).toBeFocused()
  await studio.press('ArrowDown')
  await expect(page.getByRole('menuitem', { name: 'Edit' })).toBeFocused()
  await studio.press('Escape')
  await expect(page.getByRole('menu')).toHaveCount(0)
  await expect(menu).toBeFocused()
})
