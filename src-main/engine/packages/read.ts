import { createHash } from 'node:crypto'
import { lstat, open, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { StudioError, toStudioError } from '#shared/errors.ts'
import { type ModelPackage, modelPackageSchema } from '#shared/models/manifest.ts'
import { parse } from '#shared/validate.ts'

/** model.json of a package with 1,000 vocabulary words and 1,000 files is under 1 MiB. */
export const MAX_MANIFEST_BYTES = 4 * 2 ** 20

const AGAIN = 'The package is damaged or was changed: add it again.'

/** model.json of the package folder `dir`, checked against the schema. Says nothing about the files yet. */
export async function readManifest(dir: string): Promise<ModelPackage> {
  const file = join(dir, 'model.json')
  const bytes = await readBounded(await plainFile(dir, 'model.json'), MAX_MANIFEST_BYTES)
  const where = { file }
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new StudioError({ code: 'invalid-model', message: 'model.json is not JSON', where, remedy: AGAIN }, { cause })
  }
  return parse(modelPackageSchema, json, { what: 'model.json', code: 'invalid-model', where })
}

/** Checks that every file of the manifest is there, a plain file inside `dir`, and has its size and sha256. */
export async function verifyFiles(
  dir: string,
  manifest: ModelPackage,
  signal?: AbortSignal,
): Promise<{ files: number; bytes: number }> {
  let bytes = 0
  for (const path of Object.keys(manifest.files)) {
    signal?.throwIfAborted()
    await verifyFile(dir, manifest, path)
    bytes += manifest.files[path]!.bytes
  }
  return { files: Object.keys(manifest.files).length, bytes }
}

/** The absolute path of one file of the package, after its size and sha256 were checked. */
export async function verifyFile(dir: string, manifest: ModelPackage, path: string): Promise<string> {
  const expected = manifest.files[path]
  const refuse = (code: 'integrity' | 'invalid-model', problem: string) =>
    new StudioError({ code, message: `${path} ${problem}`, where: { file: join(dir, path) }, remedy: AGAIN })
  if (!expected) throw refuse('invalid-model', 'is not listed in model.json')
  const file = await plainFile(dir, path).catch((thrown) => {
    const error = toStudioError(thrown)
    throw error.code === 'not-found' ? refuse('integrity', 'is missing') : error
  })
  const { size } = await lstat(file)
  if (size !== expected.bytes) throw refuse('integrity', `has ${size} bytes instead of ${expected.bytes}`)
  if ((await sha256OfFile(file)) !== expected.sha256)
    throw refuse('integrity', 'was changed: its sha256 does not match')
  return file
}

/**
 * The absolute path of a plain file inside `dir`: no link anywhere below `dir`, nothing outside it, no device or pipe.
 */
export async function plainFile(dir: string, path: string): Promise<string> {
  const file = join(dir, path)
  const where = { file }
  const status = await lstat(file).catch((thrown) => Promise.reject(toStudioError(thrown, where)))
  const inside = join(await realpath(dir), path)
  if (status.isSymbolicLink() || (await realpath(file)) !== inside) {
    throw new StudioError({
      code: 'invalid-file',
      message: `${path} is or goes through a link`,
      where,
      remedy: 'Copy the file itself into the folder.',
    })
  }
  if (!status.isFile()) throw new StudioError({ code: 'invalid-file', message: `${path} is not a plain file`, where })
  return file
}

/** A small file, whole; one that is larger is refused before it is read. */
export async function readBounded(file: string, most: number): Promise<Uint8Array> {
  const handle = await open(file, 'r').catch((thrown) => Promise.reject(toStudioError(thrown, { file })))
  try {
    const { size } = await handle.stat()
    if (size > most) {
      throw new StudioError({
        code: 'invalid-file',
        message: `the file has ${size} bytes, ${most} are allowed`,
        where: { file },
      })
    }
    return await handle.readFile()
  } finally {
    await handle.close()
  }
}

/** Lower-case hex, read in blocks: weights are larger than memory should be. */
export async function sha256OfFile(file: string): Promise<string> {
  const handle = await open(file, 'r').catch((thrown) => Promise.reject(toStudioError(thrown, { file })))
  const hash = createHash('sha256')
  for await (const block of handle.createReadStream({ highWaterMark: 1 << 20 })) hash.update(block as Buffer)
  return hash.digest('hex')
}

/** Names of files that hold weights outside an ONNX file: `model.onnx_data`, `weights.pb`. */
export const EXTERNAL_DATA = /^[A-Za-z0-9_-][A-Za-z0-9._-]*\.(?:onnx_data(?:_\d+)?|onnx\.data|data|pb|bin)$/

/** Such files in the graph's own folder. */
export function dataBeside(graph: string, files: readonly string[]): string[] {
  const folder = graph.slice(0, graph.lastIndexOf('/') + 1)
  return files.filter((path) => path.startsWith(folder) && EXTERNAL_DATA.test(path.slice(folder.length)))
}
