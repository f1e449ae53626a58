import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { z } from 'zod'
import { ensureFolder, writeWhole } from '#main/studio/files.ts'

/** A small file of the shell's own. What is lost with it is a convenience: it fails quietly, with a line on stderr. */
export interface Kept<T> {
  read(): T
  write(value: T): void
  /** Resolves when all that was written is on the disk. */
  written(): Promise<void>
}

export function keptIn<S extends z.ZodType>(file: string, schema: S, otherwise: z.output<S>): Kept<z.output<S>> {
  // One after the other: the last value is what the file says.
  let writing = Promise.resolve()
  return {
    read() {
      try {
        return schema.parse(JSON.parse(readFileSync(file, 'utf8')))
      } catch {
        return otherwise // the first start, or a file that is none
      }
    },
    write(value) {
      writing = writing
        .then(() => ensureFolder(dirname(file)))
        .then(() => writeWhole(file, JSON.stringify(value)))
        .catch((error: Error) => void process.stderr.write(`${file}: ${error.message}\n`))
    },
    written: () => writing,
  }
}
