import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ModelPackage, modelPackageSchema } from '#shared/models/manifest.ts'
import type { Recipe } from '#shared/recipe/recipe.ts'
import type { Lane } from '#shared/work/tasks.ts'
import { importResult, type MakeTask, makeResult, type TaskEvent, verifyResult } from '#shared/work/tasks.ts'
import { openLane } from './supervisor.ts'

const tiny = (name: string) => join(import.meta.dirname, '../../models/tiny', name)
const manifestOf = async (dir: string): Promise<ModelPackage> =>
  modelPackageSchema.parse(JSON.parse(await readFile(join(dir, 'model.json'), 'utf8')))

let lane: Lane
let outDir: string
beforeAll(() => {
  lane = openLane({ entry: new URL('./inference.ts', import.meta.url), name: 'inference worker' })
})
afterAll(() => lane.close())
beforeEach(async () => {
  outDir = await mkdtemp(join(tmpdir(), 'broadside-'))
})

const model = { id: 'tiny', hash: '0'.repeat(64) }
const recipe: Recipe = {
  format: 1,
  kind: 'diffusion',
  model,
  ...{ prompt: 'a teal fox', negative: '', seed: 5, width: 64, height: 64, steps: 3, guidance: 2 },
  sampler: 'euler',
  schedule: 'flow',
}
async function task(change: Partial<MakeTask> = {}): Promise<MakeTask> {
  const packageDir = change.packageDir ?? tiny('tiny-diffusion')
  return {
    task: 'make',
    packageDir,
    manifest: await manifestOf(packageDir),
    recipe,
    inputs: {},
    outDir,
    device: 'cpu',
    previews: false,
    ...change,
  }
}

test('devices: the CPU always works, others say why not', async () => {
  const { runtime, devices } = await lane.run({ task: 'devices' })
  expect(runtime).toMatch(/^onnxruntime-node \d/)
  expect(devices[0]).toMatchObject({ id: 'cpu', available: true })
  for (const { available, reason } of devices) expect(available || (reason ?? '') !== '').toBe(true)
})

test('make: pixels in files, events on the way, and what ran', async () => {
  const events: TaskEvent[] = []
  const result = makeResult.parse(
    await lane.run(await task({ previews: true }), { onEvent: (event) => events.push(event) }),
  )
  const [picture] = result.pictures
  expect(picture).toMatchObject({ width: 64, height: 64, channels: 3 })
  expect(picture?.path.startsWith(outDir)).toBe(true)
  expect(await readFile(picture!.path)).toHaveLength(64 * 64 * 3)
  expect(result.reading?.understood.map(({ name }) => name)).toEqual(['teal', 'fox'])
  expect(result.ran).toMatchObject({ device: 'cpu', runtime: expect.stringContaining('onnxruntime-node') })
  expect(result.ran.sessionRuns).toBeGreaterThanOrEqual(5)
  expect(result.ran.sessionSeconds).toBeLessThanOrEqual(result.ran.seconds)
  const kinds = events.map(({ type }) => type)
  expect(kinds.filter((type) => type === 'step')).toHaveLength(3)
  const preview = events.find((event) => event.type === 'preview')
  expect(await readFile(preview!.picture.path)).toHaveLength(64 * 64 * 3)
})

test('make: the same recipe gives the same bytes, and an open package loads once', async () => {
  const first = await lane.run(await task())
  const bytes = await readFile(first.pictures[0]!.path)
  const second = await lane.run(await task())
  expect(await readFile(second.pictures[0]!.path)).toEqual(bytes)
  expect(second.ran.loadSeconds).toBe(0)
})

test('make: input pictures come by their sha256', async () => {
  const raw = { path: join(outDir, 'in.raw'), width: 64, height: 64, channels: 3 as const }
  await writeFile(raw.path, new Uint8Array(64 * 64 * 3).fill(90))
  const init = 'a'.repeat(64)
  const from = { ...recipe, init, strength: 0 } as Recipe
  const { pictures } = await lane.run(await task({ recipe: from, inputs: { [init]: raw } }))
  expect(new Set(await readFile(pictures[0]!.path))).toEqual(new Set([90]))
  await expect(lane.run(await task({ recipe: from }))).rejects.toMatchObject({ code: 'not-found' })
  await writeFile(raw.path, new Uint8Array(10))
  await expect(lane.run(await task({ recipe: from, inputs: { [init]: raw } }))).rejects.toMatchObject({
    code: 'invalid-file',
    where: { file: raw.path },
  })
})

describe('every family', () => {
  test.each([
    ['tiny-gan', { kind: 'gan', prompt: 'stripes', seed: 1, truncation: 0.7 }],
    [
      'tiny-vae',
      {
        kind: 'vae',
        operation: 'sample',
        seed: 1,
        width: 64,
        height: 64,
        temperature: 1,
        inputs: [],
        amount: 0.5,
        frames: 2,
      },
    ],
  ])('%s makes a picture', async (name, rest) => {
    const made = { format: 1, model, ...rest } as unknown as Recipe
    const { pictures } = await lane.run(await task({ packageDir: tiny(name), recipe: made }))
    expect(pictures.length).toBeGreaterThan(0)
  })

  test('a recipe of another kind than the model is refused', async () => {
    await expect(lane.run(await task({ packageDir: tiny('tiny-gan') }))).rejects.toMatchObject({
      code: 'usage',
      where: { field: 'recipe.model.id' },
    })
  })
})

test('cancel stops between two steps', async () => {
  const abort = new AbortController()
  const running = lane.run(await task({ recipe: { ...recipe, steps: 50, width: 256, height: 256 } as Recipe }), {
    signal: abort.signal,
    onEvent: (event) => {
      if (event.type === 'step') abort.abort()
    },
  })
  await expect(running).rejects.toMatchObject({ code: 'cancelled' })
})

test('verify: counts files and loads every graph; a flipped bit is an integrity error', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'broadside-'))
  await cp(tiny('tiny-diffusion'), dir, { recursive: true })
  const manifest = await manifestOf(dir)
  const verify = { task: 'verify', packageDir: dir, manifest, device: 'cpu' } as const
  expect(verifyResult.parse(await lane.run(verify)).files).toBe(Object.keys(manifest.files).length)
  const bytes = await readFile(join(dir, 'vae_decoder.onnx'))
  bytes[60]! ^= 1
  await writeFile(join(dir, 'vae_decoder.onnx'), bytes)
  await expect(lane.run(verify)).rejects.toMatchObject({
    code: 'integrity',
    where: { file: join(dir, 'vae_decoder.onnx') },
  })
})

test('import: writes a package', async () => {
  const result = importResult.parse(
    await lane.run({ task: 'import', path: tiny('tiny-upscaler/x4.onnx'), out: outDir, hints: { id: 'bigger' } }),
  )
  expect(result.manifest).toMatchObject({ id: 'bigger', family: 'upscaler' })
  expect(await manifestOf(outDir)).toEqual(result.manifest)
})
