import type { OpenGraph } from '../onnx/session.ts'
import { float32 } from '../onnx/tensor.ts'
import { type BareGraph, graphFiles } from './bare-graph.ts'
import { cannotImport, described, type Plan, type Source } from './plan.ts'

const SIDE = 128

/** Encoder and decoder of one VAE: latent size and value range are measured by a round trip of a known picture. */
export async function vaePair(source: Source, opened: readonly BareGraph[]): Promise<Plan> {
  const [encoder, decoder] = [...opened].sort((a) => (/encoder/i.test(a.name) ? -1 : 1)) as [BareGraph, BareGraph]
  const [zeroToOne, minusToOne] = [
    await roundTrip(encoder, decoder, [0, 1]),
    await roundTrip(encoder, decoder, [-1, 1]),
  ]
  const best = zeroToOne.error <= minusToOne.error ? zeroToOne : minusToOne
  const { channels, downscale, range } = best
  const names = (graph: OpenGraph, input: string, output: string) => ({
    [input]: graph.inputs[0]!.name,
    [output]: graph.outputs[0]!.name,
  })
  const bindings = {
    encoder: names(encoder.graph, 'image', 'latent'),
    decoder: names(decoder.graph, 'latent', 'image'),
  }
  const own = Object.values(bindings).some((map) => Object.entries(map).some(([contract, name]) => contract !== name))
  const from = encoder.name.replace(/[-_. ]?encoder/i, '').replace(/\.onnx$/i, '')
  return {
    manifest: {
      ...described(
        source,
        from === '' ? 'vae' : from,
        `Encodes pictures to ${channels} channels at 1/${downscale} of their size and back.`,
      ),
      family: 'vae',
      ...(own ? { bindings } : {}),
      config: {
        sessions: { encoder: 'encoder.onnx', decoder: 'decoder.onnx' },
        range,
        latent: { channels, downscale, prior: false },
        size: { default: [256, 256], min: Math.max(64, downscale), max: 2048, multiple: downscale },
      },
    },
    files: [...graphFiles(encoder, 'encoder.onnx'), ...graphFiles(decoder, 'decoder.onnx')],
  }
}

async function roundTrip(encoder: BareGraph, decoder: BareGraph, range: [number, number]) {
  const picture = testPicture(range)
  const there = await encoder.graph.run({ [encoder.graph.inputs[0]!.name]: float32(picture, [1, 3, SIDE, SIDE]) })
  const latent = there[encoder.graph.outputs[0]!.name]!
  const back = await decoder.graph.run({ [decoder.graph.inputs[0]!.name]: float32(latent.data, latent.dims) })
  const image = back[decoder.graph.outputs[0]!.name]!
  const [, channels, rows, columns] = latent.dims
  const downscale = SIDE / (rows ?? Number.NaN)
  if (
    latent.dims.length !== 4 ||
    rows !== columns ||
    !Number.isInteger(downscale) ||
    image.data.length !== picture.length
  ) {
    throw cannotImport(
      encoder.file,
      `makes [${latent.dims.join(', ')}] from ${SIDE}×${SIDE} px, and the decoder [${image.dims.join(', ')}] from that: no pair`,
    )
  }
  // In units of the range, so that the two ranges compare.
  const span = range[1] - range[0]
  const error = picture.reduce((sum, value, at) => sum + ((value - image.data[at]!) / span) ** 2, 0) / picture.length
  return { error, channels: channels!, downscale, range }
}

/** Soft colours and an edge, with white paper: the kind of picture that every VAE has seen. */
function testPicture([black, white]: [number, number]): Float32Array {
  const area = SIDE * SIDE
  const planes = new Float32Array(3 * area)
  for (let pixel = 0; pixel < area; pixel++) {
    const [x, y] = [(pixel % SIDE) / SIDE, Math.floor(pixel / SIDE) / SIDE]
    const inside = Math.hypot(x - 0.5, y - 0.5) < 0.3
    const colour = inside ? [0.9, 0.3 + 0.3 * y, 0.2] : [0.95 - 0.4 * x, 0.95 - 0.2 * y, 0.9]
    for (let channel = 0; channel < 3; channel++)
      planes[channel * area + pixel] = black + (white - black) * colour[channel]!
  }
  return planes
}
