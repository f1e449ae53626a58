/** One tile along one axis, in input px, and where it counts. */
export interface Tile {
  start: number
  size: number
  /** It counts from `from` (rising until `full`) up to `end` (falling since `fall`). At the rim nothing rises or falls. */
  from: number
  full: number
  fall: number
  end: number
}

export interface TileRules {
  /** Side of a tile, and how much of each end of it may be wrong because the model could not see past it. */
  tile: number
  overlap: number
  /** Starts and sizes are multiples of this, so that a model with strides sees the grid of the whole. */
  multiple: number
  /** The graph takes tiles of this size only; a shorter side is padded up to it. */
  fixed: boolean
}

/** The length of a side once it is padded to what the model takes. */
export function paddedLength(length: number, { tile, multiple, fixed }: TileRules): number {
  const padded = Math.ceil(length / multiple) * multiple
  return fixed ? Math.max(padded, tile) : padded
}

/**
 * Cover a side with equal tiles, evenly spread. Neighbours share at least two overlaps; their seam is in the middle of
 * that, feathered over a quarter overlap to each side: far enough from both ends that what is blended is right in both.
 */
export function planTiles(length: number, rules: TileRules): Tile[] {
  const { multiple } = rules
  const overlap = rules.overlap
  const padded = paddedLength(length, rules)
  // A tile that were all overlap would get nowhere.
  const tile = rules.fixed
    ? rules.tile
    : Math.floor(Math.max(rules.tile, 3 * overlap + multiple, multiple) / multiple) * multiple
  if (padded <= tile) return [{ start: 0, size: padded, from: 0, full: 0, fall: length, end: length }]
  const count = Math.ceil((padded - 2 * overlap) / Math.max(tile - 2 * overlap - (multiple - 1), 1))
  const starts = Array.from(
    { length: count },
    (_, at) => Math.round((at * (padded - tile)) / (count - 1) / multiple) * multiple,
  )
  const feather = Math.floor(overlap / 4)
  const seams = starts.slice(1).map((start, at) => Math.floor((starts[at]! + tile + start) / 2))
  return starts.map((start, at) => {
    const before = seams[at - 1]
    const after = seams[at]
    return {
      start,
      size: tile,
      from: before === undefined ? 0 : before - feather,
      full: before === undefined ? 0 : before + feather,
      fall: after === undefined ? length : after - feather,
      end: after === undefined ? length : after + feather,
    }
  })
}

/** How much each output px of a tile counts, from `from·scale` to `end·scale`; over all tiles it sums to 1. */
export function tileWeights({ from, full, fall, end }: Tile, scale: number): Float32Array {
  return Float32Array.from({ length: (end - from) * scale }, (_, at) => {
    const place = at + 0.5
    const rise = (full - from) * scale
    const last = (end - fall) * scale
    const rising = place < rise ? place / rise : 1
    const left = (end - from) * scale - place
    return left < last ? left / last : rising
  })
}

/** A place beyond the end, mirrored back inside: 0 1 2 3 | 2 1 0 1 … */
export function mirror(at: number, length: number): number {
  if (at < length) return at
  const period = 2 * (length - 1)
  if (period === 0) return 0
  const within = at % period
  return within < length ? within : period - within
}
