import { expect, it } from 'vitest'
import type { UsableModel } from '#shared/contract/studio-api.ts'
import { parseDocument } from '#shared/document/document.ts'
import { modelPackageSchema, packageHash } from '#shared/models/manifest.ts'
import gan from '../../models/starter/pattern-gan/model.json' with { type: 'json' }
import diffusion from '../../models/starter/poster-diffusion/model.json' with { type: 'json' }
import { controlsOf, pictureVariables, settingsOf, wishOf, withModel, withSetting } from './wish.ts'

function starter(manifestJson: unknown): UsableModel {
  const manifest = modelPackageSchema.parse(manifestJson)
  return { id: manifest.id, source: 'starter', folder: '', manifest, hash: packageHash(manifest) }
}
const poster = starter(diffusion)
const pattern = starter(gan)

it('keeps in a wish only what differs from the package', () => {
  const { steps } = settingsOf(poster, { model: poster.id })
  const more = withSetting(poster, { model: poster.id, prompt: '{{fruit}}' }, 'steps', 20)
  expect(more).toEqual({ model: poster.id, prompt: '{{fruit}}', steps: 20 })
  expect(settingsOf(poster, more).steps).toBe(20)
  expect(withSetting(poster, more, 'steps', steps!)).not.toHaveProperty('steps')
})

it('takes over what the create panel is set to', () => {
  const settings = { ...settingsOf(poster, { model: poster.id }), guidance: 4 }
  const form = { prompt: 'a fox', negative: '', size: [224, 288] as const, settings, inputs: [] }
  expect(wishOf(poster, form)).toEqual({ model: poster.id, prompt: 'a fox', size: [224, 288], guidance: 4 })
})

it('takes the words along to another model, and nothing that it would refuse', () => {
  const wish = { model: poster.id, prompt: 'stripes', negative: 'red', steps: 20, size: [224, 288] as [number, number] }
  expect(withModel(wish, pattern)).toEqual({ model: pattern.id, prompt: 'stripes' })
  expect(controlsOf(pattern, { model: pattern.id }).map(({ key }) => key)).toEqual(['truncation'])
})

it('knows the variables that pictures hang on', () => {
  const document = parseDocument({
    format: 1,
    artboards: [{ type: 'artboard', id: 'a', width: 100, height: 100 }],
    layers: [
      {
        ...{ type: 'image', id: 'i', parent: 'a', order: 1, x: 0, y: 0, width: 10, height: 10 },
        ...{ asset: 'a'.repeat(64), variable: 'art' },
      },
    ],
  })
  expect(pictureVariables(document, [{ logo: 'b'.repeat(64) }, { art: { model: 'x' } }])).toEqual(['art', 'logo'])
})
