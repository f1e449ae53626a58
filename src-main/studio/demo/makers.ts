import type { Artifact } from '#shared/contract/artifact.ts'
import type { CallOptions, ImageRecipe, JobEvent, StudioApi, UsableModel } from '#shared/contract/studio-api.ts'
import { draftCopy, draftImage, type ImageWish, type TextWish } from '#shared/recipe/draft.ts'
import type { Recipe, RecipeOf } from '#shared/recipe/recipe.ts'
import type { CopyLine } from '#shared/work/tasks.ts'
import { copyFile } from '../copy-file.ts'

/** What one thing took, for the manifest. A thing that was there from an earlier run took nothing. */
export interface Timing {
  seconds: number
  modelSeconds?: number
  loadSeconds?: number
  reused?: true
}

export interface MadePicture {
  artifact: Artifact
  recipe: Recipe
  timing: Timing
}

export interface Makers {
  picture(model: UsableModel, wish: ImageWish): Promise<MadePicture>
  lines(model: UsableModel, wish: TextWish): Promise<{ lines: CopyLine[]; recipe: Recipe; timing: Timing }>
}

/** Make, or take what an interrupted run of the demo made already: recipes are exact, so it is the same. */
export function createMakers(
  studio: StudioApi,
  signal: AbortSignal | undefined,
  onStep: (event: Extract<JobEvent, { event: 'step' }>) => void,
): Makers {
  const call: CallOptions = {
    ...(signal ? { signal } : {}),
    onEvent: (event) => event.event === 'step' && onStep(event),
  }
  return {
    async picture({ manifest, hash }, wish) {
      const recipe = draftImage(manifest, hash, wish) as ImageRecipe
      const [before] = await studio.library.madeBefore(recipe)
      if (before) return { artifact: before, recipe, timing: { seconds: 0, reused: true } }
      const made = await studio.images.generate(recipe, call)
      return { artifact: made.artifacts[0]!, recipe, timing: timingOf(made) }
    },
    async lines({ manifest, hash }, wish) {
      const recipe: RecipeOf<'text'> = draftCopy(manifest, hash, wish)
      const [before] = await studio.library.madeBefore(recipe)
      if (before) {
        const { lines } = await copyFile.read(await studio.library.pathOf(before.sha256))
        return { lines, recipe, timing: { seconds: 0, reused: true } }
      }
      const made = await studio.copy.write(recipe, call)
      return { lines: made.lines, recipe, timing: timingOf(made) }
    },
  }
}

function timingOf(made: { seconds: { total: number }; ran: { seconds: number; loadSeconds: number } }): Timing {
  return {
    seconds: round(made.seconds.total),
    modelSeconds: round(made.ran.seconds),
    loadSeconds: round(made.ran.loadSeconds),
  }
}

export function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000
}
