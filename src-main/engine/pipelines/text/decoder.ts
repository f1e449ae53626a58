import { StudioError } from '#shared/errors.ts'
import type { PackageOf } from '#shared/models/manifest.ts'
import type { Graph, Port } from '../../onnx/graph.ts'
import { type Feeds, float32, int64, type Tensor } from '../../onnx/tensor.ts'

type TextConfig = PackageOf<'text'>['config']

/** A language model with its memory: what was fed stays fed until it is rewound. */
export interface Decoder {
  /** Tokens fed so far. */
  readonly length: number
  /** Feed tokens at the end; gives the logits [V] of what comes next. They may be changed in place. */
  feed(ids: readonly number[]): Promise<Float32Array>
  /** Remember this place: the end of what all lines share. */
  keep(): void
  /** Forget everything since `keep`. */
  rewind(): void
}

/**
 * Bind a graph by the names of its inputs and outputs. `capacity`: the most tokens that will be fed, so that the cache
 * is allocated once.
 */
export function openDecoder(graph: Graph, config: TextConfig, capacity: number): Decoder {
  const inputs = new Map(graph.inputs.map((port) => [port.name, port]))
  const known = /^(input_ids|attention_mask|position_ids|past_key_values\.\d+\.(key|value))$/
  const unknown = graph.inputs.find((port) => !known.test(port.name))
  if (unknown) throw misfit(graph, `it asks for "${unknown.name}", which no text model here has`)
  if (!inputs.has('input_ids')) throw misfit(graph, 'it has no input "input_ids"')

  const lanes: Lane[] = []
  for (let layer = 0; layer < config.layers; layer++) {
    for (const part of ['key', 'value']) {
      const past = `past_key_values.${layer}.${part}`
      const present = `present.${layer}.${part}`
      const port = inputs.get(past)
      if (!port) throw misfit(graph, `it has no input "${past}", and model.json says ${config.layers} layers`)
      if (!graph.outputs.some((output) => output.name === present)) throw misfit(graph, `it has no output "${present}"`)
      lanes.push(
        config.cache === 'bshd' ? growing(past, present, port, config, capacity) : handed(past, present, port, config),
      )
    }
  }

  const ones = inputs.has('attention_mask') ? new BigInt64Array(capacity).fill(1n) : undefined
  const placed = inputs.has('position_ids')
  // The same object for every token: only what grows is filled in anew.
  const feeds: Feeds = {}
  for (const lane of lanes) feeds[lane.past] = lane.tensor
  let length = 0
  let kept = 0
  return {
    get length() {
      return length
    },
    async feed(ids) {
      const total = length + ids.length
      const dims = [1, ids.length]
      feeds.input_ids = int64(ids, dims)
      if (placed) feeds.position_ids = counting(length, ids.length, dims)
      if (ones) feeds.attention_mask = { type: 'int64', data: ones.subarray(0, total), dims: [1, total] }
      for (const lane of lanes) lane.reach(length)
      const outputs = await graph.run(feeds)
      for (const lane of lanes) lane.append(outputs[lane.present]!, length, ids.length)
      length = total
      const logits = outputs.logits
      if (!logits) throw misfit(graph, 'it gives no "logits"')
      // [1,V] of the last position, or [1,S,V] of all.
      return logits.data.subarray(logits.data.length - logits.dims.at(-1)!)
    },
    keep() {
      kept = length
      for (const lane of lanes) lane.keep()
    },
    rewind() {
      length = kept
      for (const lane of lanes) lane.rewind()
    },
  }
}

/** `first`, `first + 1` … */
function counting(first: number, count: number, dims: readonly number[]): Tensor {
  const data = new BigInt64Array(count)
  for (let at = 0; at < count; at++) data[at] = BigInt(first + at)
  return { type: 'int64', data, dims }
}

/** The keys or values of one layer. */
interface Lane {
  past: string
  present: string
  /** What the graph is fed. */
  tensor: Tensor
  /** Let the tensor show so many positions. */
  reach(length: number): void
  append(present: { data: Float32Array; dims: readonly number[] }, length: number, added: number): void
  keep(): void
  rewind(): void
}

/** Heads and head size as the graph says, where it does: grouped attention keeps fewer heads than it asks with. */
function shape(port: Port, heads: number, config: TextConfig): { heads: number; dim: number } {
  const at = (axis: number, otherwise: number) => {
    const dim = port.dims[axis]
    return typeof dim === 'number' && dim > 0 ? dim : otherwise
  }
  return { heads: at(heads, config.heads), dim: at(3, config.headDim) }
}

/** [1,P,heads,dim]: time is the outer axis, so the past is the front of one buffer and the present goes behind it. */
function growing(past: string, present: string, port: Port, config: TextConfig, capacity: number): Lane {
  const { heads, dim } = shape(port, 2, config)
  const row = heads * dim
  const buffer = new Float32Array(capacity * row)
  const tensor = float32(buffer, [1, capacity, heads, dim])
  return {
    past,
    present,
    tensor,
    reach(length) {
      tensor.data = buffer.subarray(0, length * row)
      tensor.dims = [1, length, heads, dim]
    },
    append({ data }, length, added) {
      // Only the new positions; a graph that gives all has them at the end.
      buffer.set(data.length > added * row ? data.subarray(data.length - added * row) : data, length * row)
    },
    keep() {}, // what comes later is written behind it
    rewind() {},
  }
}

/**
 * [1,heads,P,dim], as Hugging Face exports it: the graph usually gives past and present in one, and that is the next
 * past as it is. One that gives only the present has to be joined head by head.
 */
function handed(past: string, present: string, port: Port, config: TextConfig): Lane {
  const { heads, dim } = shape(port, 1, config)
  const empty = new Float32Array(0)
  let all: Float32Array = empty
  let kept: Float32Array = empty
  const tensor = float32(empty, [1, heads, 0, dim])
  return {
    past,
    present,
    tensor,
    reach(length) {
      tensor.data = all
      tensor.dims = [1, heads, length, dim]
    },
    append({ data, dims }, length, added) {
      all = dims[2] === length + added ? data : join(all, data, heads, length * dim, added * dim)
    },
    keep() {
      kept = all
    },
    rewind() {
      all = kept
    },
  }
}

function join(past: Float32Array, present: Float32Array, heads: number, before: number, added: number): Float32Array {
  const all = new Float32Array(heads * (before + added))
  for (let head = 0; head < heads; head++) {
    all.set(past.subarray(head * before, (head + 1) * before), head * (before + added))
    all.set(present.subarray(head * added, (head + 1) * added), head * (before + added) + before)
  }
  return all
}

function misfit(graph: Graph, why: string): StudioError {
  return new StudioError({
    code: 'invalid-model',
    message: `this graph is no text model the studio can run: ${why}`,
    where: { file: graph.file },
    remedy: 'Export it with a key-value cache (optimum: text-generation-with-past), then add it again.',
  })
}
