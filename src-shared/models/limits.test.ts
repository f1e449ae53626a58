import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { draftImage, type ImageWish } from '../recipe/draft.ts'
import { modelPackageSchema, packageHash } from './manifest.ts'

const tiny = (id: string) =>
  modelPackageSchema.parse(
    JSON.parse(readFileSync(new URL(`../../models/tiny/${id}/model.json`, import.meta.url), 'utf8')),
  )
const draft = (id: string, wish: Omit<ImageWish, 'seed'> & { seed?: number }) => {
  const manifest = tiny(id)
  return draftImage(manifest, packageHash(manifest), { seed: 7, ...wish })
}
const picture = 'a'.repeat(64)

test('what is left out comes from the package', () => {
  expect(draft('tiny-diffusion', { prompt: 'a fox' })).toMatchObject({
    kind: 'diffusion',
    width: 64,
    height: 64,
    steps: 4,
    guidance: 2,
    sampler: 'euler',
    seed: 7,
  })
  expect(draft('tiny-gan', {})).toMatchObject({ kind: 'gan', truncation: 0.8, prompt: '' })
  expect(draft('tiny-vae', {})).toMatchObject({ operation: 'sample' })
  expect(draft('tiny-vae', { inputs: [picture] })).toMatchObject({ operation: 'reconstruct' })
  expect(draft('tiny-vae', { inputs: [picture, picture] })).toMatchObject({ operation: 'remix', amount: 0.5 })
  expect(draft('tiny-upscaler', { inputs: [picture] })).toMatchObject({ kind: 'upscale', scale: 4 })
})

test.each<[string, string, ImageWish | object, string, RegExp]>([
  ['no steps', 'tiny-diffusion', { steps: 0 }, 'steps', /expected 1 to 50 for tiny-diffusion, got 0/],
  ['NaN steps', 'tiny-diffusion', { steps: Number.NaN }, 'steps', /expected 1 to 50/],
  ['half a step', 'tiny-diffusion', { steps: 2.5 }, 'steps', /int/],
  ['infinite guidance', 'tiny-diffusion', { guidance: Number.POSITIVE_INFINITY }, 'guidance', /expected 1 to 15/],
  ['a size off the grid', 'tiny-diffusion', { size: [65, 64] }, 'width', /32 to 256 px in steps of 8 .*got 65/],
  ['a size too large', 'tiny-diffusion', { size: [64, 4096] }, 'height', /got 4096/],
  ['a NaN size', 'tiny-diffusion', { size: [Number.NaN, 64] }, 'width', /expected 32/],
  ['a seed below zero', 'tiny-diffusion', { seed: -1 }, 'seed', /seed/],
  ['a seed of 2^32', 'tiny-diffusion', { seed: 2 ** 32 }, 'seed', /seed/],
  ['a strength without a picture', 'tiny-diffusion', { strength: 0.5 }, 'strength', /needs a picture/],
  ['a mask without a picture', 'tiny-diffusion', { mask: picture }, 'mask', /needs the picture/],
  ['a strength above one', 'tiny-diffusion', { inputs: [picture], strength: 2 }, 'strength', /strength/],
  ['an unknown sampler', 'tiny-diffusion', { sampler: 'magic' }, 'sampler', /sampler/],
  ['a prompt of 100,000 characters', 'tiny-diffusion', { prompt: 'x'.repeat(100_000) }, 'prompt', /2000/],
  ['steps for a GAN', 'tiny-gan', { steps: 4 }, 'steps', /takes no steps/],
  ['truncation of a diffusion model', 'tiny-diffusion', { truncation: 1 }, 'truncation', /takes no truncation/],
  ['negative truncation', 'tiny-gan', { truncation: -1 }, 'truncation', /truncation/],
  ['mixing from a layer it has not', 'tiny-gan', { mix: { seed: 1, from: 30 } }, 'mix.from', /expected 1 to/],
  [
    'a scale without a graph',
    'tiny-upscaler',
    { inputs: [picture], scale: 7 },
    'scale',
    /expected 2, 4, 8, 16, 32 or 64 for tiny-upscaler, got 7/,
  ],
  ['no picture to enlarge', 'tiny-upscaler', {}, 'inputs', /needs one/],
  ['one picture to remix', 'tiny-vae', { operation: 'remix', inputs: [picture] }, 'inputs', /takes 2 pictures, got 1/],
  ['a picture from a text model', 'tiny-text', {}, 'model', /writes copy/],
])('%s is refused by name and range', (_, id, wish, field, message) => {
  expect(() => draft(id, wish)).toThrow(
    expect.objectContaining({ code: 'usage', where: { field }, message: expect.stringMatching(message) }),
  )
})
