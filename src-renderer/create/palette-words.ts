import type { Layer } from '#shared/document/layers/kinds.ts'
import { hexToOklch, hueDistance } from '#shared/units/colour.ts'
import type { KnownWord } from './prompt-words.ts'

/** Words for colours: what a model calls the colours that a designer points at. */

/** What colour words look like, the leading colour first. A word that is not here gets no swatch and stays a word. */
const LOOKS: Readonly<Record<string, readonly string[]>> = {
  red: ['#d7263d', '#f2545b', '#ffd166'],
  orange: ['#f77f00', '#ffa94d', '#5c2300'],
  yellow: ['#ffc914', '#ffe066', '#ff8c42'],
  green: ['#3a8f3c', '#7bc558', '#f9e784'],
  teal: ['#0e7c7b', '#2fb5ad', '#ffd8a8'],
  'sky blue': ['#5db7ee', '#a5dbfa', '#fff0a5'],
  blue: ['#2b59d9', '#5c86f2', '#ffd23f'],
  navy: ['#14213d', '#27406e', '#fca311'],
  purple: ['#6a2fb0', '#9d5fe0', '#ffc6ff'],
  pink: ['#ff8fb8', '#ffc2d9', '#d6336c'],
  cream: ['#f6e7cb', '#e8cfa0', '#c8553d'],
  brown: ['#7a4a2b', '#a8744a', '#f2c57c'],
  black: ['#1c1c20', '#3d3e46', '#e8b83a'],
  white: ['#fbfbf9', '#d5dbe1', '#7d8894'],
  sunset: ['#ff6b35', '#a4306f', '#ffc857'],
  bubblegum: ['#ff9ecb', '#7ee0dd', '#fff07c'],
  retro: ['#d9772b', '#2f8f86', '#f2c14e'],
  forest: ['#1f4d36', '#8a9a3b', '#d9a441'],
  citrus: ['#b5d928', '#ffb000', '#ff6f3c'],
  pastel: ['#cdb4f0', '#bdeed3', '#ffd6b8'],
}

/** Several colours that belong together: they are chosen by name, never as the name of one colour. */
const MOODS = new Set(['sunset', 'bubblegum', 'retro', 'forest', 'citrus', 'pastel'])

export const looksOf = ({ en }: KnownWord): readonly string[] => LOOKS[en.toLowerCase()] ?? []

/** The model's word for a colour. */
export function wordOfColour(colour: string, known: readonly KnownWord[]): KnownWord | undefined {
  const named = known.filter((word) => looksOf(word).length > 0 && !MOODS.has(word.en.toLowerCase()))
  const best = named.map((word) => ({ word, far: difference(colour, looksOf(word)[0]!) })).sort((a, b) => a.far - b.far)
  return best[0]?.word
}

/** Hue decides the name of a colourful colour, lightness that of a grey one. */
function difference(a: string, b: string): number {
  const [x, y] = [hexToOklch(a), hexToOklch(b)]
  const colourful = Math.min(x.c, y.c) / 0.1
  return Math.abs(x.l - y.l) + 2 * Math.abs(x.c - y.c) + Math.min(1, colourful) * (hueDistance(x.h, y.h) / 60)
}

/** Colours of fills, gradients and strokes, the commonest first. */
export function coloursOf(layers: readonly Layer[], backgrounds: readonly (string | null)[], most = 8): string[] {
  const counts = new Map<string, number>()
  const count = (colour: string) => {
    const key = colour.slice(0, 7).toLowerCase()
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  for (const background of backgrounds) if (background) count(background)
  for (const layer of layers) {
    if (layer.type !== 'text' && layer.type !== 'shape') continue
    const { fill } = layer
    if (fill.kind === 'solid') count(fill.colour)
    else if (fill.kind !== 'none') for (const stop of fill.stops) count(stop.colour)
    if (layer.type === 'shape' && layer.stroke) count(layer.stroke.colour)
  }
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, most)
    .map(([colour]) => colour)
}
