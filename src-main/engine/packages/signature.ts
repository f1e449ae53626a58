import { StudioError } from '#shared/errors.ts'
import type { Family, ModelPackage } from '#shared/models/manifest.ts'
import type { Graph } from '../onnx/graph.ts'

/** What the graph of a role takes and gives, by name: the tables of docs/model-packages.md. */
export interface Signature {
  inputs: readonly string[]
  /** Inputs that a graph may have; the pipeline fills them when it does. */
  optional?: readonly string[]
  outputs: readonly string[]
}

const SIGNATURES: Record<Exclude<Family, 'upscaler' | 'text'>, Record<string, Signature>> = {
  diffusion: {
    textEncoder: { inputs: ['input_ids'], optional: ['attention_mask'], outputs: ['last_hidden_state'] },
    denoiser: {
      inputs: ['sample', 'timestep', 'encoder_hidden_states'],
      optional: ['reference'],
      outputs: ['out_sample'],
    },
    vaeEncoder: { inputs: ['sample'], outputs: ['latent_sample'] },
    vaeDecoder: { inputs: ['latent_sample'], outputs: ['sample'] },
  },
  gan: {
    mapping: { inputs: ['z', 'label'], outputs: ['w', 'w_mean'] },
    synthesis: { inputs: ['w'], outputs: ['image'] },
  },
  vae: {
    encoder: { inputs: ['image'], outputs: ['latent'] },
    decoder: { inputs: ['latent'], outputs: ['image'] },
  },
}

/** The signature of a role of this package, or undefined when the family has no such role. */
export function signatureOf(manifest: ModelPackage, role: string): Signature | undefined {
  switch (manifest.family) {
    case 'upscaler':
      return { inputs: ['input'], outputs: ['output'] }
    case 'text': {
      const layers = Array.from({ length: manifest.config.layers }, (_, layer) => layer)
      const cache = (kind: string) => layers.flatMap((layer) => [`${kind}.${layer}.key`, `${kind}.${layer}.value`])
      return {
        inputs: ['input_ids', ...cache('past_key_values')],
        optional: ['position_ids', 'attention_mask'],
        outputs: ['logits', ...cache('present')],
      }
    }
    default:
      return SIGNATURES[manifest.family][role]
  }
}

/** Refuses a graph that lacks a name of its role or asks for an input that nobody would fill. */
export function checkSignature(graph: Graph, role: string, signature: Signature): void {
  const inputs = graph.inputs.map(({ name }) => name)
  const outputs = graph.outputs.map(({ name }) => name)
  const fillable = [...signature.inputs, ...(signature.optional ?? [])]
  const problems = [
    ...list(
      'has no input',
      signature.inputs.filter((name) => !inputs.includes(name)),
    ),
    ...list(
      'has no output',
      signature.outputs.filter((name) => !outputs.includes(name)),
    ),
    ...list(
      'asks for unknown input',
      inputs.filter((name) => !fillable.includes(name)),
    ),
    ...list(
      'has a type that cannot be fed or read:',
      [
        ...graph.inputs.filter(({ type }) => !FED.includes(type)),
        ...graph.outputs.filter(({ name, type }) => signature.outputs.includes(name) && type !== 'float32'),
      ].map(({ name, type }) => `${type} of ${name}`),
    ),
  ]
  if (problems.length === 0) return
  throw new StudioError({
    code: 'invalid-model',
    message: `the ${role} graph ${problems.join(', ')}`,
    where: { file: graph.file },
    remedy: `It should take ${some(signature.inputs)} and give ${some(signature.outputs)}, in float32 (ids in int64).`,
  })
}

const list = (problem: string, names: string[]) =>
  names.length > 0 ? [`${problem} ${names.slice(0, 8).join(', ')}`] : []

/** What the engine can put into a graph; float16 inputs fail in ONNX Runtime's binding on Node 24. */
const FED: readonly string[] = ['float32', 'int64', 'int32']

const some = (names: readonly string[]) => `${names.slice(0, 8).join(', ')}${names.length > 8 ? ' …' : ''}`
