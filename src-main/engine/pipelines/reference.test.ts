import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { Generator } from '../noise/generator.ts'
import { coverage, draw, drawingOf, groundOf, onGround, place, type ReferenceConfig, readBank } from './reference.ts'

const config: ReferenceConfig = {
  file: 'references.rgba.gz',
  size: 2,
  jitter: { position: 0.04, size: 0.08 },
  layouts: {
    default: [[[0.5, 0.5, 0.6]], [[0.5, 0.6, 0.5]]],
    pair: [
      [
        [0.3, 0.5, 0.4],
        [0.7, 0.5, 0.4],
      ],
    ],
  },
}
const still: ReferenceConfig = { ...config, jitter: { position: 0, size: 0 } }
const red = { width: 1, height: 1, channels: 4, data: Float32Array.of(1, 0, 0, 1) }
const blue = { width: 1, height: 1, channels: 4, data: Float32Array.of(0, 0, 1, 1) }

test('a bank is a list of drawings, given premultiplied', async () => {
  const bank = await readBank(gzipSync(Uint8Array.from({ length: 32 }, (_, at) => (at % 4 === 3 ? 51 : 255))), config)
  const first = drawingOf(bank, 0)
  expect(first?.data[0]).toBeCloseTo(0.2)
  expect(first?.data[3]).toBeCloseTo(0.2)
  expect(drawingOf(bank, 1)?.width).toBe(2)
  expect(drawingOf(bank, 2)).toBeUndefined()
})

test.each([
  ['no gzip', Buffer.from('hello')],
  ['half a drawing', gzipSync(new Uint8Array(8))],
  ['nothing', gzipSync(new Uint8Array(0))],
  // gzip files may be joined: 17 times 16 MiB.
  ['a bomb', Buffer.concat(new Array(17).fill(gzipSync(new Uint8Array(16 * 2 ** 20))))],
])('%s is refused', async (_, bytes) => {
  await expect(readBank(bytes, config)).rejects.toMatchObject({
    code: 'invalid-model',
    where: { file: 'references.rgba.gz' },
  })
})

test('the seed chooses the variant and moves it by no more than the jitter', () => {
  const heights = new Set<number>()
  for (let seed = 0; seed < 40; seed++) {
    const [[placement]] = place(config, 'default', 1, new Generator(seed)) as [[readonly [number, number, number]]]
    const [cx, cy, size] = placement
    expect(Math.abs(cx - 0.5)).toBeLessThanOrEqual(0.04)
    const lower = cy > 0.55
    heights.add(lower ? 1 : 0)
    expect(Math.abs(size / (lower ? 0.5 : 0.6) - 1)).toBeLessThanOrEqual(0.08 + 1e-6)
  }
  expect(heights.size).toBe(2)
  expect(place(config, 'pair', 2, new Generator(5))).toEqual(place(config, 'pair', 2, new Generator(5)))
})

test('subjects take the placements in turns, and stand in a row where there are too few', () => {
  expect(place(still, 'pair', 2, new Generator(1))).toEqual([[[0.3, 0.5, 0.4]], [[0.7, 0.5, 0.4]]])
  expect(place(still, 'pair', 1, new Generator(1))).toEqual([
    [
      [0.3, 0.5, 0.4],
      [0.7, 0.5, 0.4],
    ],
  ])
  expect(place(still, 'pair', 3, new Generator(1)).map(([placement]) => placement?.[0])).toEqual([1 / 6, 0.5, 5 / 6])
})

test('an unknown layout is the default one', () => {
  expect(place(still, 'spiral', 1, new Generator(2))).toEqual(place(still, 'default', 1, new Generator(2)))
})

test('drawing covers what it covers: colours over grey, coverage by blocks', () => {
  const canvas = draw({ width: 32, height: 16 }, [
    { drawing: red, placements: [[0.25, 0.5, 1]] },
    { drawing: blue, placements: [[0.25, 0.5, 0.5]] },
  ])
  expect([...coverage(canvas, 8)]).toEqual([1, 1, 0, 0, 1, 1, 0, 0])
  const planes = onGround(canvas)
  const colour = (x: number, y: number) => [0, 1, 2].map((channel) => planes[channel * 512 + y * 32 + x])
  expect(colour(1, 1)).toEqual([1, -1, -1])
  expect(colour(8, 8)).toEqual([-1, -1, 1])
  expect(colour(24, 8)).toEqual([0, 0, 0])
})

test('a placement may hang over the edge', () => {
  const canvas = draw({ width: 16, height: 16 }, [
    {
      drawing: red,
      placements: [
        [0, 0, 1],
        [2, 2, 1],
      ],
    },
  ])
  expect([...coverage(canvas, 8)]).toEqual([1, 0, 0, 0])
})

test('a ground shows where no subject stands, and covers any shape of picture undistorted', () => {
  const half = { width: 2, height: 1, channels: 4, data: Float32Array.of(1, 0, 0, 1, 0, 0, 0, 0) }
  const white = { width: 2, height: 1, channels: 4, data: new Float32Array(8).fill(1) }
  const [left, right] = onGround(half, white)
  expect(left).toBeCloseTo(1) // the red of the subject
  expect(right).toBeCloseTo(1) // the ground
  expect(onGround(half)[1]).toBeCloseTo(0) // grey

  const stripes = {
    width: 2,
    height: 2,
    channels: 4,
    data: Float32Array.of(0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1),
  }
  const wide = groundOf(stripes, 8, 4)
  expect([wide.width, wide.height]).toEqual([8, 4])
  expect(wide.data[0]).toBe(0)
  expect(wide.data[4 * 7]).toBe(1)
  const tall = groundOf(stripes, 4, 8)
  expect(tall.data[0]! + tall.data[4 * 3]!).toBeCloseTo(1) // the middle of the stripes, cut evenly
})
