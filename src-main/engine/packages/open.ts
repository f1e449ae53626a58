import { open as openFile } from 'node:fs/promises'
import { join } from 'node:path'
import { StudioError, toStudioError } from '#shared/errors.ts'
import type { Family, PackageOf } from '#shared/models/manifest.ts'
import type { Graph } from '../onnx/graph.ts'
import { type Meter, type OpenGraph, type OpenOptions, openGraph } from '../onnx/session.ts'
import type { OpenPackage } from '../pipelines/pipeline.ts'
import { rename } from './rename.ts'
import { checkSignature, signatureOf } from './signature.ts'

export interface PackageOnDevice<F extends Family = Family> extends OpenPackage<F> {
  /** Time inside `session.run` of all graphs since the package was opened. */
  readonly meter: Readonly<Meter>
  /** Seconds spent opening graphs. */
  readonly loadSeconds: number
  close(): Promise<void>
}

/** Opens nothing yet: each graph opens at its first use. `dir` is the package's folder, already verified. */
export function openPackage<F extends Family>(
  dir: string,
  manifest: PackageOf<F>,
  options: Omit<OpenOptions, 'meter'>,
): PackageOnDevice<F> {
  const meter: Meter = { seconds: 0, runs: 0 }
  const sessions: Record<string, string | undefined> = manifest.config.sessions
  const opening = new Map<string, Promise<{ graph: Graph; opened: OpenGraph }>>()
  const memos = new Map<string, Promise<unknown>>()
  let loadSeconds = 0

  const open = async (role: string) => {
    const file = sessions[role]
    const signature = signatureOf(manifest, role)
    if (file === undefined || !signature) {
      throw new StudioError({
        code: 'invalid-model',
        message: `the package ${manifest.id} has no ${role}`,
        where: { field: `config.sessions.${role}` },
      })
    }
    const started = performance.now()
    const opened = await openGraph(join(dir, file), { ...options, meter })
    loadSeconds += (performance.now() - started) / 1000
    const graph = rename(opened, manifest.bindings?.[role])
    try {
      checkSignature(graph, role, signature)
    } catch (error) {
      await opened.close()
      throw error
    }
    return { graph, opened }
  }

  return {
    manifest,
    device: options.device,
    meter,
    get loadSeconds() {
      return loadSeconds
    },
    async graph(role) {
      return (await once(opening, role, () => open(role))).graph
    },
    readFile: (path) => readPackageFile(dir, manifest, path),
    memo: (key, make) => once(memos as Map<string, Promise<Awaited<ReturnType<typeof make>>>>, key, make),
    async close() {
      const graphs = await Promise.allSettled(opening.values())
      opening.clear()
      memos.clear()
      for (const result of graphs) if (result.status === 'fulfilled') await result.value.opened.close()
    },
  }
}

/** One promise per key; a failed one is forgotten, so that the next call tries again. */
function once<T>(made: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const known = made.get(key)
  if (known) return known
  const promise = make()
  made.set(key, promise)
  promise.catch(() => made.delete(key))
  return promise
}

/** A data file, whole. The manifest says how many bytes there are; a file that grew since is not read. */
async function readPackageFile(dir: string, manifest: PackageOf<Family>, path: string): Promise<Uint8Array> {
  const expected = manifest.files[path]
  if (!expected) {
    throw new StudioError({
      code: 'invalid-model',
      message: `the package ${manifest.id} has no ${path}`,
      where: { file: path },
    })
  }
  const file = join(dir, path)
  const handle = await openFile(file, 'r').catch((thrown) => Promise.reject(toStudioError(thrown, { file })))
  try {
    const { size } = await handle.stat()
    if (size !== expected.bytes) {
      throw new StudioError({
        code: 'integrity',
        message: `${path} has ${size} bytes instead of ${expected.bytes}`,
        where: { file },
        remedy: 'Add the package again.',
      })
    }
    return await handle.readFile()
  } finally {
    await handle.close()
  }
}
