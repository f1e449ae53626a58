import { say, type Word } from '../app/language.svelte.ts'
import { words } from './words.ts'

/** Fields of a recipe in the interface's language; one that is not here keeps its own name. */
const NAMES: Readonly<Record<string, Word>> = {
  prompt: words.prompt,
  negative: words.negative,
  seed: words.seed,
  width: words.width,
  height: words.height,
  steps: words.steps,
  guidance: words.guidance,
  sampler: words.sampler,
  schedule: words.schedule,
  strength: words.strength,
  truncation: words.variety,
  temperature: words.variety,
  operation: words.operation,
  amount: words.mixAmount,
  frames: words.frames,
  scale: words.scale,
  init: words.startFrom,
  input: words.startFrom,
  'model.id': words.model,
  'mix.seed': words.secondSeed,
  'mix.from': words.mixFrom,
}

export const fieldName = (field: string): string => (NAMES[field] ? say(NAMES[field]) : field)
