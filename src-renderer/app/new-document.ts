import type { DocumentInput } from '#shared/document/document.ts'
import type { NamedSize } from '#shared/units/sizes.ts'

/** A document with one empty artboard of a size that people know by name. */
export function documentOfSize(size: NamedSize, name: string): DocumentInput {
  const { width, height, dpi, bleedMm, safeMm } = size
  return {
    format: 1,
    name,
    artboards: [{ type: 'artboard', id: 'artboard-1', name: size.name, width, height, dpi, bleedMm, safeMm }],
    layers: [],
  }
}
