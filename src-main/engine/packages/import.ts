import { constants, copyFile, lstat, mkdir, readdir, realpath, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { StudioError, toStudioError } from '#shared/errors.ts'
import { type ModelPackage, modelPackageSchema } from '#shared/models/manifest.ts'
import { parse } from '#shared/validate.ts'
import { diffusersFolder } from './import-diffusers.ts'
import { bareOnnx } from './import-onnx.ts'
import { packageFolder } from './import-package.ts'
import { transformersFolder } from './import-transformers.ts'
import { checkOnnx } from './onnx-file.ts'
import { openPackage } from './open.ts'
import type { Hints, Plan, PlannedFile, Recogniser, Source } from './plan.ts'
import { plainFile, sha256OfFile } from './read.ts'

/** Every layout that `models add` takes, the most telling first: a new one is one file and one line here. */
const recognisers: Recogniser[] = [packageFolder, diffusersFolder, transformersFolder, bareOnnx]

/** More than any model folder has, and a bound for one that was built to waste time. */
const MAX_NAMES = 10_000

/**
 * Makes a package in the empty folder `out` from what is at `path`: recognises the layout, copies real files, hashes
 * them, writes model.json and opens every graph once. On failure `out` may hold files; its owner removes it.
 */
export async function importPackage(
  path: string,
  out: string,
  hints: Hints,
  signal?: AbortSignal,
): Promise<ModelPackage> {
  const source = await look(path, hints)
  const plan = await recognise(source, signal)
  const files: ModelPackage['files'] = {}
  for (const file of plan.files) {
    signal?.throwIfAborted()
    files[file.to] = await copy(file, out)
  }
  const json = { attribution: [], ...plan.manifest, files }
  const manifest = parse(modelPackageSchema, json, { what: 'model.json', code: 'invalid-model', where: { file: path } })
  await openAll(out, manifest, signal)
  await writeFile(join(out, 'model.json'), `${JSON.stringify(manifest, null, 2)}\n`, { flag: 'wx' })
  return manifest
}

async function look(path: string, hints: Hints): Promise<Source> {
  const where = { file: path }
  const real = await realpath(path).catch((thrown) => Promise.reject(toStudioError(thrown, where)))
  const status = await lstat(real)
  const folder = status.isDirectory()
  if (!folder && !status.isFile())
    throw new StudioError({ code: 'invalid-file', message: 'this is no file or folder', where })
  const names = await readdir(folder ? real : dirname(real))
  if (names.length > MAX_NAMES)
    throw new StudioError({ code: 'invalid-file', message: `the folder has more than ${MAX_NAMES} files`, where })
  return { path: real, folder, names: names.sort(), hints }
}

async function recognise(source: Source, signal?: AbortSignal): Promise<Plan> {
  refusePickle(source)
  for (const recogniser of recognisers) {
    const plan = await recogniser(source, signal)
    if (plan) return plan
  }
  throw new StudioError({
    code: 'invalid-model',
    message: `${basename(source.path)} is no model that the studio knows`,
    where: { file: source.path },
    remedy:
      'Give a folder with model.json, a diffusers or transformers ONNX export, or an .onnx file of an upscaler, a VAE or a GAN generator.',
  })
}

const CODE = /\.(?:pt|pth|ckpt|pkl|pickle|bin|safetensors|gguf)$/i

/** Formats that are not ONNX get a reason of their own; pickles hold code and are never read. */
function refusePickle({ path, folder, names }: Source): void {
  if (
    folder
      ? names.some((name) => name.endsWith('.onnx') || name.endsWith('.json') || !CODE.test(name))
      : !CODE.test(path)
  )
    return
  throw new StudioError({
    code: 'invalid-model',
    message: `${basename(path)} is not ONNX; PyTorch files can hold code and are never opened`,
    where: { file: path },
    remedy: 'Export the model to ONNX first.',
  })
}

/** A real copy, never a link: what is hashed here is what will run. */
async function copy({ from, bytes, to }: PlannedFile, out: string): Promise<{ sha256: string; bytes: number }> {
  const file = await plainFile(dirname(from), basename(from))
  const { nlink } = await lstat(file)
  if (nlink > 1) {
    throw new StudioError({
      code: 'invalid-file',
      message: `${basename(from)} is a hard link: somebody else could change it`,
      where: { file: from },
      remedy: 'Copy the file and add the copy.',
    })
  }
  const target = join(out, to)
  try {
    await mkdir(dirname(target), { recursive: true })
    if (bytes) await writeFile(target, bytes, { flag: 'wx' })
    else await copyFile(file, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE)
  } catch (thrown) {
    throw toStudioError(thrown, { file: target })
  }
  const { size } = await lstat(target)
  return { sha256: await sha256OfFile(target), bytes: size }
}

async function openAll(out: string, manifest: ModelPackage, signal?: AbortSignal): Promise<void> {
  const pkg = openPackage(out, manifest, { device: 'cpu' })
  try {
    const sessions: Record<string, string | undefined> = manifest.config.sessions
    for (const [role, path] of Object.entries(sessions)) {
      if (path === undefined) continue
      signal?.throwIfAborted()
      await checkOnnx(join(out, path))
      await pkg.graph(role)
    }
  } finally {
    await pkg.close()
  }
}
