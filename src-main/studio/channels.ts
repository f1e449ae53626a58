import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { CHANNELS, type Channel, channelListSchema } from '#shared/copy/channels.ts'
import { StudioError, toStudioError } from '#shared/errors.ts'
import { parse } from '#shared/validate.ts'
import { writeWhole } from './files.ts'
import type { Room } from './room.ts'

/** Where copy appears and how long it may be there: the writer's own list once there is one, else what ships. */
export interface Channels {
  list(): Promise<Channel[]>
  /** Takes the place of the whole list. */
  save(channels: readonly Channel[]): Promise<Channel[]>
}

const fileSchema = z.strictObject({ format: z.literal(1), channels: channelListSchema })

export function openChannels(room: Pick<Room, 'home' | 'state'>): Channels {
  const path = join(room.home, 'channels.json')
  return {
    async list() {
      const text = await read(path)
      return text === undefined ? [...CHANNELS] : parse(fileSchema, jsonOf(text, path), expectation(path)).channels
    },
    async save(value) {
      const channels = parse(channelListSchema, value, { what: 'channels' })
      await room.state()
      await writeWhole(path, `${JSON.stringify({ format: 1, channels }, undefined, 2)}\n`)
      return channels
    },
  }
}

/** Undefined when there is no such file. */
async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw toStudioError(error, { file: path })
  }
}

const REMEDY = 'Correct it, or delete it to have the channels that ship with the program.'

const expectation = (path: string) => ({
  what: 'channels',
  code: 'invalid-file' as const,
  where: { file: path },
  remedy: REMEDY,
})

function jsonOf(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const { message } = error as Error
    throw new StudioError({ ...expectation(path), message: `channels: the file is no JSON: ${message}` })
  }
}
