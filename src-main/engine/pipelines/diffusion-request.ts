import { StudioError } from '#shared/errors.ts'
import type { PackageOf } from '#shared/models/manifest.ts'
import type { RecipeOf } from '#shared/recipe/recipe.ts'
import type { OpenPackage } from './pipeline.ts'

export type DiffusionPackage = OpenPackage<'diffusion'>
export type DiffusionConfig = PackageOf<'diffusion'>['config']
export type DiffusionRecipe = RecipeOf<'diffusion'>

/** Whether this model can make what the recipe says. The recipe itself was parsed; here only the model's limits count. */
export function validate(config: DiffusionConfig, recipe: DiffusionRecipe): void {
  const { min, max, multiple } = config.size
  for (const side of ['width', 'height'] as const) {
    const px = recipe[side]
    if (px < min || px > max || px % multiple !== 0) {
      const nearest = Math.round(Math.min(Math.max(px, min), max) / multiple) * multiple
      refuse(side, `is ${px}, this model makes ${min} … ${max} px in steps of ${multiple}`, `Take ${nearest}.`)
    }
  }
  for (const name of ['steps', 'guidance'] as const) {
    const [least, most] = config.limits[name]
    const value = recipe[name]
    if (value < least || value > most) refuse(name, `is ${value}, this model takes ${least} … ${most}`)
  }
  if (recipe.mask !== undefined && recipe.init === undefined) {
    refuse('mask', 'says what to repaint, but there is no init picture', 'Give the picture as init.')
  }
  if (recipe.init !== undefined && config.sessions.vaeEncoder === undefined) {
    refuse('init', 'needs a model with a VAE encoder, and this one has none', 'Choose another model.')
  }
  if (config.prediction !== 'flow' && config.training === undefined) {
    throw new StudioError({
      code: 'invalid-model',
      message: `a model with ${config.prediction} prediction needs its training schedule`,
      where: { field: 'config.training' },
      remedy: 'Add betaStart, betaEnd, betaSchedule and steps to model.json.',
    })
  }
}

function refuse(field: string, problem: string, remedy?: string): never {
  throw new StudioError({
    code: 'usage',
    message: `${field} ${problem}`,
    where: { field: `recipe.${field}` },
    ...(remedy ? { remedy } : {}),
  })
}

export function stopIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new StudioError({ code: 'cancelled', message: 'cancelled' })
}
