import type { ExportedFile } from '#shared/contract/wire.ts'
import { asked } from '../app/api.ts'
import { say } from '../app/language.svelte.ts'
import type { Studio } from '../app/studio.svelte.ts'
import { bytesText, DEFAULTS, type ExportSettings, type Format, type PlannedFile } from './export-plan.ts'
import { words } from './words.ts'

/** Rendering planned files and putting them where the user wants them. */

export interface Remembered {
  settings: ExportSettings
  /** Bytes per px that each format took last time: the next estimate. */
  seen: Partial<Record<Format, number>>
}

const keyOf = (project: string) => `export:${project}`

export function rememberedExport(project: string): Remembered {
  try {
    const { settings, seen } = JSON.parse(localStorage.getItem(keyOf(project)) ?? '{}') as Partial<Remembered>
    return { settings: { ...DEFAULTS, ...settings }, seen: { ...seen } }
  } catch {
    // Somebody else wrote there: begin anew.
    return { settings: DEFAULTS, seen: {} }
  }
}

const remember = (project: string, remembered: Remembered) =>
  localStorage.setItem(keyOf(project), JSON.stringify(remembered))

/**
 * One file after the other; each is saved as soon as it is rendered. Stops without a word when the signal says so or
 * when the user does not want a place for a file.
 */
export async function exportFiles(
  studio: Studio,
  files: readonly PlannedFile[],
  settings: ExportSettings,
  { progress, signal }: { progress?: (file: number) => void; signal?: AbortSignal } = {},
): Promise<void> {
  const project = studio.project!
  const { seen } = rememberedExport(project.id)
  const saved: ExportedFile[] = []
  for (const [at, { name, request }] of files.entries()) {
    progress?.(at + 1)
    const file = await asked(studio.api.exports.render(request, signal ? { signal } : {}))
    if (signal?.aborted) return
    seen[settings.format] = file.bytes / (file.width * file.height)
    if ((await studio.shell.saveExport(file.id, name)) === undefined) break
    saved.push({ ...file, name })
  }
  remember(project.id, { settings, seen })
  tell(studio, saved)
}

function tell({ notices }: Studio, saved: readonly ExportedFile[]): void {
  const [first] = saved
  if (!first) return
  const size = bytesText(saved.reduce((sum, { bytes }) => sum + bytes, 0))
  const message =
    saved.length === 1
      ? say(words.exported, { name: first.name, size, sha: first.sha256.slice(0, 8) })
      : say(words.exportedSeveral, { n: saved.length, size })
  const sums = saved.map(({ sha256, name }) => `${sha256}  ${name}`).join('\n')
  notices.info(message, {
    label: say(words.copySha),
    perform: () => void navigator.clipboard.writeText(saved.length === 1 ? first.sha256 : sums),
  })
}
