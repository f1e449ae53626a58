import { openWindow } from '#main/hosts/web/fixtures.ts'
import { pixelsOf } from './pictures.ts'
import type { StudioPage } from './studio-page.ts'

/** Documents that nobody would click together, open in the page. */

export interface Written {
  artboards: object[]
  layers: object[]
  variables?: object[]
  columns?: object[]
  rows?: object[]
}

export async function openDocument(url: string, studio: StudioPage, written: Written): Promise<void> {
  const { origin, searchParams } = new URL(url)
  const window = await openWindow({ url: `${origin}/`, token: searchParams.get('token')! })
  const document = { format: 1, name: 'Written', ...written }
  const { handle } = await window.api.projects.create({ name: 'Written', document })
  await window.api.projects.close({ handle })
  window.close()
  await studio.page.reload()
  await studio.openRecent('Written')
}

/** Share of the canvas that has about this colour. */
export async function shareOf(studio: StudioPage, [r, g, b]: readonly [number, number, number]): Promise<number> {
  const { data } = await pixelsOf(await studio.canvas.screenshot())
  let found = 0
  for (let at = 0; at < data.length; at += 4)
    if (Math.abs(data[at]! - r) + Math.abs(data[at + 1]! - g) + Math.abs(data[at + 2]! - b) < 24) found++
  return found / (data.length / 4)
}
