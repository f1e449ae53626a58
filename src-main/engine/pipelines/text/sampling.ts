/**
 * From logits to a token, as Hugging Face's generate() orders it: repetition penalty, temperature, top-k, top-p, min-p,
 * draw. The three filters each keep a run from the top of the descending order, so together they keep the shortest.
 * Everything works in place or in a Shortlist that is made once: no array of vocabulary size per token.
 */

export interface SamplingSettings {
  /** 0 is greedy. */
  temperature: number
  /** Keep the k likeliest; 0 is off. */
  topK: number
  /** Keep the likeliest until their mass reaches p (Holtzman et al. 2020, arXiv 1904.09751); 1 is off. */
  topP: number
  /** Keep what is at least this likely relative to the likeliest (Nguyen et al. 2024, arXiv 2407.01082); 0 is off. */
  minP: number
}

/** Tokens that may be drawn, likeliest first, with their weights (not normalised). Reused from token to token. */
export interface Shortlist {
  ids: Int32Array
  weights: Float64Array
  length: number
}

export function createShortlist(vocabulary: number): Shortlist {
  return { ids: new Int32Array(vocabulary), weights: new Float64Array(vocabulary), length: 0 }
}

/**
 * Repetition penalty of CTRL (Keskar et al. 2019, arXiv 1909.05858, with the sign rule that Hugging Face added): a
 * token seen before has its logit divided by the penalty when positive and multiplied when negative. In place.
 */
export function penaliseRepetition(logits: Float32Array, seen: ReadonlySet<number>, penalty: number): void {
  if (penalty === 1) return
  for (const id of seen) {
    const logit = logits[id]!
    logits[id] = logit > 0 ? logit / penalty : logit * penalty
  }
}

/** Nats below a token: a hundred thousand others that unlikely change what it is worth by a tenth of a percent. */
const NEGLIGIBLE = 18.5

/** Of one token, in nats, from logits [V] that nothing has masked. Measured from the token itself: no walk for the largest. */
export function logProbability(logits: Float32Array, id: number): number {
  const own = logits[id]!
  const least = own - NEGLIGIBLE
  let sum = 0
  for (let at = 0; at < logits.length; at++) {
    const logit = logits[at]!
    if (logit > least) sum += Math.exp(logit - own)
  }
  return -Math.log(sum)
}

/** The likeliest token; of equals the lowest id. */
export function argmax(logits: Float32Array): number {
  let best = 0
  for (let id = 1; id < logits.length; id++) if (logits[id]! > logits[best]!) best = id
  return best
}

/** Fill `list` with the tokens that the settings leave, likeliest first; of equals the lower id. Returns the list. */
export function shortlist(logits: Float32Array, settings: SamplingSettings, list: Shortlist): Shortlist {
  const { temperature, topK, topP, minP } = settings
  const { ids, weights } = list
  const greedy = temperature === 0 || topK === 1
  const bounded = !greedy && topK > 0 && topK < logits.length
  // The likeliest of all is among the k likeliest: one walk through the vocabulary finds both.
  if (bounded) keepLargest(logits, topK, ids)
  const best = bounded ? likeliest(logits, ids, topK) : argmax(logits)
  const top = logits[best]!
  if (greedy || !Number.isFinite(top)) {
    ids[0] = best
    weights[0] = 1
    list.length = Number.isFinite(top) ? 1 : 0
    return list
  }
  // weight = exp((logit − top) / T): the likeliest weighs 1, so min-p is a threshold on the weight itself.
  const weigh = (id: number) => Math.exp((logits[id]! - top) / temperature)
  const size = bounded ? topK : keepAbove(logits, top + temperature * Math.log(minP), ids)

  // top-p measures mass among what top-k leaves, whether or not min-p keeps it.
  let mass = 0
  if (topP < 1 && bounded) for (let at = 0; at < size; at++) mass += weigh(ids[at]!)
  else if (topP < 1) for (let id = 0; id < logits.length; id++) mass += weigh(id)

  // Heap sort from the top, stopped as soon as the filters are satisfied: what is popped gathers behind the heap.
  for (let at = (size >> 1) - 1; at >= 0; at--) sift(logits, ids, at, size, LARGEST)
  let heap = size
  let reached = 0
  while (heap > 0) {
    const weight = weigh(ids[0]!)
    const kept = size - heap
    if (kept > 0 && (weight < minP || (topP < 1 && reached >= topP * mass))) break
    if (weight === 0) break // masked
    reached += weight
    heap--
    const popped = ids[0]!
    ids[0] = ids[heap]!
    ids[heap] = popped
    sift(logits, ids, 0, heap, LARGEST)
  }
  list.length = size - heap
  ids.subarray(heap, size).reverse()
  ids.copyWithin(0, heap, size)
  for (let at = 0; at < list.length; at++) weights[at] = weigh(ids[at]!)
  return list
}

