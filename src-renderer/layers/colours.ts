import type { Document } from '#shared/document/document.ts'
import type { Fill } from '#shared/document/fill.ts'

/** Colours that the document uses, the commonest first: what matches is at hand. */
export function documentColours(document: Document, most = 16): string[] {
  const counts = new Map<string, number>()
  const count = (colour: string) => counts.set(colour.toLowerCase(), (counts.get(colour.toLowerCase()) ?? 0) + 1)
  for (const { background } of document.artboards) if (background) count(background)
  for (const layer of document.layers) {
    if (layer.type === 'text' || layer.type === 'shape') coloursOf(layer.fill).forEach(count)
    if (layer.type === 'shape' && layer.stroke) count(layer.stroke.colour)
  }
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, most)
    .map(([colour]) => colour)
}

function coloursOf(fill: Fill): string[] {
  if (fill.kind === 'none') return []
  return fill.kind === 'solid' ? [fill.colour] : fill.stops.map(({ colour }) => colour)
}
