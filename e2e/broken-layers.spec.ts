import { openDocument, shareOf } from './opened.ts'
import { expect, test } from './test.ts'

/** Layers that cannot be drawn as they were made: the others are, and the canvas shows where those are. */

const board = { type: 'artboard', id: 'a', width: 800, height: 600, background: '#f4efe6', name: 'Board' }
const text = (id: string, y: number, props: object) => ({
  ...{ type: 'text', id, parent: 'a', order: y, x: 100, y, width: 600, height: 120, size: 90 },
  ...{ text: 'Peel the day', family: 'Inter', fill: { kind: 'solid', colour: '#1d6b3c' } },
  ...props,
})

const GREEN = [0x1d, 0x6b, 0x3c] as const

test('a text in a font that is not here is set in Inter and marked', async ({ service, studio, page }) => {
  await openDocument(service.url, studio, {
    artboards: [board],
    layers: [
      text('missing', 80, { family: 'Comic Sans' }),
      text('grouped', 300, { parent: 'g', family: 'Papyrus' }),
      { ...text('g', 290, {}), type: 'group', text: undefined, family: undefined, size: undefined, fill: undefined },
      text('plain', 440, { text: 'Zest' }),
    ],
  })
  await expect.poll(() => shareOf(studio, GREEN)).toBeGreaterThan(0.02)
  await expect(page.getByText('Comic Sans').first()).toBeVisible()
  // It can be written in as well.
  await studio.canvas.focus()
  await studio.layer('Peel the day').first().click()
  await studio.canvas.focus()
  await studio.press('Enter')
  await page.keyboard.type('More')
  await studio.press('Escape')
})

test('what cannot be drawn is a marked box, said once, and the rest is there', async ({ service, studio }) => {
  await openDocument(service.url, studio, {
    artboards: [board],
    layers: [text('endless', 80, { name: 'Endless', text: '{{what}}'.repeat(30) }), text('plain', 300, {})],
    variables: [{ type: 'variable', id: 'what', value: 'a'.repeat(1000) }],
  })
  await expect.poll(() => shareOf(studio, GREEN)).toBeGreaterThan(0.01)
  await expect.poll(() => shareOf(studio, [0xff, 0x6b, 0x6b])).toBeGreaterThan(0.0005)
  await expect(studio.notices).toHaveCount(1)
  await expect(studio.notices).toContainText('Endless')
})
