import type { Artboard, Document } from '#shared/document/document.ts'
import type { Edit } from '#shared/document/store.ts'
import type { PageSize, Template, TemplateInput, Texts } from '#shared/document/templates/template.ts'
import { type ArtboardSize, addArtboard } from '../layers/artboards.ts'

/**
 * A template on the document: it fills the artboard that is empty, else a new one beside the others. Gives the artboard's
 * id. Its texts are variables; one that the document has already keeps its words.
 */
export function applyTemplate(
  document: Document,
  edit: Edit,
  template: Template,
  input: TemplateInput,
  size: ArtboardSize,
  empty?: Artboard,
): string {
  const id = empty?.id ?? addArtboard(document, edit, size)
  const { artboard, layers } = template.page(input, pageOf(id, empty ?? size))
  edit.update(id, { background: artboard.background })
  for (const layer of layers) edit.add(layer)
  for (const [name, value] of Object.entries(input.texts))
    if (!edit.get(name)) edit.add({ type: 'variable', id: name, value })
  return id
}

/** The texts of the document where it has them, else the placeholders. */
export function textsOf({ variables }: Document, placeholders: Texts): Texts {
  const own = new Map(variables.map(({ id, value }) => [id, value]))
  const filled = Object.entries(placeholders).map(([name, value]) => [name, own.get(name) || value])
  return Object.fromEntries(filled) as unknown as Texts
}

export const pageOf = (id: string, { name, width, height, dpi, bleedMm, safeMm }: ArtboardSize): PageSize => ({
  id,
  name,
  width,
  height,
  dpi,
  bleedMm,
  safeMm,
})
