import type { RawPicture } from '#shared/work/picture.ts'
import type { Process } from '../samplers/process.ts'
import type { Denoiser } from '../samplers/sampler.ts'
import type { LatentShape } from './diffusion-latents.ts'

/** What stays outside a mask: the picture's latents, the noise it started with, and 1 where it is repainted. */
export interface Keep {
  picture: Float32Array
  noise: Float32Array
  mask: Float32Array
}

/**
 * Outside the mask the model always sees the given picture at the right noise, and its answer there is the given
 * picture: every sampler then leads back to it (the way of ComfyUI's KSamplerX0Inpaint).
 */
export function keepOutside(denoise: Denoiser, process: Process, { picture, noise, mask }: Keep): Denoiser {
  return async (x, sigma) => {
    const alpha = process.alpha(sigma)
    const seen = x.map((value, at) => value * mask[at]! + (alpha * picture[at]! + sigma * noise[at]!) * (1 - mask[at]!))
    const denoised = await denoise(seen, sigma)
    return denoised.map((value, at) => value * mask[at]! + picture[at]! * (1 - mask[at]!))
  }
}

/** The mask per latent value. A cell takes its whitest pixel, so that nothing to be repainted is held back by its cell. */
export function latentMask(mask: RawPicture, { channels, width, height, factor, size }: LatentShape): Float32Array {
  const cells = new Float32Array(width * height)
  for (let y = 0; y < mask.height; y++) {
    for (let x = 0; x < mask.width; x++) {
      const cell = Math.floor(y / factor) * width + Math.floor(x / factor)
      cells[cell] = Math.max(cells[cell]!, white(mask, y * mask.width + x))
    }
  }
  const values = new Float32Array(size)
  for (let channel = 0; channel < channels; channel++) values.set(cells, channel * cells.length)
  return values
}

/** The made picture where the mask is white, the given one byte for byte where it is black. */
export function pasteOutside(made: RawPicture, given: RawPicture, mask: RawPicture): RawPicture {
  const data = new Uint8Array(made.data.length)
  for (let pixel = 0; pixel < made.width * made.height; pixel++) {
    const share = white(mask, pixel)
    for (let channel = 0; channel < 3; channel++) {
      const [to, from] = [pixel * made.channels + channel, pixel * given.channels + channel]
      data[to] = share * made.data[to]! + (1 - share) * given.data[from]! + 0.5
    }
  }
  return { ...made, data }
}

/** 0…1; transparent counts as black. */
function white({ data, channels }: RawPicture, pixel: number): number {
  const from = pixel * channels
  const grey = (data[from]! + data[from + 1]! + data[from + 2]!) / (3 * 255)
  return channels === 4 ? (grey * data[from + 3]!) / 255 : grey
}
