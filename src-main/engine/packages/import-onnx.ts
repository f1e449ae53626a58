import { basename, dirname, join } from 'node:path'
import type { Port } from '../onnx/graph.ts'
import { openGraph } from '../onnx/session.ts'
import { type BareGraph, channels } from './bare-graph.ts'
import { ganGenerator } from './import-gan.ts'
import { upscaler } from './import-upscaler.ts'
import { vaePair } from './import-vae.ts'
import { checkOnnx } from './onnx-file.ts'
import { cannotImport, type Plan, type Recogniser, type Source } from './plan.ts'
import { plainFile } from './read.ts'

/**
 * A bare .onnx: an upscaler, one half of a VAE (the other half is found beside it by its name) or a GAN generator; a
 * folder when it holds one such model and nothing else.
 */
export const bareOnnx: Recogniser = async (source, signal) => {
  const names = source.folder ? source.names.filter((name) => name.endsWith('.onnx')) : [basename(source.path)]
  if (names.length === 0 || !names[0]!.endsWith('.onnx')) return undefined
  const folder = source.folder ? source.path : dirname(source.path)
  const [first, ...others] = names as [string, ...string[]]
  const other = otherHalf(first)
  const pair = other !== undefined && source.names.includes(other)
  if (others.length > (pair ? 1 : 0)) {
    throw cannotImport(source.path, `holds several models: ${names.slice(0, 8).join(', ')}`, 'Name one of the files.')
  }
  const opened: BareGraph[] = []
  try {
    opened.push(await open(folder, first))
    signal?.throwIfAborted()
    const gan = await ganGenerator(source, opened[0]!)
    if (gan) return withCard(source, folder, gan)
    const half = halfOf(opened[0]!)
    if (half !== undefined) {
      if (!pair) {
        throw cannotImport(
          source.path,
          `is the ${half} of a VAE, and the other half is not beside it`,
          'Put both files in one folder, named …encoder.onnx and …decoder.onnx.',
        )
      }
      opened.push(await open(folder, other))
      return withCard(source, folder, await vaePair(source, opened))
    }
    const plan = await upscaler(source, opened[0]!)
    if (plan) return withCard(source, folder, plan)
    const { inputs, outputs } = opened[0]!.graph
    throw cannotImport(
      source.path,
      `is no upscaler, VAE or GAN generator: it takes ${inputs.map(shape).join(', ')} and gives ${outputs.map(shape).join(', ')}`,
      'Put it in a package with a model.json: see docs/model-packages.md.',
    )
  } finally {
    for (const { graph } of opened) await graph.close()
  }
}

async function open(folder: string, name: string): Promise<BareGraph> {
  const file = await plainFile(folder, name)
  const { external } = await checkOnnx(file)
  return { file, name, graph: await openGraph(file, { device: 'cpu' }), external }
}

/** "taef2-encoder.onnx" ↔ "taef2-decoder.onnx" */
function otherHalf(name: string): string | undefined {
  if (/encoder/i.test(name)) return name.replace(/encoder/i, 'decoder')
  if (/decoder/i.test(name)) return name.replace(/decoder/i, 'encoder')
  return undefined
}

/** By the pictures it takes and gives: pictures have three channels and latents another number. */
function halfOf({ graph, name }: BareGraph): 'encoder' | 'decoder' | undefined {
  const [from, to] = [channels(graph.inputs[0]), channels(graph.outputs[0])]
  if (graph.inputs.length !== 1) return undefined
  if (from === 3 && ((to !== undefined && to !== 3) || /encoder/i.test(name))) return 'encoder'
  if (to === 3 && ((from !== undefined && from !== 3) || /decoder/i.test(name))) return 'decoder'
  return undefined
}

const shape = ({ name, type, dims }: Port) => `${name} ${type}[${dims.join(', ')}]`

/** The licence that lies beside a model is part of it. */
function withCard(source: Source, folder: string, plan: Plan): Plan {
  const stem = basename(plan.files[0]!.from).replace(/[-_.]?(?:encoder|decoder)?\.onnx$/i, '')
  const named = source.names.find((name) => /\.licen[cs]e$/i.test(name) && stem.startsWith(name.replace(/\.\w+$/, '')))
  const name = named ?? source.names.find((name) => /^(?:LICEN[CS]E|COPYING)(?:\.(?:txt|md))?$/i.test(name))
  return name === undefined ? plan : { ...plan, files: [...plan.files, { from: join(folder, name), to: 'LICENSE' }] }
}
