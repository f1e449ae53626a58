import { setTimeout as sleep } from 'node:timers/promises'
import { StudioError, toStudioError } from '#shared/errors.ts'

import { type Recipe, recipeHash } from '#shared/recipe/recipe.ts'
import { copyFile } from '../copy-file.ts'
import { isThere } from '../library.ts'
import { make } from '../make.ts'
import { paceKey } from '../pace.ts'
import type { Room } from '../room.ts'
import type { State } from '../state.ts'
import type { Registry } from './registry.ts'

/** Pictures and lines that files of a batch are made of. Equal ones are made once, and what the library has, never. */
export interface Parts {
  /** sha256 of what this recipe makes. Throws why it could not be made, for every file that wants it. */
  picture(recipe: string): Promise<string>
  line(recipe: string, number: number): Promise<string>
}

export interface PartsOptions {
  room: Room
  state: State
  registry: Registry
  signal: AbortSignal
  device: string
  /** Recipes by hash, in the order in which files need them. */
  recipes: ReadonlyMap<string, Recipe>
  /** A person's own jobs run or wait. */
  lineIsBusy(): boolean
  onMade(): void
  /** What is wrong with the disk is wrong with everything: the batch stops. */
  onTrouble(error: StudioError): void
}

/** A batch lets a person's own jobs go first, and looks this often whether they are through. */
const LOOK_EVERY_MS = 100

export function makeParts(options: PartsOptions): Parts {
  const { recipes, signal } = options
  const made = new Map<string, Promise<string[]>>()
  let last: Promise<unknown> = Promise.resolve()

  // One after the other: a lane has one job at a time, and a person's own comes in between.
  for (const [hash, recipe] of recipes) {
    const making = last.then(() => makePart(options, recipe))
    making.then(options.onMade, (error) => {
      if (stopsAll(error)) options.onTrouble(error)
    })
    made.set(hash, making)
    last = making.catch((error) => {
      if (signal.aborted || stopsAll(error)) throw error // nobody wants the rest any more
    })
    last.catch(() => {}) // told by those that wait for it
  }

  return {
    async picture(recipe) {
      return (await made.get(recipe)!)[0]!
    },
    async line(recipe, number) {
      const lines = await made.get(recipe)!
      const line = lines[number]
      if (line !== undefined) return line
      throw new StudioError({
        code: 'invalid-input',
        message: `the model wrote ${lines.length} lines, this file needs number ${number + 1}`,
        remedy: 'Ask for fewer lines per brief, or another seed.',
      })
    },
  }
}

/** Errors that every file would end with. */
export const stopsAll = ({ code }: StudioError): boolean => code === 'no-space' || code === 'not-writable'

async function makePart(options: PartsOptions, recipe: Recipe): Promise<string[]> {
  const { room, state, registry, signal, device, lineIsBusy } = options
  try {
    const before = await alreadyMade(state, recipe)
    if (before) return before
    while (lineIsBusy()) await sleep(LOOK_EVERY_MS, undefined, { signal })
    const { artifacts, lines, seconds } = await make(room, recipe, { signal, device })
    registry.learn(paceKey(recipe, device), { seconds: seconds.total, bytes: 0 })
    return recipe.kind === 'text' ? lines.map(({ text }) => text) : artifacts.map(({ sha256 }) => sha256)
  } catch (thrown) {
    throw toStudioError(thrown)
  }
}

/** What the library has of it: sha256 of the pictures, or the lines. */
export async function alreadyMade(state: State, recipe: Recipe): Promise<string[] | undefined> {
  const { library } = state
  for (const artifact of library.find({ recipeHash: recipeHash(recipe) })) {
    if (!(await isThere(library, artifact.sha256))) continue
    return recipe.kind === 'text' ? await linesOf(state, artifact.sha256) : [artifact.sha256]
  }
  return undefined
}

async function linesOf({ library }: State, sha256: string): Promise<string[]> {
  const { lines } = await copyFile.read(library.pathOf(sha256)!)
  return lines.map(({ text }) => text)
}
