import { dirname } from 'node:path'
import { ensureFolder } from '#main/studio/files.ts'
import type { ImageRecipe, JobEvent, Made, Reading } from '#shared/contract/studio-api.ts'
import type { Recipe } from '#shared/recipe/recipe.ts'
import type { Host } from './host.ts'
import { createEstimate } from './progress.ts'

export interface MadeFile {
  path: string
  sha256: string
  recipe: Recipe
}

export interface MakeFilesRequest {
  what: string
  recipes: readonly ImageRecipe[]
  device?: string
  pathOf(recipe: ImageRecipe, at: number): string
}

/** Two in flight: while one picture is encoded and written, the next is in the model. */
const IN_FLIGHT = 2

/** Make every recipe and put the pictures where they belong, in order, each as soon as it is whole. */
export async function makeFiles(host: Host, request: MakeFilesRequest): Promise<MadeFile[]> {
  const { studio, output, signal } = host
  const { recipes, what } = request
  const done = recipes.map(() => 0)
  const estimate = createEstimate()
  const told = new Set<string>()
  const showProgress = () => {
    const all = done.reduce((sum, part) => sum + part, 0) / recipes.length
    const finished = done.filter((part) => part === 1).length
    const secondsLeft = estimate(all)
    output.progress({
      what: recipes.length > 1 ? `${what} ${finished}/${recipes.length}` : what,
      done: all,
      ...(secondsLeft === undefined ? {} : { secondsLeft }),
    })
  }

  async function makeOne(recipe: ImageRecipe, at: number): Promise<MadeFile[]> {
    const made = await studio.images.generate(recipe, {
      signal,
      ...(request.device === undefined ? {} : { device: request.device }),
      onEvent(event: JobEvent) {
        output.event({ ...event, picture: at })
        if (event.event === 'step') done[at] = Math.min(0.99, event.step / event.steps)
        showProgress()
      },
    })
    if (made.reading) tellReading(host, made.reading, told)
    const files: MadeFile[] = []
    for (const artifact of made.artifacts) {
      signal.throwIfAborted()
      const wanted = request.pathOf(recipe, at)
      await ensureFolder(dirname(wanted))
      const path = await studio.library.export(artifact.sha256, wanted)
      files.push({ path, sha256: artifact.sha256, recipe: made.recipe })
      output.event({ event: 'file', path, sha256: artifact.sha256, ...timesOf(made) })
      output.say(`${path}  ${artifact.width}×${artifact.height}${'seed' in recipe ? `  seed ${recipe.seed}` : ''}`)
    }
    done[at] = 1
    showProgress()
    return files
  }

  const results: MadeFile[][] = recipes.map(() => [])
  let next = 0
  const work = async () => {
    while (next < recipes.length) {
      const at = next++
      results[at] = await makeOne(recipes[at]!, at)
    }
  }
  // The first failure stops the rest: what is in flight ends, nothing new begins.
  const workers = Array.from({ length: Math.min(IN_FLIGHT, recipes.length) }, () =>
    work().catch((error) => {
      next = recipes.length
      throw error
    }),
  )
  const outcomes = await Promise.allSettled(workers)
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
  return results.flat()
}

export function timesOf(made: Made): Record<string, number | string> {
  return {
    seconds: round(made.seconds.total),
    modelSeconds: round(made.ran.seconds),
    loadSeconds: round(made.ran.loadSeconds),
    encodeSeconds: round(made.seconds.encode),
    device: made.ran.device,
  }
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000
}

function tellReading({ output }: Host, reading: Reading, told: Set<string>): void {
  const text = JSON.stringify(reading)
  if (told.has(text)) return
  told.add(text)
  output.event({ event: 'reading', ...reading })
  if (reading.unknown.length > 0)
    output.note(`not understood: ${reading.unknown.join(', ')} ("broadside models info ID" lists the words it knows)`)
}
