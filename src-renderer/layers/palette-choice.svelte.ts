import type { Document } from '#shared/document/document.ts'
import { SCHEMES } from '#shared/document/palettes.ts'
import { say } from '../app/language.svelte.ts'
import { documentColours } from './colours.ts'
import { words } from './words.ts'

/** The palette whose colours are at hand wherever one is chosen. */
let chosen = $state(localStorage.getItem('palette') ?? SCHEMES[0]!.id)

export const paletteChoice = {
  get current(): string {
    return chosen
  },
  set current(id: string) {
    chosen = id
    localStorage.setItem('palette', id)
  },
}

export function swatchesOf(document: Document): { label: string; colours: string[] }[] {
  const scheme = SCHEMES.find(({ id }) => id === chosen)
  return [
    { label: say(words.documentColours), colours: documentColours(document) },
    {
      label: say(words.palette),
      colours: scheme ? [scheme.paper, scheme.ink, scheme.ground, scheme.accent, scheme.pop] : [],
    },
  ]
}
