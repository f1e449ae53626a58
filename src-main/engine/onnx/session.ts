import { availableParallelism } from 'node:os'
import type * as OnnxRuntime from 'onnxruntime-node'
import { StudioError } from '#shared/errors.ts'
import { checkFeeds, describe } from './check.ts'
import type { Graph, Port } from './graph.ts'
import { onnxRuntime } from './runtime.ts'
import type { Feeds, Tensor } from './tensor.ts'

/** Adds up the bare `session.run` time, so that what the pipelines add to it can be told. */
export interface Meter {
  seconds: number
  runs: number
}

export interface OpenGraph extends Graph {
  /** Frees the native session; safe to call twice. */
  close(): Promise<void>
}

export interface OpenOptions {
  /** `cpu`, or an execution provider. What the provider cannot run falls back to the CPU inside ONNX Runtime. */
  device: string
  /** Threads of one run; left out: all cores. */
  threads?: number
  meter?: Meter
  /**
   * Other graphs run between two runs of this one. A session's threads otherwise wait for its next run by spinning, and
   * take the cores from the graph that runs meanwhile: on two cores a first step took twice its time.
   */
  takesTurns?: boolean
  /** Only these outputs are copied out of the runtime; left out: all. */
  outputs?: readonly string[]
}

/**
 * Opens the ONNX file at an absolute path. Blocks this process while it loads and runs (ONNX Runtime's Node binding
 * is synchronous), so only workers call it.
 */
export async function openGraph(file: string, options: OpenOptions): Promise<OpenGraph> {
  const { device, threads = availableParallelism(), takesTurns = false, meter } = options
  const ort = onnxRuntime()
  const session = await create(file, { device, threads, takesTurns })
  const inputs = session.inputMetadata.map(port)
  const outputs = session.outputMetadata.map(port)
  const wanted = outputs.filter(({ name }) => options.outputs?.includes(name) ?? true)
  const fetched = wanted.map(({ name }) => name)
  let open = true
  return {
    file,
    inputs,
    outputs,
    async run(feeds) {
      if (!open) throw new StudioError({ code: 'internal', message: 'this graph is closed', where: { file } })
      checkFeeds(file, inputs, feeds)
      const tensors: Record<string, OnnxRuntime.Tensor> = {}
      for (const { name, type } of inputs) tensors[name] = toTensor(ort, type, feeds[name]!)
      const started = performance.now()
      const results = await session
        .run(tensors, fetched)
        .catch((thrown) => Promise.reject(runFailure(file, feeds, thrown)))
      if (meter) {
        meter.seconds += (performance.now() - started) / 1000
        meter.runs++
      }
      const outcome: Awaited<ReturnType<Graph['run']>> = {}
      for (const output of wanted) outcome[output.name] = floats(file, output, results[output.name])
      return outcome
    },
    async close() {
      if (!open) return
      open = false
      await session.release()
    },
  }
}

async function create(
  file: string,
  { device, threads, takesTurns }: Required<Pick<OpenOptions, 'device' | 'threads' | 'takesTurns'>>,
): Promise<OnnxRuntime.InferenceSession> {
  try {
    return await onnxRuntime().InferenceSession.create(file, {
      executionProviders: [device],
      graphOptimizationLevel: 'all',
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      ...(takesTurns ? { extra: { session: { force_spinning_stop: '1' } } } : {}),
      logSeverityLevel: 4,
    })
  } catch (thrown) {
    const reason = firstLine(thrown)
    if (isMemory(reason)) throw outOfMemory(file, reason, thrown)
    throw new StudioError(
      {
        code: 'invalid-model',
        message: `ONNX Runtime cannot open it on ${device}: ${reason}`,
        where: { file },
        remedy: 'Check the package with `broadside models verify`, or choose another device.',
      },
      { cause: thrown },
    )
  }
}

function port(value: OnnxRuntime.InferenceSession.ValueMetadata): Port {
  if (!value.isTensor) return { name: value.name, type: 'not a tensor', dims: [] }
  const dims = value.shape.map((dim, axis) => (typeof dim === 'number' ? dim : dim === '' ? `d${axis}` : dim))
  return { name: value.name, type: value.type, dims }
}

/** Older exports take ids as int32; everything else goes in as it is. */
function toTensor(ort: typeof OnnxRuntime, type: string, { type: given, data, dims }: Tensor): OnnxRuntime.Tensor {
  return type === 'int32' && given === 'int64'
    ? new ort.Tensor('int32', Int32Array.from(data, Number), dims)
    : new ort.Tensor(given, data, dims)
}

function floats(file: string, output: Port, tensor: OnnxRuntime.Tensor | undefined) {
  if (tensor?.type !== 'float32') {
    throw new StudioError({
      code: 'invalid-model',
      message: `output ${describe(output)} should be float32`,
      where: { file, field: output.name },
      remedy: 'Export the model with float32 inputs and outputs; its weights may stay float16.',
    })
  }
  return { data: tensor.data as Float32Array, dims: tensor.dims }
}

function runFailure(file: string, feeds: Feeds, thrown: unknown): StudioError {
  const reason = firstLine(thrown)
  if (isMemory(reason)) return outOfMemory(file, reason, thrown)
  const given = Object.entries(feeds).map(([name, { dims }]) => `${name} [${dims.join(', ')}]`)
  return new StudioError(
    { code: 'invalid-model', message: `the graph failed on ${given.join(', ')}: ${reason}`, where: { file } },
    { cause: thrown },
  )
}

function outOfMemory(file: string, reason: string, cause: unknown): StudioError {
  return new StudioError(
    { code: 'out-of-memory', message: reason, where: { file }, remedy: 'Make it smaller, or close other programs.' },
    { cause },
  )
}

const isMemory = (reason: string) => /bad_alloc|out of memory|failed to allocate|cannot allocate/i.test(reason)

/** ONNX Runtime's messages without C++ source places, repeated paths and everything after the first line. */
export function firstLine(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown)
  const line = text
    .split('\n', 1)[0]!
    .replace(/^(?:Load model from .*? failed:)+/, '')
    .replace(/^\S*onnxruntime_src\S* .*? was false\. /, '')
    .replace(/Non-zero status code returned while running /, '')
  return (line.length > 400 ? `${line.slice(0, 399)}…` : line) || 'no reason given'
}
