import type { UsableModel } from '#shared/contract/studio-api.ts'
import type { Family, ModelPackage } from '#shared/models/manifest.ts'
import { draftImage } from '#shared/recipe/draft.ts'
import type { Recipe } from '#shared/recipe/recipe.ts'
import { diffusion } from './diffusion.ts'
import type { Desk, Form } from './family.ts'
import { gan } from './gan.ts'
import { upscaler } from './upscaler.ts'
import { vae } from './vae.ts'

export type ImageFamily = Exclude<Family, 'text'>

/** Every family that makes pictures: a new one is one file and one line here. */
export const DESKS: { [F in ImageFamily]: Desk<F> } = { diffusion, gan, vae, upscaler }

export const IMAGE_FAMILIES = Object.keys(DESKS) as ImageFamily[]

/** The desk of a package's family. A text model has none: it makes no pictures and is not offered here. */
export function deskOf(manifest: ModelPackage): Desk<Family> {
  return DESKS[manifest.family as ImageFamily] as unknown as Desk<Family>
}

/** One whole recipe per seed, checked against the package. Throws a StudioError naming the field. */
export function toRecipes({ manifest, hash }: UsableModel, form: Form, seeds: readonly number[]): Recipe[] {
  const wish = deskOf(manifest).wish(manifest, form)
  return seeds.map((seed) => draftImage(manifest, hash, { ...wish, seed }))
}
