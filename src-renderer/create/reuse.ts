import type { Recipe } from '#shared/recipe/recipe.ts'
import type { Settings } from './families/family.ts'

/** A recipe as the panel's settings: what "Use these settings" fills in. */
export interface Recalled {
  prompt?: string
  negative?: string
  seed?: number
  size?: readonly [number, number]
  inputs: readonly string[]
  reference?: string
  settings: Settings
}

export function recall(recipe: Recipe): Recalled | undefined {
  switch (recipe.kind) {
    case 'diffusion': {
      const { prompt, negative, seed, width, height, steps, guidance, sampler, schedule, init, strength, reference } =
        recipe
      return {
        prompt,
        negative,
        seed,
        size: [width, height],
        inputs: init === undefined ? [] : [init],
        ...(reference === undefined ? {} : { reference }),
        settings: { pace: 'full', steps, guidance, sampler, schedule, ...(strength === undefined ? {} : { strength }) },
      }
    }
    case 'gan': {
      const { prompt, seed, truncation, mix, interpolate } = recipe
      const settings: Settings = mix
        ? { truncation, mode: 'mix', second: mix.seed, from: mix.from }
        : interpolate
          ? { truncation, mode: 'strip', second: interpolate.to, frames: interpolate.frames }
          : { truncation, mode: 'one' }
      return { prompt, seed, inputs: [], settings }
    }
    case 'vae': {
      const { seed, width, height, operation, inputs, temperature, amount, frames } = recipe
      return { seed, size: [width, height], inputs, settings: { operation, temperature, amount, frames } }
    }
    case 'upscale':
      return { inputs: [recipe.input], settings: { scale: String(recipe.scale) } }
    case 'text':
      return undefined
  }
}

/** The same recipe with another seed; undefined for one that no seed changes. */
export function withSeed(recipe: Recipe, seed: number): Recipe | undefined {
  if (recipe.kind === 'upscale' || recipe.kind === 'text') return undefined
  if (recipe.kind === 'vae' && recipe.operation !== 'sample' && recipe.operation !== 'walk') return undefined
  return { ...recipe, seed }
}
