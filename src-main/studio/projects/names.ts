import { basename, extname, join } from 'node:path'
import { exists } from '../files.ts'

export const EXTENSION = '.broadside'

const MOST_BYTES = 180
const DEVICES = /^(con|prn|aux|nul|com\d|lpt\d)$/i

/** What people call a project, as a file name that every system takes. */
export function fileNameOf(name: string): string {
  const plain = name
    .normalize('NFC')
    .replace(/\.broadside$/i, '')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not get into a name
    .replace(/[/\\:*?"<>|\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]+/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[. ]+/, '')
  let short = ''
  for (const char of plain) {
    if (Buffer.byteLength(short + char) > MOST_BYTES) break
    short += char
  }
  short = short.replace(/[. ]+$/, '')
  return short === '' || DEVICES.test(short) ? `Untitled${short && ` ${short}`}` : short
}

export const nameOfFile = (path: string): string => basename(path, extname(path)).slice(0, 200) || 'Untitled'

/** `<folder>/<name>.broadside`, with a number when that is taken. */
export async function freePath(folder: string, name: string, taken: (path: string) => boolean): Promise<string> {
  const stem = fileNameOf(name)
  for (let n = 1; ; n++) {
    const path = join(folder, `${n === 1 ? stem : `${stem} ${n}`}${EXTENSION}`)
    if (!taken(path) && !(await exists(path))) return path
  }
}
