import { StudioError } from '#shared/errors.ts'
import type { Port } from './graph.ts'
import type { Feeds, Tensor } from './tensor.ts'

/**
 * Tensors up to this many values are searched for NaN and infinity (≈ 0.03 ms). A cache of keys and values is not: it
 * came out of the graph, and a dozen of them per token cost as much as a tenth of a small model.
 */
const SEARCHED = 65_536

/** Refuses feeds that the graph cannot take: says which input, what it expects and what it got. */
export function checkFeeds(file: string, inputs: readonly Port[], feeds: Feeds): void {
  const refuse = (input: string, problem: string): never => {
    throw new StudioError({
      code: 'invalid-input',
      message: `input "${input}": ${problem}`,
      where: { file, field: input },
    })
  }
  const missing = inputs.filter(({ name }) => !feeds[name])
  const names = Object.keys(feeds)
  const asMany = missing.length === 0 && names.length === inputs.length // so they are the same
  const unknown = asMany ? [] : names.filter((name) => !inputs.some((input) => input.name === name))
  if (missing.length > 0 || unknown.length > 0) {
    const parts = [
      ...(missing.length > 0 ? [`missing ${missing.map(describe).join(', ')}`] : []),
      ...(unknown.length > 0 ? [`unknown ${unknown.join(', ')}`] : []),
    ]
    throw new StudioError({
      code: 'invalid-input',
      message: `the graph's inputs do not fit: ${parts.join('; ')}`,
      where: { file },
      remedy: `It takes ${inputs.map(describe).join(', ')}.`,
    })
  }
  for (const input of inputs) {
    const tensor = feeds[input.name]!
    const sameType = tensor.type === input.type || (tensor.type === 'int64' && input.type === 'int32')
    if (!sameType) refuse(input.name, `expected ${describe(input)}, got ${tensor.type}`)
    if (!fits(input.dims, tensor.dims)) {
      refuse(input.name, `expected ${describe(input)}, got [${tensor.dims.join(', ')}]`)
    }
    const count = tensor.dims.reduce((product, dim) => product * dim, 1)
    if (count !== tensor.data.length) {
      refuse(input.name, `[${tensor.dims.join(', ')}] needs ${count} values, got ${tensor.data.length}`)
    }
    if (!input.name.startsWith('past_key_values.') && !holdsNumbers(tensor))
      refuse(input.name, 'holds values that are not finite numbers')
  }
}

/** `sample float32[b, 4, h, w]` */
export function describe({ name, type, dims }: Port): string {
  return `${name} ${type}[${dims.join(', ')}]`
}

function fits(expected: Port['dims'], given: readonly number[]): boolean {
  return (
    expected.length === given.length &&
    given.every((dim, axis) => Number.isInteger(dim) && dim >= 0 && fitsAxis(expected[axis]!, dim))
  )
}

const fitsAxis = (expected: number | string, dim: number) => typeof expected === 'string' || expected === dim

function holdsNumbers(tensor: Tensor): boolean {
  if (tensor.type !== 'float32' || tensor.data.length > SEARCHED) return true
  // 0 · x is 0 for every finite x and NaN for the others, and a sum keeps NaN.
  let sum = 0
  for (let at = 0; at < tensor.data.length; at++) sum += 0 * tensor.data[at]!
  return sum === 0
}
