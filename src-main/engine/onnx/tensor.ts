/** A tensor as the engine sees it: row-major data and its dims. Only these dtypes cross a graph's border. */
export type Tensor =
  | { type: 'float32'; data: Float32Array; dims: readonly number[] }
  | { type: 'int64'; data: BigInt64Array; dims: readonly number[] }

export type Feeds = Record<string, Tensor>

export function float32(data: Float32Array, dims: readonly number[]): Tensor {
  return { type: 'float32', data, dims }
}

export function int64(values: ArrayLike<number>, dims: readonly number[]): Tensor {
  const data = new BigInt64Array(values.length)
  for (let at = 0; at < data.length; at++) data[at] = BigInt(values[at]!)
  return { type: 'int64', data, dims }
}
