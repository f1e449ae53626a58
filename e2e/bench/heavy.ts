import { deflateSync } from 'node:zlib'
import { chunk } from '#main/imaging/png-chunks.ts'
import type { DocumentInput } from '#shared/document/document.ts'

/** A document of 2,000 layers as a packaging studio makes them: pictures, texts, shapes, and groups of these. */

const WIDTH = 3000
const HEIGHT = 4000
const GROUPS = 50
const WORDS = [
  'Peel',
  'the whole',
  'day.',
  'Nothing added',
  'but sun',
  'zest',
  'cold pressed',
  'No. 7',
  'Zest & Co',
  'taste it',
]
const FAMILIES = ['Inter', 'Anton', 'DM Serif Display', 'Syne']
const COLOURS = ['#e4572e', '#17bebb', '#ffc914', '#2e282a', '#76b041', '#f4f1de']

type LayerInput = DocumentInput['layers'][number]

export function heavyDocument(pictures: readonly string[], layers = 2000): DocumentInput {
  const random = sequence(7)
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)]!
  const made: LayerInput[] = []
  const groups: { id: string; x: number; y: number }[] = []
  for (let at = 0; at < layers; at++) {
    const id = `layer-${at}`
    const place = { x: Math.round(random() * (WIDTH - 300)), y: Math.round(random() * (HEIGHT - 300)) }
    if (at < GROUPS) {
      groups.push({ id, ...place })
      made.push({
        id,
        parent: 'board',
        order: at,
        type: 'group',
        name: `Group ${at}`,
        ...place,
        width: 400,
        height: 400,
      })
      continue
    }
    const group = at % 4 === 0 ? pick(groups) : undefined
    const base = {
      id,
      parent: group?.id ?? 'board',
      order: at,
      name: `Layer ${at}`,
      x: group ? group.x + Math.round(random() * 300) : place.x,
      y: group ? group.y + Math.round(random() * 300) : place.y,
      rotation: at % 5 === 0 ? Math.round(random() * 60 - 30) : 0,
      opacity: at % 7 === 0 ? 0.7 : 1,
      ...(at % 40 === 0 ? { blend: 'multiply' as const } : {}),
    }
    made.push(layerOf(at, base))
  }
  return {
    format: 1,
    name: 'Two thousand',
    artboards: [{ type: 'artboard', id: 'board', width: WIDTH, height: HEIGHT, background: '#f4f1de' }],
    layers: made,
  }

  function layerOf(at: number, base: Pick<LayerInput, 'id' | 'parent' | 'order' | 'x' | 'y'>): LayerInput {
    const fill = { kind: 'solid', colour: pick(COLOURS) } as const
    if (at % 10 === 1)
      return {
        ...base,
        type: 'image',
        asset: pick(pictures),
        width: 160 + random() * 200,
        height: 160 + random() * 200,
      }
    if (at % 10 < 5) {
      const text = `${pick(WORDS)} ${pick(WORDS)} ${at}`
      const size = 18 + Math.round(random() * 40)
      return { ...base, type: 'text', text, family: pick(FAMILIES), size, fill, width: 260, height: 120 }
    }
    const shapes = [
      { kind: 'rectangle', cornerRadius: 12 },
      { kind: 'ellipse' },
      { kind: 'star', points: 7 },
      { kind: 'rays', count: 24 },
    ] as const
    const stops = [0, 1].map((at) => ({ at, colour: pick(COLOURS) }))
    const gradient = { kind: 'linear' as const, stops }
    const side = 40 + random() * 160
    const stroke = { colour: '#2e282a', width: 2 }
    return {
      ...base,
      type: 'shape',
      shape: pick(shapes),
      fill: at % 3 ? fill : gradient,
      stroke,
      width: side,
      height: side,
    }
  }
}

/** The same numbers every time, 0 … 1. */
function sequence(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    return (state >>> 8) / 2 ** 24
  }
}

/** Soft waves with some grain: neither trivial to decode nor noise. */
export function png(width: number, height: number, phase = 0): Buffer {
  const rows = Buffer.alloc((width * 3 + 1) * height)
  for (let y = 0, at = 0; y < height; y++) {
    rows[at++] = 0
    for (let x = 0; x < width; x++) {
      rows[at++] = 128 + 100 * Math.sin((x + phase) / 190)
      rows[at++] = 128 + 90 * Math.cos((y + phase) / 230)
      rows[at++] = (x ^ y) & 255
    }
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2], 8)
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 1 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

export async function uploadPictures(
  upload: (name: string, bytes: Uint8Array) => Promise<string>,
  count = 12,
  side = 480,
): Promise<string[]> {
  const pictures: string[] = []
  for (let at = 0; at < count; at++) pictures.push(await upload(`picture-${at}.png`, png(side, side, at * 40)))
  return pictures
}
