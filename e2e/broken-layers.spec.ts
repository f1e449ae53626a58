import { openWindow } from '#main/hosts/web/fixtures.ts'
import { pixelsOf } from './pictures.ts'
import type { StudioPage } from './studio-page.ts'
import { expect, test } from './test.ts'

/** Layers that cannot be drawn as they were made: the others are, and the canvas shows where those are. */

const board = { type: 'artboard', id: 'a', width: 800, height: 600, background: '#f4efe6', name: 'Board' }
const text = (id: string, y: number, props: object) => ({
  ...{ type: 'text', id, parent: 'a', order: y, x: 100, y, width: 600, height: 120, size: 90 },
  ...{ text: 'Peel the day', family: 'Inter', fill: { kind: 'solid', colour: '#1d6b3c' } },
  ...props,
})

async function open(url: string, studio: StudioPage, layers: object[], variables: object[] = []) {
  const { origin, searchParams } = new URL(url)
  const window = await openWindow({ url: `${origin}/`, token: searchParams.get('token')! })
  const document = { format: 1, name: 'Broken', artboards: [board], layers, variables }
  const { handle } = await window.api.projects.create({ name: 'Broken', document })
  await window.api.projects.close({ handle })
  window.close()
  await studio.page.reload()
  await studio.openRecent('Broken')
}

/** Share of the canvas that has about this colour. */
async function shareOf(studio: StudioPage, [r, g, b]: readonly [number, number, number]): Promise<number> {
  const { data } = await pixelsOf(await studio.canvas.screenshot())
  let found = 0
  for (let at = 0; at < data.length; at += 4)
    if (Math.abs(data[at]! - r) + Math.abs(data[at + 1]! - g) + Math.abs(data[at + 2]! - b) < 24) found++
  return found / (data.length / 4)
}

const GREEN = [0x1d, 0x6b, 0x3c] as const

test('a text in a font that is not here is set in Inter and marked', async ({ service, studio, page }) => {
  await open(service.url, studio, [
    text('missing', 80, { family: 'Comic Sans' }),
    text('grouped', 300, { parent: 'g', family: 'Papyrus' }),
    { ...text('g', 290, {}), type: 'group', text: undefined, family: undefined, size: undefined, fill: undefined },
    text('plain', 440, { text: 'Zest' }),
  ])
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
  await open(
    service.url,
    studio,
    [text('endless', 80, { name: 'Endless', text: '{{what}}'.repeat(30) }), text('plain', 300, {})],
    [{ type: 'variable', id: 'what', value: 'a'.repeat(1000) }],
  )
  await expect.poll(() => shareOf(studio, GREEN)).toBeGreaterThan(0.01)
  await expect.poll(() => shareOf(studio, [0xff, 0x6b, 0x6b])).toBeGreaterThan(0.0005)
  await expect(studio.notices).toHaveCount(1)
  await expect(studio.notices).toContainText('Endless')
})
