import { join } from 'node:path'
import type { Recogniser } from './plan.ts'
import { readManifest, verifyFiles } from './read.ts'

/** A folder that is a package already: taken as it is, once every file has its sha256. */
export const packageFolder: Recogniser = async ({ path, folder, names, hints }, signal) => {
  if (!folder || !names.includes('model.json')) return undefined
  const manifest = await readManifest(path)
  await verifyFiles(path, manifest, signal)
  const { files, ...described } = manifest
  return {
    manifest: {
      ...described,
      ...(hints.id === undefined ? {} : { id: hints.id }),
      ...(hints.licence === undefined ? {} : { licence: hints.licence }),
    },
    files: Object.keys(files).map((to) => ({ from: join(path, to), to })),
  }
}
