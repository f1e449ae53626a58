import type { BatchCell } from '#shared/contract/batch.ts'
import { PYRAMID_SIDES } from '#shared/contract/studio-api.ts'

/** A small version of a file that fits a square of so many device px. It changes when the file is made again. */
export function cellUrl(batch: string, { index, sha256 }: BatchCell, px: number): string {
  const side = PYRAMID_SIDES.find((known) => known >= px) ?? PYRAMID_SIDES.at(-1)!
  return `/batches/${encodeURIComponent(batch)}/files/${index}?side=${side}&sha256=${sha256 ?? ''}`
}

/** Everything that is there by now, as a ZIP. */
export const archiveUrl = (batch: string): string => `/batches/${encodeURIComponent(batch)}/archive`
