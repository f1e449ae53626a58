import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Generator } from '#main/engine/noise/generator.ts'
import { openLane, type WorkerLane } from '#main/workers/supervisor.ts'
import {
  type Family,
  type ModelPackage,
  modelPackageSchema,
  type PackageOf,
  packageHash,
} from '#shared/models/manifest.ts'
import { parseRecipe } from '#shared/recipe/recipe.ts'
import { parse } from '#shared/validate.ts'
import type { RawFile } from '#shared/work/picture.ts'
import type { MakeResult, MakeTask, RunOptions } from '#shared/work/tasks.ts'

const STARTERS = new URL('../../models/starter/', import.meta.url)

export interface Starter<F extends Family = Family> {
  dir: string
  manifest: PackageOf<F>
}

export function starterOf<F extends Family>(family: F, id: string): Starter<F> {
  const { dir, manifest } = starter(id)
  if (manifest.family !== family) throw new Error(`${id} is of family ${manifest.family}, expected ${family}`)
  return { dir, manifest: manifest as PackageOf<F> }
}

export function starter(id: string): { dir: string; manifest: ModelPackage } {
  const dir = fileURLToPath(new URL(`${id}/`, STARTERS))
  const text = readFileSync(join(dir, 'model.json'), 'utf8')
  return { dir, manifest: parse(modelPackageSchema, JSON.parse(text), { what: 'model.json', where: { file: dir } }) }
}

export const hasStarter = (id: string): boolean => existsSync(new URL(`${id}/model.json`, STARTERS))

/** As a service opens it: with a spare process that takes over after a kill. */
export const inferenceLane = (): WorkerLane =>
  openLane({ entry: new URL('../workers/inference.ts', import.meta.url), name: 'inference worker', spare: true })

/** A folder for raw pixels that is gone afterwards. */
export async function inScratch<T>(work: (dir: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'broadside-bench-'))
  try {
    return await work(dir)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

export interface Maker {
  make(fields: Record<string, unknown>, options?: RunOptions, inputs?: Record<string, RawFile>): Promise<MakeResult>
}

/** Makes recipes of one starter on one lane; `fields` are the recipe's own beside format and model. */
export function maker(
  lane: WorkerLane,
  { dir, manifest }: { dir: string; manifest: ModelPackage },
  scratch: string,
): Maker {
  return {
    async make(fields, options = {}, inputs = {}) {
      const recipe = parseRecipe({ format: 1, model: { id: manifest.id, hash: packageHash(manifest) }, ...fields })
      const outDir = await mkdtemp(join(scratch, 'out-'))
      const task: MakeTask = {
        task: 'make',
        packageDir: dir,
        manifest,
        recipe,
        inputs,
        outDir,
        device: 'cpu',
        previews: false,
      }
      return lane.run(task, options)
    },
  }
}

/** A picture of smooth noise: enough structure that nothing takes a short cut. */
export async function rawPicture(dir: string, width: number, height: number): Promise<RawFile> {
  const noise = new Generator(7).rand(width * height * 3)
  const path = join(dir, `input-${width}x${height}.raw`)
  await writeFile(
    path,
    Uint8Array.from(noise, (value) => value * 255),
  )
  return { path, width, height, channels: 3 }
}
