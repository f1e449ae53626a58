import { readFile } from 'node:fs/promises'
import { StudioError } from '#shared/errors.ts'
import type { Family, PackageOf } from '#shared/models/manifest.ts'
import type { Graph } from '../onnx/graph.ts'
import { type Meter, type OpenGraph, type OpenOptions, openGraph } from '../onnx/session.ts'
import type { OpenPackage } from '../pipelines/pipeline.ts'
import { dataBeside, verifyFile } from './read.ts'
import { rename } from './rename.ts'
import { checkSignature, signatureOf } from './signature.ts'
import { refuseWhatWebGpuGetsWrong } from './webgpu.ts'

export interface PackageOnDevice<F extends Family = Family> extends OpenPackage<F> {
  /** Time inside `session.run` of all graphs since the package was opened. */
  readonly meter: Readonly<Meter>
  /** Seconds spent opening graphs. */
  readonly loadSeconds: number
  close(): Promise<void>
}

/**
 * Opens nothing yet: each graph opens at its first use, after the sha256 of its file was checked. Weights kept outside
 * the ONNX file (external data) are checked with it.
 */
export function openPackage<F extends Family>(
  dir: string,
  manifest: PackageOf<F>,
  options: Omit<OpenOptions, 'meter' | 'takesTurns' | 'outputs'>,
): PackageOnDevice<F> {
  const meter: Meter = { seconds: 0, runs: 0 }
  const sessions: Record<string, string | undefined> = manifest.config.sessions
  const takesTurns = Object.values(sessions).filter((file) => file !== undefined).length > 1
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
    for (const data of dataBeside(file, Object.keys(manifest.files))) await verifyFile(dir, manifest, data)
    const names = manifest.bindings?.[role]
    const outputs = signature.outputs.map((name) => names?.[name] ?? name)
    const path = await verifyFile(dir, manifest, file)
    if (options.device === 'webgpu') await refuseWhatWebGpuGetsWrong(path)
    const opened = await openGraph(path, { ...options, takesTurns, meter, outputs })
    loadSeconds += (performance.now() - started) / 1000
    const graph = rename(opened, names)
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
    readFile: async (path) => readFile(await verifyFile(dir, manifest, path)),
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