/** Draw by weight with `u` uniform in [0, 1); returns the place in the list, not the id. */
export function draw(list: Shortlist, u: number): number {
  let total = 0
  for (let at = 0; at < list.length; at++) total += list.weights[at]!
  let left = u * total
  for (let at = 0; at < list.length - 1; at++) {
    left -= list.weights[at]!
    if (left < 0) return at
  }
  return list.length - 1
}

/** Take a token out of the list: what is left keeps its order and relative weights. */
export function strike(list: Shortlist, place: number): void {
  list.ids.copyWithin(place, place + 1, list.length)
  list.weights.copyWithin(place, place + 1, list.length)
  list.length--
}

/** The first k of `ids` become those of the k largest logits, in no order. */
function keepLargest(logits: Float32Array, k: number, ids: Int32Array): void {
  for (let id = 0; id < k; id++) ids[id] = id
  for (let at = (k >> 1) - 1; at >= 0; at--) sift(logits, ids, at, k, LEAST)
  // The root of the heap is the least of those kept; an equal one that comes later has a higher id.
  let least = logits[ids[0]!]!
  for (let id = k; id < logits.length; id++) {
    if (logits[id]! <= least) continue
    ids[0] = id
    sift(logits, ids, 0, k, LEAST)
    least = logits[ids[0]!]!
  }
}

/** What `argmax` gives, when it is among the first `size` of `ids`. */
function likeliest(logits: Float32Array, ids: Int32Array, size: number): number {
  let best = ids[0]!
  for (let at = 1; at < size; at++) {
    const id = ids[at]!
    if (first(logits[id]!, id, logits[best]!, best, LARGEST)) best = id
  }
  return best
}

function keepAbove(logits: Float32Array, floor: number, ids: Int32Array): number {
  let size = 0
  for (let id = 0; id < logits.length; id++) {
    // A hair below the floor, so that rounding decides in one place only: the weight.
    if (logits[id]! >= floor - 1e-3 && logits[id]! > Number.NEGATIVE_INFINITY) ids[size++] = id
  }
  return size
}

const LARGEST = 1
const LEAST = -1

/** Let the entry at `at` sink until none below it comes first: the largest logit and lowest id, or the other way round. */
function sift(logits: Float32Array, heap: Int32Array, at: number, size: number, order: 1 | -1): void {
  const entry = heap[at]!
  const logit = logits[entry]!
  for (;;) {
    let child = 2 * at + 1
    if (child >= size) break
    const next = heap[child + 1]!
    if (child + 1 < size && first(logits[next]!, next, logits[heap[child]!]!, heap[child]!, order)) child++
    if (!first(logits[heap[child]!]!, heap[child]!, logit, entry, order)) break
    heap[at] = heap[child]!
    at = child
  }
  heap[at] = entry
}

function first(logitA: number, a: number, logitB: number, b: number, order: 1 | -1): boolean {
  return logitA === logitB ? (b - a) * order > 0 : logitA > logitB === (order === LARGEST)
}
