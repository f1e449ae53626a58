import type { Graph, Port } from '../onnx/graph.ts'
import { float32, int64, type Tensor } from '../onnx/tensor.ts'
import type { Model } from '../samplers/adapters.ts'
import { mix } from '../samplers/sampler.ts'
import type { LatentShape } from './diffusion-latents.ts'
import type { DiffusionPackage, DiffusionRecipe } from './diffusion-request.ts'
import type { Conditions } from './diffusion-text.ts'

/**
 * The denoiser graph with classifier-free guidance (Ho and Salimans 2022): free + g · (told − free), both in one run.
 * Guidance 1 needs no free branch and is half the work. The free branch gets the negative prompt and no reference.
 */
export async function guided(
  pkg: DiffusionPackage,
  { guidance }: DiffusionRecipe,
  { prompt, negative }: Conditions,
  reference: Float32Array | undefined,
  shape: LatentShape,
): Promise<Model> {
  const graph = await pkg.graph('denoiser')
  const told: Branch = { words: prompt, reference }
  if (guidance === 1 || !negative)
    return (x, timestep) => predict(graph, shape, x, timestep, [told]).then(([only]) => only!)

  const free: Branch = { words: negative, reference: reference && new Float32Array(reference.length) }
  const together = takes(graph, 2)
  return async (x, timestep) => {
    const [yes, no] = together
      ? await predict(graph, shape, x, timestep, [told, free])
      : [...(await predict(graph, shape, x, timestep, [told])), ...(await predict(graph, shape, x, timestep, [free]))]
    return mix(guidance, yes!, 1 - guidance, no!)
  }
}

interface Branch {
  words: Tensor
  reference: Float32Array | undefined
}

async function predict(
  graph: Graph,
  { channels, height, width, size }: LatentShape,
  x: Float32Array,
  timestep: number,
  branches: readonly Branch[],
): Promise<Float32Array[]> {
  const batch = branches.length
  const words = branches.map((branch) => branch.words)
  const references = branches.flatMap((branch) => branch.reference ?? [])
  const { out_sample: out } = await graph.run({
    sample: float32(joined(branches.map(() => x)), [batch, channels, height, width]),
    timestep: time(graph.inputs.find(({ name }) => name === 'timestep')!, timestep, batch),
    encoder_hidden_states: float32(joined(words.map(({ data }) => data as Float32Array)), [
      batch,
      ...words[0]!.dims.slice(1),
    ]),
    ...(references.length > 0 ? { reference: float32(joined(references), [batch, channels + 1, height, width]) } : {}),
  })
  return branches.map((_, at) => out!.data.subarray(at * size, (at + 1) * size))
}

/** diffusers exports take the timestep as a scalar, as [1] or per picture, as a float or a whole number. */
function time({ type, dims }: Port, timestep: number, batch: number): Tensor {
  const shape = dims.length === 0 ? [] : dims[0] === 1 ? [1] : [batch]
  const values = new Array<number>(shape[0] ?? 1).fill(timestep)
  return type === 'int64' ? int64(values.map(Math.round), shape) : float32(Float32Array.from(values), shape)
}

/** Whether the graph's batch axis is free or of this size. */
function takes(graph: Graph, batch: number): boolean {
  const axis = graph.inputs.find(({ name }) => name === 'sample')?.dims[0]
  return typeof axis === 'string' || axis === batch
}

function joined(parts: readonly Float32Array[]): Float32Array {
  if (parts.length === 1) return parts[0]!
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
