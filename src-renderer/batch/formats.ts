import type { BatchFormat } from '#shared/batch/plan.ts'

/** The formats that a batch writes. Quality belongs to those that lose something. */
export const FORMATS = [
  { id: 'png', label: 'PNG', lossy: false },
  { id: 'jpeg', label: 'JPEG', lossy: true },
  { id: 'webp', label: 'WebP', lossy: true },
  { id: 'avif', label: 'AVIF', lossy: true },
  { id: 'tiff', label: 'TIFF', lossy: false },
] as const satisfies readonly { id: BatchFormat['format']; label: string; lossy: boolean }[]

type Id = BatchFormat['format']

const formatOf = (id: Id) => FORMATS.find((format) => format.id === id)!

export const isLossy = (id: Id): boolean => formatOf(id).lossy

/** The same in another format; what the new one does not know is left out. */
export function withFormat({ quality, ...rest }: BatchFormat, id: Id): BatchFormat {
  return { ...rest, format: id, ...(quality !== undefined && isLossy(id) ? { quality } : {}) }
}

/** "JPEG ×2 Q 80" */
export function formatText({ format, scale, quality }: BatchFormat): string {
  const parts = [formatOf(format).label, scale === 1 ? '' : `×${scale}`, quality === undefined ? '' : `Q ${quality}`]
  return parts.filter(Boolean).join(' ')
}
