import type { Graph, Port } from '../onnx/graph.ts'
import { type Feeds, float32, int64, type Tensor } from '../onnx/tensor.ts'
import type { Model } from '../samplers/adapters.ts'
import { mix } from '../samplers/sampler.ts'
import type { LatentShape } from './diffusion-latents.ts'
import type { DiffusionPackage, DiffusionRecipe } from './diffusion-request.ts'
import type { Conditions } from './diffusion-text.ts'

/**
 * The denoiser graph with classifier-free guidance (Ho and Salimans 2022): free + g · (told − free), both in one run.
 * Guidance 1 needs no free branch and is half the work. The free branch gets the negative prompt; the reference too if that
 * says anything, so that the branches differ by the words alone (a reference outweighs what is not wanted), else none. A
 * package may leave it out of its last, nearly clean steps (Kynkäänniemi et al. 2024, "guidance in a limited interval").
 */
export async function guided(
  pkg: DiffusionPackage,
  { guidance }: DiffusionRecipe,
  { prompt, negative, negativeTokens }: Conditions,
  reference: Float32Array | undefined,
  shape: LatentShape,
): Promise<Model> {
  const graph = await pkg.graph('denoiser')
  const told: Branch = { words: prompt, reference }
  const only = predictor(graph, shape, [told])
  if (guidance === 1 || !negative) return async (x, timestep) => (await only(x, timestep))[0]!

  const none = reference && new Float32Array(reference.length)
  const free: Branch = { words: negative, reference: negativeTokens.length > 0 ? reference : none }
  const { guidanceAbove = 0 } = pkg.manifest.config.defaults
  const both = takes(graph, 2) ? predictor(graph, shape, [told, free]) : inTurn(only, predictor(graph, shape, [free]))
  return async (x, timestep) => {
    if (timestep <= guidanceAbove * TIMESTEPS) return (await only(x, timestep))[0]!
    const [yes, no] = await both(x, timestep)
    return mix(guidance, yes!, 1 - guidance, no!)
  }
}

/** Every kind of model counts to it. */
const TIMESTEPS = 1000

interface Branch {
  words: Tensor
  reference: Float32Array | undefined
}

/** x and timestep → what each branch predicts. */
type Predictor = (x: Float32Array, timestep: number) => Promise<Float32Array[]>

function inTurn(first: Predictor, second: Predictor): Predictor {
  return async (x, timestep) => [...(await first(x, timestep)), ...(await second(x, timestep))]
}

/** Words and reference stay the same from step to step: they are laid out once, only x and timestep are filled in. */
function predictor(
  graph: Graph,
  { channels, height, width, size }: LatentShape,
  branches: readonly Branch[],
): Predictor {
  const batch = branches.length
  const port = graph.inputs.find(({ name }) => name === 'timestep')!
  const words = branches.map((branch) => branch.words)
  const references = branches.flatMap((branch) => branch.reference ?? [])
  const sample = new Float32Array(batch * size)
  const feeds: Feeds = {
    sample: float32(sample, [batch, channels, height, width]),
    encoder_hidden_states: float32(joined(words.map(({ data }) => data as Float32Array)), [
      batch,
      ...words[0]!.dims.slice(1),
    ]),
    ...(references.length > 0 ? { reference: float32(joined(references), [batch, channels + 1, height, width]) } : {}),
  }
  return async (x, timestep) => {
    for (let at = 0; at < batch; at++) sample.set(x, at * size)
    const { out_sample: out } = await graph.run({ ...feeds, timestep: time(port, timestep, batch) })
    return branches.map((_, at) => out!.data.subarray(at * size, (at + 1) * size))
  }
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
