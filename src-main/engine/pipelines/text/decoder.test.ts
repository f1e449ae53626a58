import { describe, expect, test } from 'vitest'
import type { PackageOf } from '#shared/models/manifest.ts'
import type { Graph, Port } from '../../onnx/graph.ts'
import type { Feeds } from '../../onnx/tensor.ts'
import { openDecoder } from './decoder.ts'

/**
 * A model with exact arithmetic: the key of a token at position p in head h is [id, p, h], and the logits count how often each
 * id is in past and present. Whoever mixes up positions, heads or order gets other logits or an error.
 */
const VOCABULARY = 8
const HEADS = 2
const DIM = 3
const config = { layers: 2, heads: HEADS, headDim: DIM, cache: 'bshd' } as PackageOf<'text'>['config']

type Layout = { cache: 'bshd' | 'bhsd'; present: 'new' | 'all'; logits: 'last' | 'every'; extras: string[] }

function counter({ cache, present, logits, extras }: Layout): Graph & { fed: Feeds[] } {
  const axes = (length: number | string) => (cache === 'bshd' ? [1, length, HEADS, DIM] : [1, HEADS, length, DIM])
  const names = [0, 1].flatMap((layer) => [`${layer}.key`, `${layer}.value`])
  const port = (name: string, dims: (number | string)[]): Port => ({ name, type: 'float32', dims })
  const fed: Feeds[] = []
  const index = (length: number, position: number, head: number) =>
    (cache === 'bshd' ? position * HEADS + head : head * length + position) * DIM
  return {
    file: 'counter.onnx',
    fed,
    inputs: [
      port('input_ids', [1, 'S']),
      ...extras.map((name) => port(name, [1, 'S'])),
      ...names.map((name) => port(`past_key_values.${name}`, axes('P'))),
    ],
    outputs: [port('logits', [1, VOCABULARY]), ...names.map((name) => port(`present.${name}`, axes('S')))],
    async run(feeds) {
      fed.push(feeds)
      const ids = [...feeds.input_ids!.data].map(Number)
      const past = feeds['past_key_values.1.value'] as { data: Float32Array; dims: readonly number[] }
      const before = past.dims[cache === 'bshd' ? 1 : 2]!
      expect(past.data.length).toBe(before * HEADS * DIM)
      const history: number[] = []
      for (let position = 0; position < before; position++) {
        for (let head = 0; head < HEADS; head++) {
          const at = index(before, position, head)
          expect([...past.data.subarray(at + 1, at + 3)]).toEqual([position, head])
          if (head === 0) history.push(past.data[at]!)
        }
      }
      const from = present === 'all' ? 0 : before
      const all = [...history, ...ids]
      const length = all.length - from
      const data = new Float32Array(length * HEADS * DIM)
      for (let position = from; position < all.length; position++) {
        for (let head = 0; head < HEADS; head++) {
          data.set([all[position]!, position, head], index(length, position - from, head))
        }
      }
      const rows = logits === 'every' ? ids.length : 1
      const scores = new Float32Array(rows * VOCABULARY)
      for (let row = 0; row < rows; row++) {
        for (const id of all.slice(0, all.length - (rows - 1 - row))) scores[row * VOCABULARY + id]! += 1
      }
      const outputs = names.map(
        (name) => [`present.${name}`, { data: data.slice(), dims: axes(length) as number[] }] as const,
      )
      return {
        logits: { data: scores, dims: logits === 'every' ? [1, rows, VOCABULARY] : [1, VOCABULARY] },
        ...Object.fromEntries(outputs),
      }
    },
  }
}

const layouts: [string, Layout][] = [
  ['bshd, new positions only', { cache: 'bshd', present: 'new', logits: 'last', extras: ['position_ids'] }],
  ['bshd, everything back', { cache: 'bshd', present: 'all', logits: 'last', extras: [] }],
  [
    'bhsd as Hugging Face exports it',
    { cache: 'bhsd', present: 'all', logits: 'every', extras: ['attention_mask', 'position_ids'] },
  ],
  ['bhsd, new positions only', { cache: 'bhsd', present: 'new', logits: 'last', extras: ['attention_mask'] }],
]

describe.each(layouts)('%s', (_, layout) => {
  test('feeding token by token remembers everything in place', async () => {
    const decoder = openDecoder(counter(layout), { ...config, cache: layout.cache }, 16)
    expect([...(await decoder.feed([1, 2, 2]))]).toEqual([0, 1, 2, 0, 0, 0, 0, 0])
    await decoder.feed([3])
    expect([...(await decoder.feed([7]))]).toEqual([0, 1, 2, 1, 0, 0, 0, 1])
    expect(decoder.length).toBe(5)
  })

  test('after a rewind the prefix is still there and the rest is not', async () => {
    const graph = counter(layout)
    const decoder = openDecoder(graph, { ...config, cache: layout.cache }, 16)
    await decoder.feed([1, 2])
    decoder.keep()
    await decoder.feed([3])
    await decoder.feed([4])
    decoder.rewind()
    expect([...(await decoder.feed([5]))]).toEqual([0, 1, 1, 0, 0, 1, 0, 0])
    expect(graph.fed).toHaveLength(4)
  })

  test('a graph gets the inputs it asks for and no other', async () => {
    const graph = counter(layout)
    const decoder = openDecoder(graph, { ...config, cache: layout.cache }, 16)
    await decoder.feed([1, 2])
    await decoder.feed([3])
    const { position_ids, attention_mask } = graph.fed[1]!
    if (layout.extras.includes('position_ids')) expect([...position_ids!.data]).toEqual([2n])
    else expect(position_ids).toBeUndefined()
    if (layout.extras.includes('attention_mask')) expect([...attention_mask!.data]).toEqual([1n, 1n, 1n])
    else expect(attention_mask).toBeUndefined()
  })
})

test('the past of bshd is a view of one buffer, never a copy', async () => {
  const graph = counter(layouts[0]![1])
  const decoder = openDecoder(graph, config, 16)
  for (let id = 0; id < 4; id++) await decoder.feed([id])
  const buffers = new Set(graph.fed.map((feeds) => feeds['past_key_values.0.key']!.data.buffer))
  expect(buffers.size).toBe(1)
})

test('a graph that is no text model is refused with the reason', () => {
  const graph = counter(layouts[0]![1])
  expect(() => openDecoder(graph, { ...config, layers: 3 }, 16)).toThrow(/past_key_values\.2\.key.*3 layers/)
  const odd = { ...graph, inputs: [...graph.inputs, { name: 'use_cache_branch', type: 'bool', dims: [1] }] }
  expect(() => openDecoder(odd, config, 16)).toThrow(/use_cache_branch/)
})
