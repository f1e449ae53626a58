import { type Document, parseDocument } from '#shared/document/document.ts'
import { DocumentStore } from '#shared/document/store.ts'
import { DocumentTree } from './document-tree.ts'

/** Small documents for this room's tests. */
interface Fields {
  [field: string]: unknown
}

const box = { x: 0, y: 0, width: 100, height: 100 }

export const artboard = (id: string, fields: Fields = {}) => ({
  type: 'artboard',
  id,
  name: id,
  width: 1000,
  height: 1000,
  ...fields,
})

export const shape = (id: string, parent: string, order: number, fields: Fields = {}) => ({
  type: 'shape',
  id,
  parent,
  order,
  ...box,
  shape: { kind: 'rectangle' },
  ...fields,
})

export const text = (id: string, parent: string, order: number, fields: Fields = {}) => ({
  type: 'text',
  id,
  parent,
  order,
  ...box,
  text: id,
  family: 'Inter',
  size: 20,
  ...fields,
})

export const image = (id: string, parent: string, order: number, fields: Fields = {}) => ({
  type: 'image',
  id,
  parent,
  order,
  ...box,
  asset: 'a'.repeat(64),
  ...fields,
})

export const group = (id: string, parent: string, order: number, fields: Fields = {}) => ({
  type: 'group',
  id,
  parent,
  order,
  ...box,
  ...fields,
})

export const documentOf = (artboards: unknown[], layers: unknown[], variables: unknown[] = []): Document =>
  parseDocument({ format: 1, artboards, layers, variables })

export const storeOf = (artboards: unknown[], layers: unknown[], variables: unknown[] = []): DocumentStore =>
  new DocumentStore(documentOf(artboards, layers, variables))

export const treeOf = (store: DocumentStore): DocumentTree => new DocumentTree(store.document)

/** Ids of the children of a parent, topmost first, as the panel shows them. */
export const shown = (store: DocumentStore, parent: string): string[] =>
  store
    .children(parent)
    .map(({ id }) => id)
    .reverse()
