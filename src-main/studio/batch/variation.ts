import type { FileTask } from '#shared/batch/expand.ts'
import { type Document, requireArtboard } from '#shared/document/document.ts'
import type { Layer } from '#shared/document/layers/kinds.ts'
import {
  assetsOf,
  type Binding,
  bindingsOf,
  colourOf,
  onlyArtboard,
  pictureOf,
  resolve,
} from '#shared/document/resolve.ts'
import { fillHoles, valuesOf, withValues } from '#shared/document/variables.ts'
import { StudioError } from '#shared/errors.ts'
import type { CompositionRecipe } from '#shared/recipe/composition.ts'
import type { Recipe } from '#shared/recipe/recipe.ts'

/** One file of a batch as a composition: the document with this row's values, and nothing in it but this artboard. */
export function variationOf(
  document: Document,
  { artboard, format }: Pick<FileTask, 'artboard' | 'format'>,
  values: Readonly<Record<string, string>>,
  recipesOf: (pictures: readonly string[]) => Record<string, Recipe>,
): CompositionRecipe {
  const filled = asFilled(onlyArtboard(withValues(document, values), artboard))
  const board = requireArtboard(filled, artboard)
  const pictures = assetsOf(filled, artboard)
  // In the order of the schema: what is read from the file and made again is the same text.
  return {
    ...{ format: 1, kind: 'composition', document: filled, artboard, scale: format.scale },
    dpi: Math.min(2400, format.dpi ?? board.dpi * format.scale),
    ...(format.bleed ? { bleed: true } : {}),
    ...{ pictures, recipes: recipesOf(pictures) },
    file: { format: format.format, ...(format.quality === undefined ? {} : { quality: format.quality }) },
  }
}

/** Values where variables were: a column may be called like a layer, and the file stands for itself. */
function asFilled(document: Document): Document {
  const values = valuesOf(document)
  const layers = resolve(document, values).layers.map((layer): Layer => {
    const { visibleIf: _, ...seen } = layer
    return seen.type === 'text' ? { ...seen, text: fillHoles(seen.text, values) } : seen
  })
  return { ...document, layers, variables: [] }
}

/** What of a document hangs on each variable, on any artboard. */
export function usesOf(document: Document): Map<string, Set<Binding>> {
  const uses = new Map<string, Set<Binding>>()
  for (const layer of document.layers)
    for (const { variable, as } of bindingsOf(layer)) uses.set(variable, (uses.get(variable) ?? new Set()).add(as))
  return uses
}

/** Throws when a value is none for what hangs on it: the picture or the colour of the layout would be shown instead. */
export function requireUsable(
  values: Readonly<Record<string, string>>,
  uses: ReadonlyMap<string, ReadonlySet<Binding>>,
  isPicture: (sha256: string) => boolean,
): void {
  for (const [name, bindings] of uses) {
    const value = values[name]?.trim()
    if (!value) continue
    if (bindings.has('picture')) {
      const sha256 = pictureOf(value)
      if (sha256 === undefined || !isPicture(sha256)) throw noPicture(name, value)
    }
    if ((bindings.has('fill') || bindings.has('stroke')) && colourOf(value) === undefined) throw noColour(name, value)
  }
}

const shown = (value: string) => (value.length > 80 ? `${value.slice(0, 80)}…` : value)

const noPicture = (name: string, value: string) =>
  new StudioError({
    code: 'not-found',
    message: `"${shown(value)}" in the column "${name}" is no picture of the library`,
    where: { field: name },
    remedy: 'Pick the picture from the library, or give its path beside the table.',
  })

const noColour = (name: string, value: string) =>
  new StudioError({
    code: 'invalid-input',
    message: `"${shown(value)}" in the column "${name}" is no colour`,
    where: { field: name },
    remedy: 'Colours are written like #e4572e.',
  })
