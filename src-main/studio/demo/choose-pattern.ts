import type { PicturePalette, Swatch } from '#shared/document/palette.ts'
import { colourDistance } from '#shared/units/colour.ts'

type Colours = Pick<PicturePalette, 'swatches'>

/** How far apart two sets of colours are, 0 when each colour of one is in the other; larger shares weigh more. */
export function paletteDistance(a: Colours, b: Colours): number {
  return oneWay(a.swatches, b.swatches) + oneWay(b.swatches, a.swatches)
}

/** The candidate that looks most like it belongs to the pictures; the first of equals. */
export function bestMatch(pictures: readonly Colours[], candidates: readonly Colours[]): number {
  const distances = candidates.map((candidate) =>
    pictures.reduce((sum, picture) => sum + paletteDistance(picture, candidate), 0),
  )
  return distances.indexOf(Math.min(...distances))
}

function oneWay(from: readonly Swatch[], to: readonly Swatch[]): number {
  const total = from.reduce((sum, { share }) => sum + share, 0)
  const sum = from.reduce((sum, { colour, share }) => {
    return sum + share * Math.min(...to.map((other) => colourDistance(colour, other.colour)))
  }, 0)
  return total === 0 ? 0 : sum / total
}
