import type { Document } from '#shared/document/document.ts'
import { resolveLayer } from '#shared/document/resolve.ts'
import { FONTS } from '#shared/scene/fonts.ts'
import type { Overflow } from '#shared/scene/overflow.ts'

/** What keeps the document from looking as it was made. */
export type Trouble =
  | { kind: 'font'; family: string; layers: string[] }
  /** A picture that neither the project file nor the library has. */
  | { kind: 'picture'; asset: string; layers: string[]; recipe: boolean }
  | { kind: 'mask'; asset: string; layers: string[] }
  /** Texts that hang out of their boxes, the farthest by so many px. */
  | { kind: 'overflow'; by: number; layers: string[] }

const known = new Set(FONTS.map(({ family }) => family))

/** Of a document with the values that are shown. */
export function troublesOf(
  document: Document,
  lost: ReadonlySet<string>,
  values: ReadonlyMap<string, string>,
  overflows: readonly Overflow[],
): Trouble[] {
  const layers = document.layers.map((layer) => resolveLayer(layer, values))
  const texts = layers.filter((layer) => layer.type === 'text').filter(({ family }) => !known.has(family))
  const pictures = layers.filter((layer) => layer.type === 'image').filter(({ asset }) => lost.has(asset))
  const masked = layers.filter(({ mask }) => mask && lost.has(mask.asset))
  const ids = (list: readonly { id: string }[]) => list.map(({ id }) => id)
  return [
    ...[...Map.groupBy(texts, ({ family }) => family)].map(
      ([family, list]) => ({ kind: 'font', family, layers: ids(list) }) as const,
    ),
    ...[...Map.groupBy(pictures, ({ asset }) => asset)].map(
      ([asset, list]) =>
        ({ kind: 'picture', asset, layers: ids(list), recipe: list.some(({ recipe }) => recipe) }) as const,
    ),
    ...[...Map.groupBy(masked, ({ mask }) => mask!.asset)].map(
      ([asset, list]) => ({ kind: 'mask', asset, layers: ids(list) }) as const,
    ),
    ...overflowing(overflows),
  ]
}

function overflowing(overflows: readonly Overflow[]): Trouble[] {
  const over = overflows.filter(({ how }) => how === 'over')
  if (over.length === 0) return []
  const by = Math.max(...over.map((overflow) => overflow.by))
  return [{ kind: 'overflow', by: Math.max(1, Math.round(by)), layers: over.map(({ layer }) => layer) }]
}
