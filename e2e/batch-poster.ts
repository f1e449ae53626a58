import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import sharp from 'sharp'
import { BatchDock } from './batch-dock.ts'
import { onDesktop } from './files.ts'
import { openDocument } from './opened.ts'
import type { Service } from './service.ts'
import type { StudioPage } from './studio-page.ts'

/** A layout whose picture and texts hang on variables, its table, and the files that came of them. */

const FRUITS = ['柠檬', '橙子', '苹果', '樱桃']
const COLOURS = ['青色', '粉色', '黄色', '绿色', '蓝色']
/** Twenty rows; as a spreadsheet writes them, with a byte order mark. */
export const TABLE = `\uFEFF${[
  '货号,水果,颜色',
  ...COLOURS.flatMap((colour, at) => FRUITS.map((fruit, of) => `SKU-${at}${of},${fruit},${colour}`)),
].join('\r\n')}\r\n`

export interface Opened {
  studio: StudioPage
  page: Page
  service: Service
}

/** A small poster whose picture and texts hang on variables. */
export async function openPoster({ studio, page, service }: Opened): Promise<BatchDock> {
  const box = { parent: 'poster', x: 0, width: 160 }
  const fill = { kind: 'solid', colour: '#ffffff' }
  const picture = await sharp({ create: { width: 16, height: 16, channels: 3, background: '#2a9d8f' } })
    .png()
    .toBuffer()
  const { sha256 } = await page.evaluate(
    async (bytes) => {
      const response = await fetch('/pictures', {
        method: 'POST',
        body: new Uint8Array(bytes),
        headers: { 'x-file-name': 'plain.png' },
      })
      return (await response.json()) as { sha256: string }
    },
    [...picture],
  )
  await openDocument(service.url, studio, {
    artboards: [{ type: 'artboard', id: 'poster', name: 'Poster', width: 160, height: 200, background: '#0e6e5c' }],
    layers: [
      {
        ...box,
        type: 'image',
        id: 'picture',
        name: 'Art',
        order: 1,
        y: 0,
        height: 120,
        asset: sha256,
        variable: 'art',
      },
      {
        ...{ ...box, type: 'text', id: 'says', name: 'Headline', order: 2, y: 130, height: 30 },
        ...{ text: '{{headline}}', size: 18, family: 'Anton', fill },
      },
      {
        ...{ ...box, type: 'text', id: 'fruit', name: 'Fruit', order: 3, y: 165, height: 30 },
        ...{ text: '{{水果}}', size: 18, family: 'Noto Sans SC', fill },
      },
    ],
    variables: [{ type: 'variable', id: 'headline', value: 'Peel the day' }],
  })
  return new BatchDock(page)
}

export async function bringRows(dock: BatchDock, service: Service, table: string): Promise<void> {
  const [path] = await onDesktop(join(service.home, 'desktop'), { '产品.csv': table })
  await dock.bringTable(path!)
}

export const few = (rows: number) =>
  TABLE.split('\r\n')
    .slice(0, rows + 1)
    .join('\r\n')

/** Pictures in the folder of the only batch, by its path in it. */
export async function filesOf({ home }: Service): Promise<Map<string, Buffer>> {
  const folder = join(home, 'batches')
  const [name] = await readdir(folder)
  const batch = join(folder, name!)
  const entries = await readdir(batch, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && /\.(?:png|jpg)$/.test(entry.name))
  const read = files.map(async ({ parentPath, name }) => {
    const path = join(parentPath, name)
    return [path.slice(batch.length + 1), await readFile(path)] as const
  })
  return new Map((await Promise.all(read)).sort(([a], [b]) => (a < b ? -1 : 1)))
}

export const sha256Of = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
