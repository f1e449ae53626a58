import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import yazl from 'yazl'

export interface Packed {
  path: string
  /** In the archive, with `/`. */
  name: string
}

/** A ZIP of finished files, without packing them any smaller: they are pictures. Same files, same bytes. */
export function zipOf(files: readonly Packed[]): NodeJS.ReadableStream {
  const zip = new yazl.ZipFile()
  for (const { path, name } of files)
    zip.addFile(path, name, { compress: false, mtime: new Date(315_532_800_000), mode: 0o100644 })
  zip.end()
  return zip.outputStream
}

export async function writeZip(files: readonly Packed[], out: string): Promise<void> {
  await pipeline(zipOf(files), createWriteStream(out))
}
