import { PbfReader, PbfWriter } from 'pbf'

/** The few parts of onnx.proto3 that import writes itself, as field numbers and values. */
export type Field = readonly [tag: number, value: string | number | Uint8Array | Field[]]

const OPSET = 13
const IR_VERSION = 8
const [FLOAT, INT64] = [1, 7]

export interface NodeText {
  op: string
  inputs: string[]
  output: string
}

/** A whole ONNX file of a few nodes. */
export function onnxModel(graph: Field[]): Uint8Array {
  return bytesOf([
    [1, IR_VERSION],
    [8, [[2, OPSET]]],
    [7, graph],
  ])
}

export const node = ({ op, inputs, output }: NodeText): Field => [
  1,
  [...inputs.map((name): Field => [1, name]), [2, output], [4, op]],
]

/** A float32 input or output; names are free axes. */
const port = (name: string, dims: readonly (number | string)[]): Field[] => [
  [1, name],
  [
    2,
    [
      [
        1,
        [
          [1, FLOAT],
          [2, dims.map((dim): Field => [1, [typeof dim === 'number' ? [1, dim] : [2, dim]]])],
        ],
      ],
    ],
  ],
]
export const input = (name: string, dims: readonly (number | string)[]): Field => [11, port(name, dims)]
export const output = (name: string, dims: readonly (number | string)[]): Field => [12, port(name, dims)]

/** Constants. */
export const floats = (name: string, dims: readonly number[], values: Float32Array): Field => [
  5,
  [...dims.map((dim): Field => [1, dim]), [2, FLOAT], [8, name], [9, new Uint8Array(values.buffer)]],
]
export const ints = (name: string, values: readonly number[]): Field => [
  5,
  [
    [1, values.length],
    [2, INT64],
    [8, name],
    [9, new Uint8Array(BigInt64Array.from(values, BigInt).buffer)],
  ],
]

/**
 * The same model with other nodes before its first: `added` goes to the front of the graph, and the input called
 * `replaced` is no input any more (one of the added nodes gives it).
 */
export function withFront(model: Uint8Array, replaced: string, added: Field[]): Uint8Array {
  const fields = rawFields(model).map(({ tag, raw, body }) =>
    tag === 7 && body ? message(7, front(body, replaced, added)) : raw,
  )
  return joined(fields)
}

function front(graph: Uint8Array, replaced: string, added: Field[]): Uint8Array {
  const kept = rawFields(graph).filter(({ tag, body }) => tag !== 11 || !body || nameOf(body) !== replaced)
  return joined([bytesOf(added), ...kept.map(({ raw }) => raw)])
}

function nameOf(port: Uint8Array): string | undefined {
  const name = rawFields(port).find(({ tag }) => tag === 1)?.body
  return name && new TextDecoder().decode(name)
}

/** Fields of a message as they stand in its bytes; `body` is what is inside a length-delimited one. */
function rawFields(bytes: Uint8Array): { tag: number; raw: Uint8Array; body: Uint8Array | undefined }[] {
  const reader = new PbfReader(bytes)
  const fields = []
  while (reader.pos < reader.length) {
    const from = reader.pos
    const key = reader.readVarint()
    const inside = (key & 7) === 2 ? reader.readBytes() : undefined
    if (!inside) reader.skip(key & 7)
    fields.push({ tag: key >> 3, raw: bytes.subarray(from, reader.pos), body: inside })
  }
  return fields
}

function bytesOf(fields: readonly Field[]): Uint8Array {
  const parts = fields.map(([tag, value]) => {
    if (typeof value === 'number') {
      const writer = new PbfWriter()
      writer.writeVarintField(tag, value)
      return writer.finish()
    }
    if (typeof value === 'string') return message(tag, new TextEncoder().encode(value))
    return message(tag, value instanceof Uint8Array ? value : bytesOf(value))
  })
  return joined(parts)
}

function message(tag: number, body: Uint8Array): Uint8Array {
  const writer = new PbfWriter()
  writer.writeVarint(tag * 8 + 2)
  writer.writeVarint(body.length)
  return joined([writer.finish(), body])
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
