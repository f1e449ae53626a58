import { randomInt } from 'node:crypto'
import { InvalidArgumentError } from 'commander'

/** Parsers of flag values. They say what they expect; ranges that depend on the model are the studio's to check. */

export const MAX_SEED = 0xffff_ffff
export const MAX_COUNT = 1000

export function integer(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = /^[+-]?\d{1,15}$/.test(text) ? Number(text) : Number.NaN
    if (!(value >= low && value <= high)) throw expected(`a whole number from ${low} to ${high}`, text)
    return value
  }
}

export function number(low = Number.NEGATIVE_INFINITY, high = Number.POSITIVE_INFINITY): (text: string) => number {
  return (text) => {
    const value = /^[+-]?(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : Number.NaN
    if (Number.isFinite(value) && value >= low && value <= high) return value
    throw expected(Number.isFinite(low) ? `a number from ${low} to ${high}` : 'a number', text)
  }
}

export const seed = integer(0, MAX_SEED)

export function size(text: string): [number, number] {
  const parts = /^(\d{1,5})[xX×](\d{1,5})$/.exec(text)
  if (!parts) throw expected('WIDTHxHEIGHT in px, like 256x256', text)
  return [Number(parts[1]), Number(parts[2])]
}

/** `SEED:NUMBER`, as --mix and --interpolate take it. */
export function seedAnd(what: string): (text: string) => { seed: number; number: number } {
  return (text) => {
    const parts = /^(\d{1,10}):(\d{1,3})$/.exec(text)
    if (!parts || Number(parts[1]) > MAX_SEED) throw expected(`SEED:${what}, like 7:3`, text)
    return { seed: Number(parts[1]), number: Number(parts[2]) }
  }
}

/** For flags that may be given more than once. */
export function collect(text: string, before: string[] = []): string[] {
  return [...before, text]
}

export function randomSeed(): number {
  return randomInt(MAX_SEED)
}

function expected(what: string, got: string): InvalidArgumentError {
  const shown = got.length > 60 ? `${got.slice(0, 60)}…` : got
  return new InvalidArgumentError(`expected ${what}, got "${shown}"`)
}
