import type { Document } from '#shared/document/document.ts'
import { everyAssetOf } from '#shared/document/resolve.ts'
import { inScratch } from './compose.ts'
import { bringIn, missingFrom } from './projects/pictures.ts'
import { readProject, requireFile } from './projects/project-file.ts'
import type { ProjectsRoom } from './projects/room.ts'

/** The document in a project file, for whoever only makes pictures of it. Its pictures come into the library. */
export async function readDocument(room: ProjectsRoom, path: string): Promise<Document> {
  await requireFile(path)
  const state = await room.state()
  return inScratch(state, async (scratch) => {
    const { document, pictures } = await readProject(room.files, path, scratch)
    const inside = new Set(pictures)
    const missing = await missingFrom(state, everyAssetOf(document))
    await bringIn(
      room,
      path,
      missing.filter((sha256) => inside.has(sha256)),
    )
    return document
  })
}
