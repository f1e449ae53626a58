import { basename } from 'node:path'
import { StudioError } from '#shared/errors.ts'
import type { ModelPackage } from '#shared/models/manifest.ts'

/** What the user pointed at: a folder or one file, with its links resolved. */
export interface Source {
  /** Absolute. */
  path: string
  folder: boolean
  /** Names in the folder, or beside the file. */
  names: readonly string[]
  hints: Hints
}

export interface Hints {
  id?: string
  family?: string
  licence?: string
}

/** What will become a package: everything of model.json but the hashes, and where each file comes from. */
export interface Plan {
  manifest: Described
  files: PlannedFile[]
}
export interface PlannedFile {
  /** Absolute. */
  from: string
  /** What is written instead of the file's own bytes. */
  bytes?: Uint8Array
  /** Inside the package. */
  to: string
}
/** model.json without `files`; checked against the schema when it is complete. */
export type Described = Omit<ModelPackage, 'files' | 'attribution'> & { attribution?: string[] }

/** Knows one layout; undefined: this is not it. Throws when it is, but cannot be used, with the reason. */
export type Recogniser = (source: Source, signal?: AbortSignal) => Promise<Plan | undefined>

/** What every imported manifest says about itself. `from` is the name of the folder or file. */
export function described(source: Source, from: string, description: string) {
  return {
    format: 1 as const,
    id: source.hints.id ?? slug(from),
    name: from.slice(0, 120),
    version: '1.0.0',
    description,
    licence: source.hints.licence ?? 'unknown',
    attribution: [],
  }
}

/** "My Model (v2).onnx" → "my-model-v2" */
export function slug(name: string): string {
  const dashed = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\.onnx$/, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64)
  return dashed === '' ? 'model' : dashed.replace(/-$/, '')
}

export function cannotImport(file: string, reason: string, remedy?: string): StudioError {
  return new StudioError({
    code: 'invalid-model',
    message: `${basename(file)} ${reason}`,
    where: { file },
    ...(remedy ? { remedy } : {}),
  })
}
