import type { FontFamily } from '#shared/scene/fonts.ts'

/** Weights to choose from: the font's own, hundreds in between when it has all; and the one it has, were it none of them. */
export function weightsOf(font: FontFamily | undefined, now: number | undefined): number[] {
  const own = font?.weights ?? [400, 700]
  const all = font?.variable
    ? [100, 200, 300, 400, 500, 600, 700, 800, 900].filter((weight) => weight >= own[0]! && weight <= own.at(-1)!)
    : own
  return [...new Set([...all, ...(now === undefined ? [] : [now])])].sort((a, b) => a - b)
}
