import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { openPromise } from 'yauzl'
import type { Document } from '#shared/document/document.ts'
import type { Patch } from '#shared/document/patch.ts'

/** What the service has on the disk, read as any other program could: the page is not asked about itself. */

export interface SavedProject {
  /** Counts the steps since the project was made. */
  revision: number
  document: Document
}

export const projectPath = (home: string, name: string): string => join(home, 'projects', `${name}.broadside`)

/** The document in a project's file. */
export async function savedProject(home: string, name: string): Promise<SavedProject> {
  const zip = await openPromise(projectPath(home, name), { autoClose: false })
  try {
    for await (const entry of zip.eachEntry())
      if (entry.fileName === 'document.json') return JSON.parse(await text(await zip.openReadStreamPromise(entry)))
  } finally {
    zip.close()
  }
  throw new Error(`${name} has no document`)
}

/** Every step in the only journal there is; none when there is no journal. */
export async function keptSteps(home: string): Promise<{ revision: number; steps: Patch[] }> {
  const folder = join(home, 'journals')
  const [name] = (await readdir(folder)).filter((entry) => entry.endsWith('.jsonl'))
  let revision = 0
  const steps: Patch[] = []
  if (name === undefined) return { revision, steps }
  for (const line of (await readFile(join(folder, name), 'utf8')).split('\n')) {
    // After the line's checksum. The last line may be on its way.
    const json = line.slice(line.indexOf('{'))
    if (!json.startsWith('{') || !json.endsWith('}')) continue
    const entry = JSON.parse(json)
    if (entry.type === 'steps') {
      revision = entry.revision
      steps.push(...entry.steps)
    }
  }
  return { revision, steps }
}
