import { readFile, statfs } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { freemem, totalmem } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { ensureFolder, removeWhole, writeWhole } from '#main/studio/files.ts'
import { programFile } from '#main/studio/program.ts'
import { toStudioError } from '#shared/errors.ts'
import type { OwnHost } from '../host.ts'

export interface Check {
  name: string
  /** `missing`: something more would be possible; `bad`: something does not work. */
  state: 'good' | 'missing' | 'bad'
  found: string
  remedy?: string
}

const GiB = 2 ** 30
/** The bundled families and the packages that hold their files. */
const FONTS = programFile('assets/fonts.json')
const fontsSchema = z.object({ families: z.array(z.object({ family: z.string(), package: z.string() })) })

/** How to get what ONNX Runtime could use but does not come with it. */
const DEVICE_REMEDIES: Record<string, string> = {
  cuda: 'For NVIDIA GPUs: CUDA 12 and cuDNN 9, then "npm rebuild onnxruntime-node" with the network open (it fetches the CUDA provider).',
  webgpu: 'For GPUs through Vulkan: install the driver of your GPU (Linux: libvulkan1 and its ICD).',
}

/** Look at one thing after the other; a thing that fails is a finding, never an end. */
export async function* examine(host: OwnHost): AsyncGenerator<Check> {
  yield node()
  yield await dataFolder(host)
  yield await space(host)
  yield memory()
  yield* devices(host)
  yield await fonts()
  yield* models(host)
}

function node(): Check {
  const major = Number(process.versions.node.split('.')[0])
  const found = `${process.version} on ${process.platform} ${process.arch}`
  if (major >= 24) return { name: 'Node', state: 'good', found }
  return {
    name: 'Node',
    state: 'bad',
    found,
    remedy: 'Broadside needs Node 24; "npm ci" brings it along on Linux and Windows.',
  }
}

async function dataFolder({ home }: OwnHost): Promise<Check> {
  const probe = join(home, '.doctor')
  try {
    await ensureFolder(home)
    await writeWhole(probe, 'x')
    await removeWhole(probe)
    return { name: 'data folder', state: 'good', found: `${home} can be written` }
  } catch (error) {
    const remedy = 'Choose another with --home or BROADSIDE_HOME.'
    return { name: 'data folder', state: 'bad', found: toStudioError(error).toLine(), remedy }
  }
}

async function space({ home }: OwnHost): Promise<Check> {
  try {
    const { bavail, bsize } = await statfs(home)
    const free = (bavail * bsize) / GiB
    const found = `${free.toFixed(1)} GiB free`
    if (free >= 1) return { name: 'free space', state: 'good', found }
    return {
      name: 'free space',
      state: free < 0.1 ? 'bad' : 'missing',
      found,
      remedy: 'A batch of posters needs about 1 GiB.',
    }
  } catch (error) {
    return { name: 'free space', state: 'bad', found: toStudioError(error).toLine() }
  }
}

function memory(): Check {
  const found = `${(freemem() / GiB).toFixed(1)} of ${(totalmem() / GiB).toFixed(1)} GiB free`
  if (totalmem() >= 3.5 * GiB) return { name: 'memory', state: 'good', found }
  return { name: 'memory', state: 'missing', found, remedy: 'Large sizes need 4 GiB; the starters run in 2.' }
}

async function* devices({ studio, signal }: OwnHost): AsyncGenerator<Check> {
  try {
    const { runtime, devices } = await studio.devices({ signal })
    yield { name: 'runtime', state: 'good', found: runtime }
    for (const { id, name, available, reason } of devices) {
      if (available) yield { name: `device ${id}`, state: 'good', found: name }
      else yield { name: `device ${id}`, state: 'missing', found: reason ?? 'not available', ...remedyFor(id) }
    }
    if (!devices.some(({ id }) => id === 'cuda') && process.platform === 'linux')
      yield { name: 'device cuda', state: 'missing', found: 'not part of this installation', ...remedyFor('cuda') }
  } catch (error) {
    yield { name: 'runtime', state: 'bad', found: toStudioError(error).toLine() }
  }
}

function remedyFor(id: string): { remedy?: string } {
  const remedy = DEVICE_REMEDIES[id]
  return remedy === undefined ? {} : { remedy }
}

async function fonts(): Promise<Check> {
  try {
    const { families } = fontsSchema.parse(JSON.parse(await readFile(FONTS, 'utf8')))
    const require = createRequire(import.meta.url)
    const missing = families.filter((font) => !resolves(require, `${font.package}/package.json`))
    if (missing.length === 0)
      return { name: 'fonts', state: 'good', found: `${families.length} families, Latin and Chinese` }
    const found = `missing ${missing.map((font) => font.family).join(', ')}`
    return { name: 'fonts', state: 'bad', found, remedy: 'Run "npm ci" in the project folder.' }
  } catch (error) {
    return { name: 'fonts', state: 'bad', found: toStudioError(error).toLine() }
  }
}

function resolves(require: NodeJS.Require, name: string): boolean {
  try {
    require.resolve(name)
    return true
  } catch {
    return false
  }
}

async function* models({ studio, signal }: OwnHost): AsyncGenerator<Check> {
  const entries = await studio.models.list()
  if (entries.length === 0)
    yield { name: 'models', state: 'bad', found: 'none', remedy: 'models/starter is part of the project; restore it.' }
  for (const { id } of entries) {
    try {
      const { files, bytes, loadSeconds } = await studio.models.verify(id, { signal })
      const found = `${files} files, ${(bytes / 1e6).toFixed(1)} MB, opens in ${loadSeconds.toFixed(1)} s`
      yield { name: `model ${id}`, state: 'good', found }
    } catch (error) {
      const { message, remedy } = toStudioError(error)
      yield { name: `model ${id}`, state: 'bad', found: message, ...(remedy ? { remedy } : {}) }
    }
  }
}
