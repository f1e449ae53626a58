import { StudioError } from '#shared/errors.ts'
import type { RawPicture } from '#shared/work/picture.ts'
import { float32 } from '../onnx/tensor.ts'
import type { DiffusionConfig, DiffusionPackage } from './diffusion-request.ts'
import { toFloat, toPicture, type ValueRange } from './pixels.ts'

export interface LatentShape {
  channels: number
  height: number
  width: number
  /** Latent cell's side in px. */
  factor: number
  /** Values of one picture's latents. */
  size: number
}

const RANGE: ValueRange = [-1, 1]

export function latentShape({ latent }: DiffusionConfig, picture: { width: number; height: number }): LatentShape {
  const { channels, downscale: factor } = latent
  const [width, height] = [picture.width / factor, picture.height / factor]
  if (!Number.isInteger(width) || !Number.isInteger(height)) {
    throw new StudioError({
      code: 'invalid-model',
      message: `size.multiple must be a multiple of latent.downscale (${factor})`,
      where: { field: 'config.size.multiple' },
    })
  }
  return { channels, height, width, factor, size: channels * height * width }
}

/** Pixels → model latents. */
export async function encode(pkg: DiffusionPackage, picture: RawPicture, shape: LatentShape): Promise<Float32Array> {
  return encodePlanes(pkg, toFloat(picture, RANGE), shape)
}

/** [3, H, W] in −1…1 → model latents: (vae latent − shift) · scalingFactor. */
export async function encodePlanes(
  pkg: DiffusionPackage,
  planes: Float32Array,
  { channels, height, width, factor, size }: LatentShape,
): Promise<Float32Array> {
  const graph = await pkg.graph('vaeEncoder')
  const { latent_sample: latent } = await graph.run({
    sample: float32(planes, [1, 3, height * factor, width * factor]),
  })
  const [, depth, rows, columns] = latent!.dims
  // diffusers exports give mean ‖ log variance: the first half is the mean.
  if (rows !== height || columns !== width || (depth !== channels && depth !== 2 * channels)) {
    throw new StudioError({
      code: 'invalid-model',
      message: `the VAE encoder gave [${latent!.dims.join(', ')}] instead of [1, ${channels}, ${height}, ${width}]`,
      where: { file: graph.file, field: 'config.latent' },
    })
  }
  const { scalingFactor, shift } = pkg.manifest.config.latent
  const latents = latent!.data.subarray(0, size)
  for (let at = 0; at < size; at++) latents[at] = (latents[at]! - shift) * scalingFactor
  return latents
}

/** Model latents → pixels. */
export async function decode(
  pkg: DiffusionPackage,
  latents: Float32Array,
  { channels, height, width }: LatentShape,
): Promise<RawPicture> {
  const { scalingFactor, shift } = pkg.manifest.config.latent
  const graph = await pkg.graph('vaeDecoder')
  const unscaled = new Float32Array(latents.length)
  for (let at = 0; at < unscaled.length; at++) unscaled[at] = latents[at]! / scalingFactor + shift
  const { sample } = await graph.run({ latent_sample: float32(unscaled, [1, channels, height, width]) })
  return toPicture(sample!.data, sample!.dims, RANGE)
}
