import type { PackageOf } from './manifest.ts'

/** How an upscaler gets beyond the scales that it has graphs for: pass after pass, each over what the last one made. */

/** Three of ×4 make a postage stamp a poster. */
const MOST_PASSES = 3
/** Three passes of the largest graph that a package may have. */
export const LARGEST_SCALE = 8 ** MOST_PASSES

type Config = PackageOf<'upscaler'>['config']

/** One after the other; the largest scale first, while the picture is small. */
export type Passes = readonly number[]

/** Scales that the package has a graph for, smallest first. */
export const graphScales = ({ sessions }: Config): number[] =>
  Object.keys(sessions)
    .map(Number)
    .sort((a, b) => a - b)

/** Every scale that passes of these graphs make, smallest first, with the fewest passes for each. */
export function reachable(graphs: readonly number[]): { scale: number; passes: Passes }[] {
  const found = new Map<number, Passes>()
  let chains: Passes[] = [[]]
  for (let length = 1; length <= MOST_PASSES; length++) {
    chains = chains.flatMap((chain) =>
      graphs
        .filter((scale) => scale <= (chain.at(-1) ?? scale))
        .sort((a, b) => b - a)
        .map((scale) => [...chain, scale]),
    )
    for (const passes of chains) {
      const scale = passes.reduce((product, pass) => product * pass, 1)
      if (!found.has(scale)) found.set(scale, passes)
    }
  }
  return [...found].map(([scale, passes]) => ({ scale, passes })).sort((a, b) => a.scale - b.scale)
}

/** The passes that make a picture `scale` times larger; undefined when the package's graphs cannot. */
export function passesTo(scale: number, config: Config): Passes | undefined {
  return reachable(graphScales(config)).find((one) => one.scale === scale)?.passes
}
