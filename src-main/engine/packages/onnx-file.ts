import { lstat, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { PbfReader } from 'pbf'
import { StudioError, toStudioError } from '#shared/errors.ts'
import { EXTERNAL_DATA, plainFile } from './read.ts'

/** What was learned about an ONNX file without giving it to the runtime. */
export interface OnnxSummary {
  /** Files beside it that hold weights. */
  external: string[]
  nodes: number
  /** Weights of its ungrouped 2-D convolutions: [out, in, height, width]. */
  convolutions: number[][]
}

/** A protobuf message cannot be larger; larger models keep their weights outside. */
const MAX_FILE_BYTES = 2 ** 31 - 1
/** One tensor of 8 GiB: more than any single weight of the models this studio can run. */
const MAX_TENSOR_BYTES = 8 * 2 ** 30
const MAX_NODES = 200_000
/** Thousands of functions that call each other end ONNX Runtime's process; exporters write a few dozen. */
const MAX_FUNCTIONS = 256
const MAX_DEPTH = 16

/** Operator sets that are part of ONNX Runtime itself. Everything else would need a library of code. */
const DOMAINS = new Set(['', 'ai.onnx', 'ai.onnx.ml', 'com.microsoft', 'com.microsoft.nchwc', 'com.ms.internal.nhwc'])

/** Bits of one element by TensorProto.DataType; strings (8) are counted as a byte at least. */
const BITS: Record<number, number> = {
  ...{ 1: 32, 2: 8, 3: 8, 4: 16, 5: 16, 6: 32, 7: 64, 8: 8, 9: 8, 10: 16, 11: 64, 12: 32, 13: 64, 14: 64, 15: 128 },
  ...{ 16: 16, 17: 8, 18: 8, 19: 8, 20: 8, 21: 4, 22: 4, 23: 4, 24: 8 },
}

/**
 * Reads an ONNX file far enough to refuse what a hostile one would do to the runtime: code in custom operators, weights
 * outside its folder, sizes that its bytes do not back up, endless nesting. What passes is still only opened in a
 * worker, which may be killed. Throws `invalid-model` with the file and the reason.
 */
export async function checkOnnx(file: string): Promise<OnnxSummary> {
  const { size } = await lstat(file).catch((thrown) => Promise.reject(toStudioError(thrown, { file })))
  if (size > MAX_FILE_BYTES) throw refusal(file, 'is larger than 2 GiB', 'Save its weights as external data.')
  const reader = new PbfReader(await readFile(file))
  const found: Found = {
    nodes: 0,
    functions: 0,
    graph: false,
    domains: new Set(),
    own: new Set(),
    external: [],
    shapes: new Map(),
    same: new Map(),
    weights: [],
  }
  try {
    each(reader, reader.length, (tag) => model(reader, tag, found))
  } catch (thrown) {
    if (thrown instanceof Refusal) throw refusal(file, thrown.message, thrown.remedy)
    throw refusal(file, 'is not an ONNX file: its protobuf cannot be read', 'Export the model again.')
  }
  if (!found.graph) throw refusal(file, 'is not an ONNX file: it holds no graph', 'Export the model again.')
  const foreign = [...found.domains].filter((domain) => !DOMAINS.has(domain) && !found.own.has(domain))
  if (foreign.length > 0) {
    throw refusal(
      file,
      `uses custom operators (${foreign.slice(0, 4).join(', ')}), which need a library of code`,
      'Export it with standard operators only.',
    )
  }
  await checkExternal(file, found.external)
  return {
    external: [...new Set(found.external.map(({ location }) => location))],
    nodes: found.nodes,
    convolutions: found.weights.flatMap((name) => {
      const shape = found.shapes.get(found.same.get(name) ?? name)
      return shape?.length === 4 ? [shape] : []
    }),
  }
}

interface Found {
  nodes: number
  functions: number
  graph: boolean
  /** Operator sets that nodes call. */
  domains: Set<string>
  /** Operator sets that the file's own functions define. */
  own: Set<string>
  external: External[]
  /** Dims of every named constant. */
  shapes: Map<string, number[]>
  /** Values that are another value in another type: weights stored as float16 pass through a Cast. */
  same: Map<string, string>
  /** Second inputs of ungrouped convolutions. */
  weights: string[]
}
interface External {
  location: string
  offset: number
  length: number
}

class Refusal extends Error {
  readonly remedy: string | undefined
  constructor(message: string, remedy?: string) {
    super(message)
    this.remedy = remedy
  }
}

function refusal(file: string, problem: string, remedy?: string): StudioError {
  const name = file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1)
  return new StudioError({
    code: 'invalid-model',
    message: `${name} ${problem}`,
    where: { file },
    ...(remedy ? { remedy } : {}),
  })
}

