import { StudioError } from '#shared/errors.ts'
import type { VaeRecipe } from '#shared/recipe/vae.ts'
import type { RawPicture } from '#shared/work/picture.ts'
import { Generator } from '../noise/generator.ts'
import { float32 } from '../onnx/tensor.ts'
import { linear, spherical } from './latent-paths.ts'
import type { OpenPackage, Pipeline, PipelineContext } from './pipeline.ts'
import { toFloat, toPicture, type ValueRange } from './pixels.ts'
import { checkStrip, strip } from './strip.ts'

type Pkg = OpenPackage<'vae'>

/** Pictures through a VAE's latent space: out of noise, through it and back, between two, along a way. */
export const vae: Pipeline<'vae', 'vae'> = {
  family: 'vae',
  kind: 'vae',
  async run(pkg, recipe, context) {
    checkRecipe(pkg, recipe)
    context.report({ type: 'stage', stage: 'finding the latents' })
    const latents = await latentsOf(pkg, recipe, context)
    context.report({ type: 'stage', stage: 'decoding' })
    const pictures: RawPicture[] = []
    for (const latent of latents) {
      context.signal.throwIfAborted()
      pictures.push(await decode(pkg, recipe, latent))
      context.report({ type: 'step', step: pictures.length, steps: latents.length })
    }
    return { pictures: [strip(pictures)] }
  },
}

/** The latents [C, h/f, w/f] whose pictures, side by side, are the result. */
async function latentsOf(pkg: Pkg, recipe: VaeRecipe, context: PipelineContext): Promise<Float32Array[]> {
  switch (recipe.operation) {
    case 'sample':
      return [sample(pkg, recipe, recipe.seed)]
    case 'reconstruct':
      return encodeAll(pkg, recipe, context)
    case 'remix': {
      const [first, second] = (await encodeAll(pkg, recipe, context)) as [Float32Array, Float32Array]
      return [linear(first, second, recipe.amount)]
    }
    case 'walk': {
      // Noise lies on a sphere, and a straight line through its inside passes latents that no picture has: walk on the
      // sphere. Means of pictures do not; between them the straight line is the shortest way and keeps equal steps.
      const pictures = recipe.inputs.length > 0
      const [first, last] = (
        pictures
          ? await encodeAll(pkg, recipe, context)
          : [recipe.seed, (recipe.seed + 1) % 2 ** 32].map((seed) => sample(pkg, recipe, seed))
      ) as [Float32Array, Float32Array]
      const path = pictures ? linear : spherical
      return Array.from({ length: recipe.frames }, (_, frame) => path(first, last, frame / (recipe.frames - 1)))
    }
  }
}

function latentDims(pkg: Pkg, { width, height }: VaeRecipe): number[] {
  const { channels, downscale } = pkg.manifest.config.latent
  return [1, channels, height / downscale, width / downscale]
}

function sample(pkg: Pkg, recipe: VaeRecipe, seed: number): Float32Array {
  const size = latentDims(pkg, recipe).reduce((product, dim) => product * dim)
  return new Generator(seed).randn(size).map((value) => value * recipe.temperature)
}

async function encodeAll(pkg: Pkg, recipe: VaeRecipe, { signal, picture }: PipelineContext): Promise<Float32Array[]> {
  const encoder = await pkg.graph('encoder')
  const { width, height } = recipe
  const latents: Float32Array[] = []
  for (const [at, sha256] of recipe.inputs.entries()) {
    signal.throwIfAborted()
    const input = await picture(sha256)
    checkInput(input, recipe, at)
    const image = toFloat(onWhite(input), pkg.manifest.config.range)
    const { latent } = await encoder.run({ image: float32(image, [1, 3, height, width]) })
    const expected = latentDims(pkg, recipe)
    if (latent!.dims.join() !== expected.join()) throw misshapen('encoder', expected, latent!.dims)
    latents.push(latent!.data)
  }
  return latents
}

async function decode(pkg: Pkg, recipe: VaeRecipe, latent: Float32Array): Promise<RawPicture> {
  const decoder = await pkg.graph('decoder')
  const { image } = await decoder.run({ latent: float32(latent, latentDims(pkg, recipe)) })
  const picture = toPicture(image!.data, image!.dims, pkg.manifest.config.range as ValueRange)
  if (picture.width !== recipe.width || picture.height !== recipe.height) {
    throw misshapen('decoder', [1, 3, recipe.height, recipe.width], image!.dims)
  }
  return picture
}

/** A VAE knows no transparency: what shows through is paper. */
function onWhite(picture: RawPicture): RawPicture {
  if (picture.channels === 3) return picture
  const { width, height, data } = picture
  const flat = new Uint8Array(width * height * 3)
  for (let from = 0, to = 0; from < data.length; from += 4, to += 3) {
    const alpha = data[from + 3]! / 255
    for (let channel = 0; channel < 3; channel++) {
      flat[to + channel] = 255 + (data[from + channel]! - 255) * alpha + 0.5
    }
  }
  return { width, height, channels: 3, data: flat }
}

const INPUTS = { sample: [0], reconstruct: [1], remix: [2], walk: [0, 2] } as const

function checkRecipe(pkg: Pkg, recipe: VaeRecipe): void {
  const { size, latent } = pkg.manifest.config
  const { operation, inputs, width, height } = recipe
  const wanted: readonly number[] = INPUTS[operation]
  if (!wanted.includes(inputs.length)) {
    throw new StudioError({
      code: 'usage',
      message: `${operation} takes ${wanted.join(' or ')} pictures, the recipe has ${inputs.length}`,
      where: { field: 'recipe.inputs' },
      remedy: 'Add or remove pictures.',
    })
  }
  if (inputs.length === 0 && !latent.prior) {
    throw new StudioError({
      code: 'unsupported',
      message: `${pkg.manifest.name} only works on pictures: noise does not decode to anything worth having`,
      where: { field: 'recipe.operation' },
      remedy: 'Use reconstruct, remix, or walk between two pictures.',
    })
  }
  for (const [field, side] of [
    ['width', width],
    ['height', height],
  ] as const) {
    const fits = side >= size.min && side <= size.max && side % size.multiple === 0 && side % latent.downscale === 0
    if (fits) continue
    throw new StudioError({
      code: 'usage',
      message: `${side} px is no ${field} for ${pkg.manifest.name}`,
      where: { field: `recipe.${field}` },
      remedy: `Use a multiple of ${size.multiple} from ${size.min} to ${size.max}.`,
    })
  }
  if (operation === 'walk') checkStrip(recipe.frames, width, 'recipe.frames')
}

function checkInput(input: RawPicture, { width, height }: VaeRecipe, at: number): void {
  if (input.width === width && input.height === height) return
  throw new StudioError({
    code: 'invalid-input',
    message: `the picture is ${input.width} × ${input.height} px, the recipe says ${width} × ${height}`,
    where: { field: `recipe.inputs.${at}` },
    remedy: 'Crop or resize it first.',
  })
}

function misshapen(role: string, expected: readonly number[], dims: readonly number[]): StudioError {
  return new StudioError({
    code: 'invalid-model',
    message: `the ${role} should give [${expected.join(', ')}] and gave [${dims.join(', ')}]`,
    where: { field: 'config.latent' },
    remedy: 'The package describes its model wrongly: see docs/model-packages.md.',
  })
}
