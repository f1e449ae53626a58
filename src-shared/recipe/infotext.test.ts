import { describe, expect, it } from 'vitest'
import { infotext, parseInfotext } from './infotext.ts'
import { parseRecipe } from './recipe.ts'

const model = { id: 'poster-diffusion', hash: '91c2'.padEnd(64, '0') }
const diffusion = {
  format: 1,
  kind: 'diffusion',
  model,
  prompt: 'half an orange, bauhaus',
  negative: 'text, blur',
  seed: 1871,
  width: 256,
  height: 384,
  steps: 12,
  guidance: 5,
  sampler: 'dpmpp-2m',
  schedule: 'karras',
}
const write = (recipe: object) => infotext(parseRecipe(recipe), 'Broadside 0.1.0')

describe('infotext', () => {
  it('is what A1111 writes', () => {
    expect(write(diffusion)).toBe(
      [
        'half an orange, bauhaus',
        'Negative prompt: text, blur',
        'Steps: 12, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 5, Seed: 1871, Size: 256x384, Model hash: 91c2000000, Model: poster-diffusion, Version: Broadside 0.1.0',
      ].join('\n'),
    )
  })

  it('tells the strength of image-to-image, and 0 is a strength', () => {
    expect(write({ ...diffusion, init: 'a'.repeat(64), strength: 0 })).toContain('Denoising strength: 0')
  })

  it('leaves out an empty negative prompt', () => {
    expect(write({ ...diffusion, negative: '' })).not.toContain('Negative')
  })

  it.each([
    { format: 1, kind: 'gan', model, prompt: 'terrazzo', seed: 7, truncation: 0.7, mix: { seed: 9, from: 4 } },
    { format: 1, kind: 'vae', model, operation: 'remix', seed: 7, width: 256, height: 256, inputs: [] },
    { format: 1, kind: 'upscale', model, input: 'c'.repeat(64), scale: 4 },
    { format: 1, kind: 'upscale', model, input: 'c'.repeat(64), scale: 16 },
    {
      format: 1,
      kind: 'text',
      model,
      brief: { product: 'Zestline: "cold", pressed', mustNotSay: ['detox'] },
      language: 'en',
      channel: 'poster-headline',
      count: 4,
      seed: 3,
      temperature: 0.8,
      topK: 40,
      topP: 0.95,
      minP: 0,
      repetitionPenalty: 1.1,
      maxTokens: 40,
    },
  ])('describes every kind: $kind', (recipe) => {
    const { settings } = parseInfotext(write(recipe))
    expect(settings.Model).toBe('poster-diffusion')
    expect(settings['Model hash']).toBe('91c2000000')
  })

  it('quotes a value that would break the line, and reads it back', () => {
    const text = infotext(parseRecipe(diffusion), 'a, "b": c\nd')
    expect(text.split('\n')).toHaveLength(3)
    expect(parseInfotext(text).settings.Version).toBe('a, "b": c\nd')
  })
})

describe('parseInfotext', () => {
  it('reads back what infotext wrote', () => {
    expect(parseInfotext(write({ ...diffusion, prompt: 'two\nlines: here', negative: '模糊\n文字' }))).toMatchObject({
      prompt: 'two\nlines: here',
      negative: '模糊\n文字',
      settings: { Steps: '12', Sampler: 'DPM++ 2M', Size: '256x384', Seed: '1871' },
    })
  })

  it('takes a text without settings as a prompt', () => {
    expect(parseInfotext('a cat, Seed: 5')).toEqual({ prompt: 'a cat, Seed: 5', negative: '', settings: {} })
  })

  it('is quick and harmless on anything', () => {
    const started = performance.now()
    for (const text of [
      '',
      '\n\n',
      ':'.repeat(1e6),
      'a: "'.repeat(1e5),
      `x: ${'"\\'.repeat(1e5)}`,
      '__proto__: 1, b: 2, c: 3',
    ])
      expect(parseInfotext(text)).toHaveProperty('prompt')
    expect(performance.now() - started).toBeLessThan(2000)
    expect(({} as Record<string, unknown>)['1']).toBeUndefined()
  })
})
