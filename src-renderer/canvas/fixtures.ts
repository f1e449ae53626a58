import { type DocumentInput, parseDocument } from '#shared/document/document.ts'
import { DocumentStore } from '#shared/document/store.ts'

/** Documents for this room's tests. */

type LayerInput = DocumentInput['layers'][number]

export const box = (id: string, x: number, y: number, width: number, height: number, more: object = {}): LayerInput =>
  ({
    type: 'shape',
    id,
    parent: 'a',
    order: 0,
    shape: { kind: 'rectangle' },
    ...{ x, y, width, height },
    ...more,
  }) as LayerInput

export const group = (id: string, x: number, y: number, width: number, height: number, more: object = {}): LayerInput =>
  box(id, x, y, width, height, { type: 'group', shape: undefined, ...more })

/** One artboard "a" of 1000 × 800 px at (100, 50). Layers are ordered as they are given. */
export function storeOf(...layers: LayerInput[]): DocumentStore {
  return new DocumentStore(
    parseDocument({
      format: 1,
      artboards: [{ type: 'artboard', id: 'a', x: 100, y: 50, width: 1000, height: 800, safeMm: 0 }],
      layers: layers.map((layer, order) =>
        Object.fromEntries(Object.entries({ ...layer, order }).filter(([, value]) => value !== undefined)),
      ),
    }),
  )
}
