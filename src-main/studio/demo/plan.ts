import type { Language } from '#shared/recipe/text.ts'
import { findSize } from '#shared/units/sizes.ts'
import { HOUSE, type House, type Poster, type Product } from './house.ts'

/** Everything that the demo makes, in a fixed order, from a seed. Pure: the same seed plans the same files. */
export interface DemoPlan {
  house: House
  posters: PosterPlan[]
  patterns: PatternPlan[]
  copy: CopyPlan[]
}

export interface PosterPlan extends Poster {
  product: Product
  seed: number
  /** In the demo's folder, without extension. */
  file: string
}

export interface PatternPlan {
  product: Product
  prompt: string
  seed: number
  file: string
}

/** All lines of a product in a language are written at once, so that they can be chosen to differ. */
export interface CopyPlan {
  product: Product
  language: Language
  /** Posters that need a headline and a tagline from it. */
  posters: number
  seed: number
}

export function planDemo(seed: number, house: House = HOUSE): DemoPlan {
  const posters = house.products.flatMap((product, p) =>
    product.posters.map((poster, i) => ({
      ...poster,
      product,
      seed: nth(seed, 100 * p + i),
      file: `posters/${product.id}-${i + 1}-${poster.size}-${poster.language}`,
    })),
  )
  const patterns = house.products.map((product, p) => ({
    product,
    prompt: product.pattern.prompt,
    seed: nth(seed, 1000 + 100 * p + product.pattern.seed),
    file: `patterns/${product.id}-${product.pattern.prompt.replaceAll(' ', '-')}`,
  }))
  const copy = house.products.flatMap((product, p) =>
    (['en', 'zh'] as const).flatMap((language, l) => {
      const wanted = product.posters.filter((poster) => poster.language === language).length
      return wanted === 0 ? [] : [{ product, language, posters: wanted, seed: nth(seed, 2000 + 1000 * p + 500 * l) }]
    }),
  )
  return { house, posters, patterns, copy }
}

export function sizeOf(poster: Poster) {
  const size = findSize(poster.size)
  if (!size) throw new Error(`no size "${poster.size}"`)
  return size
}

/** Seeds are 32 bits wide; far ends wrap. */
function nth(seed: number, n: number): number {
  return (seed + n) % 2 ** 32
}
