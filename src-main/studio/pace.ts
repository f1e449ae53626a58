import type { JobEvent } from '#shared/contract/studio-api.ts'
import type { Recipe } from '#shared/recipe/recipe.ts'

/** How long the parts of a job took. Seconds. */
export interface Pace {
  /** Loading the model; 0 when it was there. */
  load: number
  /** Until the first step begins: reading, encoding the prompt. */
  before: number
  /** One step. */
  step: number
  /** After the last step: decoding, encoding, keeping. */
  after: number
}

/** Jobs of one key take about the same time per step. */
export function paceKey(recipe: Recipe, device: string): string {
  return [recipe.model.hash, device, recipe.kind, ...sizeOf(recipe)].join(' ')
}

function sizeOf(recipe: Recipe): (string | number)[] {
  switch (recipe.kind) {
    case 'diffusion':
      return [recipe.width, recipe.height, recipe.guidance === 1 ? 'plain' : 'guided']
    case 'vae':
      return [recipe.width, recipe.height]
    case 'upscale':
      return [recipe.scale, recipe.input]
    case 'text':
      return [recipe.channel]
    case 'gan':
      return []
  }
}

/** Steps that a recipe will report, as far as it says so itself. */
export function stepsOf(recipe: Recipe): number | undefined {
  switch (recipe.kind) {
    case 'diffusion':
      return recipe.steps
    case 'text':
      return recipe.count
    default:
      return undefined
  }
}

/** The middle one of each part: one slow job is no rule. Loading only counts where something was loaded. */
export function usualPace(paces: readonly Pace[]): Pace | undefined {
  if (paces.length === 0) return undefined
  const middle = (part: keyof Pace, of = paces) =>
    of.map((pace) => pace[part]).sort((a, b) => a - b)[of.length >> 1] ?? 0
  const loaded = paces.filter(({ load }) => load > 0)
  return { load: middle('load', loaded), before: middle('before'), step: middle('step'), after: middle('after') }
}

/** With a model that is loaded already: most jobs follow another one of theirs. */
export function wholeOf(pace: Pace | undefined, steps: number | undefined): number | undefined {
  return pace && pace.before + pace.step * (steps ?? 1) + pace.after
}

export interface Stopwatch {
  hear(event: JobEvent): void
  /** Undefined as long as nothing is known about jobs of this kind. */
  secondsLeft(): number | undefined
  /** When it is done; so many seconds of it were loading the model. */
  pace(load: number): Pace
}

/** Follows one job and estimates the rest of it from its own steps, before them from what is usual. */
export function startStopwatch(
  usual: Pace | undefined,
  expectedSteps: number | undefined,
  /** Whether the model has to be loaded first. */
  cold: boolean,
  now: () => number = () => performance.now() / 1000,
): Stopwatch {
  const started = now()
  let loopStarted = started
  let lastStep = started
  let step = 0
  let steps = expectedSteps ?? 1

  const perStep = () => (step > 0 ? (lastStep - loopStarted) / step : usual?.step)

  return {
    hear(event) {
      if (event.event === 'stage' && step === 0) loopStarted = now()
      if (event.event !== 'step') return
      ;({ step, steps } = event)
      lastStep = now()
    },
    secondsLeft() {
      const each = perStep()
      if (each === undefined) return undefined
      const before = (usual?.before ?? 0) + (cold ? (usual?.load ?? 0) : 0)
      const after = usual?.after ?? 0
      const soFar = step > 0 ? now() - lastStep : Math.min(before, now() - started)
      const rest = (step > 0 ? 0 : before) + (steps - step) * each + after
      return Math.max(0, rest - soFar)
    },
    pace(load) {
      const ended = now()
      const before = Math.max(0, loopStarted - started - load)
      if (step === 0) return { load, before, step: ended - loopStarted, after: 0 }
      return { load, before, step: (lastStep - loopStarted) / step, after: ended - lastStep }
    },
  }
}
