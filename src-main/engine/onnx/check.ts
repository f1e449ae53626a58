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
  let given = 0
  for (const { name } of inputs) if (feeds[name]) given++
  let all = 0
  for (const _ in feeds) all++
  if (given < inputs.length || all !== given) throw misfit(file, inputs, feeds)
  for (const input of inputs) {
    const tensor = feeds[input.name]!
    const sameType = tensor.type === input.type || (tensor.type === 'int64' && input.type === 'int32')
    if (!sameType) refuse(input.name, `expected ${describe(input)}, got ${tensor.type}`)
    if (!fits(input.dims, tensor.dims)) {
      refuse(input.name, `expected ${describe(input)}, got [${tensor.dims.join(', ')}]`)
    }
    let count = 1
    for (const dim of tensor.dims) count *= dim
    if (count !== tensor.data.length) {
      refuse(input.name, `[${tensor.dims.join(', ')}] needs ${count} values, got ${tensor.data.length}`)
    }
    if (!input.name.startsWith('past_key_values.') && !holdsNumbers(tensor))
      refuse(input.name, 'holds values that are not finite numbers')
  }
}

function misfit(file: string, inputs: readonly Port[], feeds: Feeds): StudioError {
  const missing = inputs.filter(({ name }) => !feeds[name])
  const unknown = Object.keys(feeds).filter((name) => !inputs.some((input) => input.name === name))
  const parts = [
    ...(missing.length > 0 ? [`missing ${missing.map(describe).join(', ')}`] : []),
    ...(unknown.length > 0 ? [`unknown ${unknown.join(', ')}`] : []),
  ]
  return new StudioError({
    code: 'invalid-input',
    message: `the graph's inputs do not fit: ${parts.join('; ')}`,
    where: { file },
    remedy: `It takes ${inputs.map(describe).join(', ')}.`,
  })
}

/** `sample float32[b, 4, h, w]` */
export function describe({ name, type, dims }: Port): string {
  return `${name} ${type}[${dims.join(', ')}]`
}

function fits(expected: Port['dims'], given: readonly number[]): boolean {
  if (expected.length !== given.length) return false
  for (let axis = 0; axis < given.length; axis++) {
    const dim = given[axis]!
    if (!Number.isInteger(dim) || dim < 0) return false
    if (typeof expected[axis] === 'number' && expected[axis] !== dim) return false
  }
  return true
}

function holdsNumbers(tensor: Tensor): boolean {
  if (tensor.type !== 'float32' || tensor.data.length > SEARCHED) return true
  const { data } = tensor
  // 0 · x is 0 for every finite x and NaN for the others, and a sum keeps NaN. Four sums do not wait for each other.
  let [a, b, c, d] = [0, 0, 0, 0]
  let at = 0
  for (; at + 4 <= data.length; at += 4) {
    a += 0 * data[at]!
    b += 0 * data[at + 1]!
    c += 0 * data[at + 2]!
    d += 0 * data[at + 3]!
  }
  for (; at < data.length; at++) a += 0 * data[at]!
  return a + b + c + d === 0
}
