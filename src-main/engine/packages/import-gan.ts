import { readFile } from 'node:fs/promises'
import { Generator } from '../noise/generator.ts'
import { float32 } from '../onnx/tensor.ts'
import { type BareGraph, channels, graphFiles } from './bare-graph.ts'
import { floats, input, ints, node, onnxModel, output, withFront } from './onnx-write.ts'
import { cannotImport, described, type Plan, type Source } from './plan.ts'

/** The input that a generator gets in front of its own: one style per picture. */
const STYLE = 'broadside.style'

/**
 * A generator from one random vector to a picture, such as a DCGAN's. It becomes a style GAN with one style: its vector
 * is the style, their mean is zero, and truncation shrinks the vector.
 */
export async function ganGenerator(source: Source, bare: BareGraph): Promise<Plan | undefined> {
  const { graph, file, name } = bare
  const [noise, image] = [graph.inputs[0], graph.outputs[0]]
  const latent = noise?.dims[1]
  const vector = noise?.dims.length === 2 || (noise?.dims.length === 4 && noise.dims[2] === 1 && noise.dims[3] === 1)
  if (!noise || !image || !vector || typeof latent !== 'number' || image.dims.length !== 4) return undefined
  if ((channels(image) ?? 3) !== 3) return undefined
  if (graph.inputs.length > 1) {
    throw cannotImport(
      file,
      `also asks for ${graph.inputs
        .slice(1)
        .map((port) => port.name)
        .join(', ')}`,
      'Export the generator with its random vector as the only input.',
    )
  }
  const ownDims = [1, latent, ...noise.dims.slice(2).map(() => 1)]
  const results = await graph.run({ [noise.name]: float32(new Generator(1).randn(latent), ownDims) })
  const { data, dims } = results[image.name]!
  const [, depth, height, width] = dims as [number, number, number, number]
  if (depth !== 3) return undefined
  if (data.every((value) => value >= 0)) {
    throw cannotImport(
      file,
      'gives pictures in 0…1, and a generator should give −1…1',
      'Export it with tanh as the last step.',
    )
  }

  const own = await readFile(file)
  const synthesis = withFront(own, noise.name, [
    node({ op: 'Reshape', inputs: [STYLE, `${STYLE}.shape`], output: noise.name }),
    ints(`${STYLE}.shape`, [-1, ...ownDims.slice(1)]),
    input(STYLE, ['batch', 1, latent]),
  ])
  const title = name.replace(/\.onnx$/i, '')
  const [, ...weights] = graphFiles(bare, 'synthesis.onnx')
  return {
    manifest: {
      ...described(source, title, 'Makes pictures from random vectors.'),
      family: 'gan',
      bindings: { synthesis: { w: STYLE, image: image.name } },
      config: {
        sessions: { mapping: 'mapping.onnx', synthesis: 'synthesis.onnx' },
        latent,
        styles: 1,
        classes: [title.slice(0, 120)],
        size: [width, height],
        seamless: false,
        defaults: { truncation: 1 },
      },
    },
    files: [
      { from: file, bytes: synthesis, to: 'synthesis.onnx' },
      { from: file, bytes: straightThrough(latent), to: 'mapping.onnx' },
      ...weights,
    ],
  }
}

/** z → w = z, w_mean = 0·z; there is one class, so the label says nothing. */
function straightThrough(latent: number): Uint8Array {
  return onnxModel([
    node({ op: 'Identity', inputs: ['z'], output: 'w' }),
    node({ op: 'Mul', inputs: ['z', 'nothing'], output: 'w_mean' }),
    [2, 'mapping'],
    floats('nothing', [1], Float32Array.of(0)),
    input('z', ['b', latent]),
    input('label', ['b', 1]),
    output('w', ['b', latent]),
    output('w_mean', ['b', latent]),
  ])
}