// ── the parts of onnx.proto3 that matter here; the numbers are its field numbers ──

function model(reader: PbfReader, tag: number, found: Found): void {
  if (tag === 7) {
    found.graph = true
    message(reader, (inner) => graph(reader, inner, found, 0))
  } else if (tag === 25) {
    if (++found.functions > MAX_FUNCTIONS) throw new Refusal(`defines more than ${MAX_FUNCTIONS} functions`)
    message(reader, (inner) => {
      if (inner === 10) found.own.add(reader.readString())
      else if (inner === 7) node(reader, found, 0)
    })
  }
}

function graph(reader: PbfReader, tag: number, found: Found, depth: number): void {
  if (depth > MAX_DEPTH) throw new Refusal(`nests graphs more than ${MAX_DEPTH} deep`)
  if (tag === 1) {
    if (++found.nodes > MAX_NODES) throw new Refusal(`has more than ${MAX_NODES} nodes`)
    node(reader, found, depth)
  } else if (tag === 5) tensor(reader, found)
  else if (tag === 15) message(reader, (inner) => (inner === 1 || inner === 2) && tensor(reader, found))
}

function node(reader: PbfReader, found: Found, depth: number): void {
  const inputs: string[] = []
  let output = ''
  let op = ''
  let group = 1
  message(reader, (tag) => {
    if (tag === 1) inputs.push(reader.readString())
    else if (tag === 2) output = reader.readString()
    else if (tag === 4) op = reader.readString()
    else if (tag === 7) found.domains.add(reader.readString())
    else if (tag === 5) {
      const { name, number, dims } = attribute(reader, found, depth)
      if (name === 'group') group = number
      if (op === 'Constant' && dims) found.shapes.set(output, dims)
    }
  })
  const [first, weight] = inputs
  if (first !== undefined && PASSES.has(op)) found.same.set(output, found.same.get(first) ?? first)
  if (op === 'Conv' && group === 1 && weight !== undefined) found.weights.push(weight)
}

const PASSES = new Set(['Cast', 'Identity', 'DequantizeLinear'])

function attribute(reader: PbfReader, found: Found, depth: number) {
  let name = ''
  let number = 0
  let dims: number[] | undefined
  message(reader, (tag) => {
    if (tag === 1) name = reader.readString()
    else if (tag === 3) number = reader.readVarint(true)
    else if (tag === 5 || tag === 10) dims = tensor(reader, found)
    else if (tag === 6 || tag === 11) message(reader, (field) => graph(reader, field, found, depth + 1))
  })
  return { name, number, dims }
}

