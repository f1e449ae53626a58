import { z } from 'zod'
import { sha256Schema } from '../recipe/common.ts'

export const ARTIFACT_KINDS = ['picture', 'copy', 'composition', 'input'] as const

/** Bytes in the library; their name is their sha256. Pictures and copy carry the recipe that made them. */
export const artifactSchema = z.strictObject({
  sha256: sha256Schema,
  kind: z.enum(ARTIFACT_KINDS),
  /** Of the file: "png", "json". */
  extension: z.string().regex(/^[a-z0-9]{1,5}$/),
  bytes: z.number().int().min(0),
  /** px */
  width: z.number().int().optional(),
  height: z.number().int().optional(),
  model: z.string().optional(),
  recipeHash: sha256Schema.optional(),
  recipe: z.unknown().optional(),
  starred: z.boolean().optional(),
  /** Milliseconds since 1970. */
  created: z.number().int(),
})

export type Artifact = z.infer<typeof artifactSchema>

/** Of the file, for HTTP and the clipboard. */
export function typeOf({ extension }: Pick<Artifact, 'extension'>): string {
  switch (extension) {
    case 'json':
      return 'application/json'
    case 'jpg':
      return 'image/jpeg'
    case 'svg':
      return 'image/svg+xml'
    default:
      return `image/${extension}`
  }
}
