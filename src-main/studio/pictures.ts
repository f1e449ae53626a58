import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Artifact } from '#shared/contract/artifact.ts'
import type { CallOptions } from '#shared/contract/studio-api.ts'
import { toStudioError } from '#shared/errors.ts'
import type { ReadDielineTask, ResultOf } from '#shared/work/tasks.ts'
import { inScratch } from './compose.ts'
import { copyWhole, hashFile } from './files.ts'
import { signalOf } from './make.ts'
import type { Room } from './room.ts'

/** A copy of the user's file in the library; decoding it first refuses what is no picture. An SVG is drawn. */
export async function bring(room: Room, path: string, options: CallOptions & { width?: number }): Promise<Artifact> {
  if (await isMarkup(path)) return draw(room, path, options)
  const facts = await room.imaging.run({ task: 'read-metadata', path }, signalOf(options))
  const state = await room.state(options.signal)
  return inScratch(state, async (folder) => {
    await room.imaging.run({ task: 'decode', path, out: join(folder, 'probe.raw') }, signalOf(options))
    const copy = join(folder, 'picture')
    await copyWhole(path, copy)
    const sha256 = await hashFile(copy)
    const { size } = await stat(copy)
    return state.library.adopt(copy, {
      kind: 'input',
      sha256,
      extension: facts.format === 'jpeg' ? 'jpg' : facts.format,
      bytes: size,
      width: facts.width,
      height: facts.height,
    })
  })
}

/** Only its pixels come in: an SVG can hold programs and addresses. */
async function draw(
  room: Room,
  path: string,
  { width, ...options }: CallOptions & { width?: number },
): Promise<Artifact> {
  const state = await room.state(options.signal)
  return inScratch(state, async (folder) => {
    const out = join(folder, 'drawn.png')
    const { hasText: _, ...drawn } = await room.imaging.run(
      { task: 'rasterise-svg', path, out, ...(width === undefined ? {} : { width }) },
      signalOf(options),
    )
    return state.library.adopt(out, { kind: 'input', extension: 'png', ...drawn })
  })
}

/** No picture format starts with "<"; whatever else this is, the worker says. */
async function isMarkup(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(64), position: 0 }).catch((error) => {
      throw toStudioError(error, { file: path }) // a folder
    })
    return /^\uFEFF?\s*</.test(buffer.toString('utf8', 0, bytesRead))
  } finally {
    await file.close()
  }
}

/** What a dieline layer needs of an SVG file. */
export function readDieline(room: Room, path: string, options: CallOptions): Promise<ResultOf<ReadDielineTask>> {
  return room.imaging.run({ task: 'read-dieline', path }, signalOf(options))
}
