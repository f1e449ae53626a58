import { type Recipe, recipeHash } from '#shared/recipe/recipe.ts'
import { modelFor } from './make.ts'
import { type Pace, paceKey, usualPace } from './pace.ts'
import type { Room } from './room.ts'
import type { State } from './state.ts'

/**
 * The beginnings of pictures that a person will probably ask for next, made while the prompt is typed: the first look
 * then stands there at once. Nobody waits for one and nobody is held up: only on a device that has nothing to do, only
 * where a step is known to be short, and of several wishes only the newest.
 */
export interface Ahead {
  /** Errors are not told here: whoever asks for the picture gets them. */
  wish(recipe: Recipe, device: string): void
}

/** s. A job that comes meanwhile waits for no more than the text, the drawings and one step. */
const LONGEST_STEP = 0.15

export function openAhead(room: Room, state: State, lineIsBusy: () => boolean): Ahead {
  let wanted: { recipe: Recipe; device: string } | undefined
  let working = false

  async function work(): Promise<void> {
    if (working) return
    working = true
    try {
      while (wanted) {
        const { recipe, device } = wanted
        wanted = undefined
        await begin(recipe, device).catch(() => {})
      }
    } finally {
      working = false
    }
  }

  async function begin(recipe: Recipe, device: string): Promise<void> {
    const model = await modelFor(room, recipe)
    await room.models.checkFiles(model)
    const lane = room.inferenceOn(device)
    if (!lane.isIdle || lineIsBusy()) return
    const task = { task: 'open', packageDir: model.folder, manifest: model.manifest, device, recipe } as const
    // Under the job's own key: what kills workers is not begun again with every letter.
    await lane.run(task, { quarantineKey: recipeHash(recipe) })
  }

  return {
    wish(recipe, device) {
      if (takesPictures(recipe) || !isQuick(usualPace(state.jobs.paces(paceKey(recipe, device))))) return
      wanted = { recipe, device }
      void work()
    },
  }
}

const isQuick = (pace: Pace | undefined): boolean => pace !== undefined && pace.step <= LONGEST_STEP

/** They would have to be decoded first; a picture that starts from others is begun when it is asked for. */
const takesPictures = (recipe: Recipe): boolean =>
  recipe.kind !== 'diffusion' || [recipe.init, recipe.mask, recipe.reference].some((input) => input !== undefined)