/** Gives its dims. */
function tensor(reader: PbfReader, found: Found): number[] {
  const dims: number[] = []
  let type = 0
  let name = ''
  let outside = false
  let bytes = 0
  const data = new Map<string, string>()
  message(reader, (tag, end) => {
    if (tag === 1) {
      if (reader.type === 2) reader.readPackedVarint(dims, true)
      else dims.push(reader.readVarint(true))
    } else if (tag === 2) type = reader.readVarint()
    else if (tag === 8) name = reader.readString()
    else if (tag === 13) entry(reader, data)
    else if (tag === 14) outside = reader.readVarint() === 1
    else if ((tag >= 4 && tag <= 7) || (tag >= 9 && tag <= 11)) bytes += valueBytes(reader, end)
  })
  const bits = BITS[type]
  if (bits === undefined) throw new Refusal(`has a tensor "${name}" of unknown type ${type}`)
  const count = dims.reduce((product, dim) => (dim < 0 ? Number.NaN : product * dim), 1)
  const size = Math.ceil((count * bits) / 8)
  if (!(size <= MAX_TENSOR_BYTES)) throw new Refusal(`has a tensor "${name}" of impossible size [${dims.join(', ')}]`)
  found.shapes.set(name, dims)
  if (!outside) {
    // Small numbers are stored as varints of one byte at least, so a tensor has at least a byte per value or its size.
    if (bytes < Math.min(size, count)) {
      throw new Refusal(
        `has a tensor "${name}" [${dims.join(', ')}] with only ${bytes} bytes of data`,
        'The file may be cut off.',
      )
    }
    return dims
  }
  const offset = Number(data.get('offset') ?? 0)
  const length = Number(data.get('length') ?? size)
  if (!(offset >= 0) || !(length >= size)) throw new Refusal(`has a tensor "${name}" with an impossible place outside`)
  found.external.push({ location: data.get('location') ?? '', offset, length })
  return dims
}

/** StringStringEntryProto */
function entry(reader: PbfReader, into: Map<string, string>): void {
  let key = ''
  let value = ''
  message(reader, (tag) => {
    if (tag === 1) key = reader.readString()
    else if (tag === 2) value = reader.readString()
  })
  into.set(key, value)
}

/** How many bytes of values a field holds, packed or one by one, without reading them. */
function valueBytes(reader: PbfReader, end: number): number {
  const from = reader.pos
  reader.skip(reader.type)
  if (reader.pos > end) throw new Error('truncated')
  return reader.pos - from
}

function message(reader: PbfReader, visit: (tag: number, end: number) => unknown): void {
  if (reader.type !== 2) throw new Error('expected a message')
  const length = reader.readVarint()
  const end = reader.pos + length
  if (!(end <= reader.length)) throw new Error('truncated')
  each(reader, end, visit)
}

/** Every field up to `end`; what `visit` leaves unread is skipped. Reading past the end is an error. */
function each(reader: PbfReader, end: number, visit: (tag: number, end: number) => unknown): void {
  while (reader.pos < end) {
    const key = reader.readVarint()
    const tag = key >> 3
    if (tag === 0) throw new Error('field 0')
    reader.type = key & 7
    const from = reader.pos
    visit(tag, end)
    if (reader.pos === from) reader.skip(reader.type)
    if (reader.pos > end) throw new Error('truncated')
  }
}

/** Weights outside must be plain files beside the graph, long enough, and not shared with another name. */
async function checkExternal(file: string, external: readonly External[]): Promise<void> {
  const needed = new Map<string, number>()
  for (const { location, offset, length } of external) {
    needed.set(location, Math.max(needed.get(location) ?? 0, offset + length))
  }
  for (const [location, bytes] of needed) {
    if (!EXTERNAL_DATA.test(location)) {
      throw refusal(
        file,
        `keeps weights in "${location.slice(0, 200)}", which is not a plain file name beside it`,
        'Save all its external data in one file, such as model.onnx_data.',
      )
    }
    const path = await plainFile(dirname(file), location).catch((thrown) => {
      const { code, message } = toStudioError(thrown)
      throw refusal(file, code === 'not-found' ? `needs ${location} beside it` : `needs ${location}: ${message}`)
    })
    const { size, nlink } = await lstat(path)
    if (nlink > 1) throw refusal(file, `needs ${location}, which is a hard link`, 'Copy the file.')
    if (size < bytes) throw refusal(file, `needs ${bytes} bytes of ${location}, which has ${size}`)
  }
}
