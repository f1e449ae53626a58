import { expect, test } from 'vitest'
import type { UsableModel } from '#shared/contract/studio-api.ts'
import { modelPackageSchema, packageHash } from '#shared/models/manifest.ts'
import { draftImage } from '#shared/recipe/draft.ts'
import vae from '../../../models/starter/mood-vae/model.json' with { type: 'json' }
import gan from '../../../models/starter/pattern-gan/model.json' with { type: 'json' }
import diffusion from '../../../models/starter/poster-diffusion/model.json' with { type: 'json' }
import upscaler from '../../../models/starter/poster-upscaler/model.json' with { type: 'json' }
import { recall } from '../reuse.ts'
import { deskOf, toRecipes } from './families.ts'
import type { Form } from './family.ts'

const STARTERS = { 'pattern-gan': gan, 'poster-diffusion': diffusion, 'poster-upscaler': upscaler, 'mood-vae': vae }
type Starter = keyof typeof STARTERS

function starter(id: Starter): UsableModel {
  const manifest = modelPackageSchema.parse(STARTERS[id])
  return { id, source: 'starter', folder: '', manifest, hash: packageHash(manifest) }
}

const picture = 'a'.repeat(64)
const other = 'b'.repeat(64)

function made(id: Starter, change: Partial<Form> = {}, seeds = [7]) {
  const model = starter(id)
  const settings = { ...deskOf(model.manifest).settings(model.manifest), ...change.settings }
  return toRecipes(model, { prompt: '', negative: '', size: [256, 256], inputs: [], ...change, settings }, seeds)
}
const controlsOf = (id: Starter, settings = {}, inputs: string[] = []) => {
  const { manifest } = starter(id)
  const desk = deskOf(manifest)
  const own = { ...desk.settings(manifest), ...settings }
  const form: Form = { prompt: '', negative: '', size: [256, 256], settings: own, inputs }
  const { first, advanced } = desk.controls(manifest, form)
  return [...first, ...advanced].map(({ key }) => key)
}

test('a diffusion form becomes one recipe per seed, with the model pinned by its hash', () => {
  const recipes = made('poster-diffusion', { prompt: 'a fox', size: [224, 288] }, [1871, 1872])
  expect(recipes).toHaveLength(2)
  expect(recipes[1]).toMatchObject({
    kind: 'diffusion',
    seed: 1872,
    prompt: 'a fox',
    width: 224,
    height: 288,
    steps: 12,
  })
  expect(recipes[0]!.model).toEqual({ id: 'poster-diffusion', hash: starter('poster-diffusion').hash })
  expect(recipes[0]).not.toHaveProperty('strength')
})

test('a picture to start from brings the strength with it', () => {
  expect(controlsOf('poster-diffusion')).not.toContain('strength')
  expect(controlsOf('poster-diffusion', {}, [picture])).toContain('strength')
  expect(made('poster-diffusion', { inputs: [picture], settings: { strength: 0.4 } })[0]).toMatchObject({
    init: picture,
    strength: 0.4,
  })
})

test('settings outside the package are refused by name', () => {
  expect(() => made('poster-diffusion', { settings: { steps: 400 } })).toThrow(/steps: expected 1 to 50/)
  expect(() => made('poster-diffusion', { size: [250, 256] })).toThrow(/width/)
})

test('a fast diffusion package takes few steps with one choice, and the two controls it stands for go', () => {
  const model = starter('poster-diffusion')
  if (model.manifest.family !== 'diffusion') throw new Error('poster-diffusion is a diffusion package')
  const { fast: _, ...config } = model.manifest.config
  const manifest = { ...model.manifest, config: { ...config, fast: { steps: 4, sampler: 'dpmpp-2m' as const } } }
  const desk = deskOf(manifest)
  const form = (change: Form['settings']): Form => {
    const settings = { ...desk.settings(manifest), ...change }
    return { prompt: 'a fox', negative: '', size: [256, 256], settings, inputs: [] }
  }
  const keys = (settings: Form['settings']) => desk.controls(manifest, form(settings)).advanced.map(({ key }) => key)
  expect(keys({})).toEqual(['pace', 'steps', 'guidance', 'sampler', 'schedule'])
  expect(keys({ pace: 'fast' })).toEqual(['pace', 'guidance', 'schedule'])
  const [made] = toRecipes({ ...model, manifest }, form({ pace: 'fast', steps: 30 }), [7])
  expect(made).toMatchObject({ steps: 4, sampler: 'dpmpp-2m', schedule: 'flow' })
  // A recipe that is used again says its own steps.
  expect(recall(made!)?.settings).toMatchObject({ pace: 'full', steps: 4, sampler: 'dpmpp-2m' })

  const slow = { ...manifest, config }
  expect(desk.controls(slow, form({})).advanced.map(({ key }) => key)).not.toContain('pace')
  // The choice may be left from another model.
  expect(desk.controls(slow, form({ pace: 'fast' })).advanced.map(({ key }) => key)).toContain('steps')
  expect(toRecipes({ ...model, manifest: slow }, form({ pace: 'fast' }), [7])[0]).toMatchObject({ steps: 12 })
  const wish = { seed: 7, prompt: 'a fox', fast: true }
  expect(() => draftImage(slow, model.hash, wish)).toThrow(/no fast setting/)
})

test('a GAN mixes two seeds or walks between them', () => {
  expect(made('pattern-gan')[0]).toMatchObject({ kind: 'gan', truncation: 0.8 })
  expect(made('pattern-gan', { settings: { mode: 'mix', second: 5, from: 3 } })[0]).toMatchObject({
    mix: { seed: 5, from: 3 },
  })
  expect(made('pattern-gan', { settings: { mode: 'strip', second: 5, frames: 4 } })[0]).toMatchObject({
    interpolate: { to: 5, frames: 4 },
  })
  expect(controlsOf('pattern-gan')).toEqual(['truncation', 'mode'])
  expect(controlsOf('pattern-gan', { mode: 'mix' })).toEqual(['truncation', 'mode', 'second', 'from'])
})

test('a VAE asks for the pictures that its operation starts from', () => {
  const { manifest } = starter('mood-vae')
  const inputs = (operation: string) => deskOf(manifest).inputs(manifest, { operation })
  expect([inputs('sample'), inputs('reconstruct'), inputs('remix'), inputs('walk')]).toEqual([
    [0, 0],
    [1, 1],
    [2, 2],
    [0, 2],
  ])
  expect(made('mood-vae')[0]).toMatchObject({ operation: 'sample', inputs: [] })
  expect(made('mood-vae', { settings: { operation: 'remix' }, inputs: [picture, other] })[0]).toMatchObject({
    inputs: [picture, other],
    amount: 0.5,
  })
  // Pictures that were put in for another operation do not come along.
  expect(made('mood-vae', { settings: { operation: 'reconstruct' }, inputs: [picture, other] })[0]).toMatchObject({
    inputs: [picture],
  })
})

test('an upscaler takes one picture and one of its scales', () => {
  expect(made('poster-upscaler', { inputs: [picture] })[0]).toMatchObject({ kind: 'upscale', input: picture, scale: 4 })
  expect(() => made('poster-upscaler')).toThrow(/needs one/)
})
