import { StudioError } from '../../errors.ts'
import { type Document, parseDocument } from '../document.ts'
import { arch } from './arch.ts'
import { gazette } from './gazette.ts'
import { packageLabel } from './label.ts'
import { melt } from './melt.ts'
import { panel } from './panel.ts'
import { stage } from './stage.ts'
import { swiss } from './swiss.ts'
import type { PageSize, Template, TemplateInput } from './template.ts'
import { wrapper } from './wrapper.ts'

/** Every layout there is: a new one is one file and one line here. */
export const TEMPLATES: Template[] = [panel, swiss, packageLabel, arch, melt, wrapper, stage, gazette]

export function requireTemplate(id: string): Template {
  const found = TEMPLATES.find((template) => template.id === id)
  if (found) return found
  throw new StudioError({
    code: 'not-found',
    message: `no template "${id}"`,
    remedy: `There are ${TEMPLATES.map((template) => template.id).join(', ')}.`,
  })
}

/** A document with one artboard per size, side by side; the texts are its variables. */
export function makeFromTemplate(id: string, input: TemplateInput, sizes: PageSize[]): Document {
  const template = requireTemplate(id)
  const pages = sizes.map((size) => template.page(input, size))
  let x = 0
  const artboards = pages.map(({ artboard }, order) => {
    const placed = { ...artboard, order, x }
    x += artboard.width + GAP
    return placed
  })
  return parseDocument({
    format: 1,
    name: `${input.texts.brand} — ${template.title}`.slice(0, 200),
    artboards,
    layers: pages.flatMap(({ layers }) => layers),
    variables: Object.entries(input.texts).map(([name, value]) => ({ type: 'variable', id: name, value })),
  })
}

/** px between artboards on the canvas */
const GAP = 120
