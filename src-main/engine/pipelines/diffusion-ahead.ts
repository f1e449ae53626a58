import { canonicalJson } from '#shared/canonical.ts'
import type { DiffusionPackage, DiffusionRecipe } from './diffusion-request.ts'

/**
 * The beginning of a picture that was made before somebody asked for it, for exactly one recipe and one run: its noise
 * goes on from where the beginning left it.
 */

interface Shelf {
  kept?: { recipe: string; begun: unknown }
}

const shelfOf = (pkg: DiffusionPackage): Promise<Shelf> => pkg.memo('ahead', async () => ({}))

export async function keepFor(pkg: DiffusionPackage, recipe: DiffusionRecipe, begun: unknown): Promise<void> {
  const shelf = await shelfOf(pkg)
  shelf.kept = { recipe: canonicalJson(recipe), begun }
}

/** What was kept, once. Another recipe finds nothing, and leaves it for its own. */
export async function takeFor<T>(pkg: DiffusionPackage, recipe: DiffusionRecipe): Promise<T | undefined> {
  const shelf = await shelfOf(pkg)
  const { kept } = shelf
  if (kept?.recipe !== canonicalJson(recipe)) return undefined
  delete shelf.kept
  return kept.begun as T
}
