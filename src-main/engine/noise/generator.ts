import { mt19937 } from './mt19937.ts'

/** From this size on PyTorch fills in blocks; below it draws one by one, and the two give other numbers. */
const BLOCK = 16

/**
 * The noise of `torch.Generator().manual_seed(seed)` on the CPU, so that a seed means here what it means in diffusers
 * and ComfyUI: the same draws in the same order, call after call.
 *
 * `rand` is bit-exact. `randn` computes in float64 and rounds once to float32, where PyTorch computes in float32 with
 * vectorised logarithm, sine and cosine: the values agree to 2e-6. (aten/src/ATen/native/cpu/DistributionTemplates.h,
 * aten/src/ATen/core/{DistributionsHelper,TransformationHelper}.h)
 */
export class Generator {
  readonly #bits: () => number
  /** The second half of a pair drawn one by one, kept for the next call as PyTorch does. */
  #spare: number | undefined

  /** @param seed 0 … 2³²−1 */
  constructor(seed: number) {
    this.#bits = mt19937(seed)
  }

  /** `torch.rand(n)`: uniform in [0, 1), 24 bits each. */
  rand(n: number): Float32Array {
    const values = new Float32Array(n)
    for (let at = 0; at < n; at++) values[at] = this.#uniform24()
    return values
  }

  /** `torch.randn(n)`: independent N(0, 1). */
  randn(n: number): Float32Array {
    if (n >= BLOCK) return this.#fill(n)
    const values = new Float32Array(n)
    for (let at = 0; at < n; at++) values[at] = this.#normal()
    return values
  }

  #fill(n: number): Float32Array {
    const values = this.rand(n)
    for (let from = 0; from + BLOCK <= n; from += BLOCK) boxMuller(values, from)
    if (n % BLOCK !== 0) {
      // The rest is not a block: the last 16 are drawn anew, over values that were already made.
      const from = n - BLOCK
      for (let at = from; at < n; at++) values[at] = this.#uniform24()
      boxMuller(values, from)
    }
    return values
  }

  #normal(): number {
    if (this.#spare !== undefined) {
      const spare = this.#spare
      this.#spare = undefined
      return spare
    }
    const angle = 2 * Math.PI * this.#uniform53()
    const radius = Math.sqrt(-2 * Math.log1p(-this.#uniform53()))
    this.#spare = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }

  #uniform24(): number {
    return (this.#bits() & 0xff_ffff) / 2 ** 24
  }

  #uniform53(): number {
    const high = this.#bits() & 0x1f_ffff
    return (high * 2 ** 32 + this.#bits()) / 2 ** 53
  }
}

/** 16 uniform values from `from` on become normal: number i and i + 8 are the two halves of a pair. */
function boxMuller(values: Float32Array, from: number): void {
  for (let at = from; at < from + BLOCK / 2; at++) {
    const radius = Math.sqrt(-2 * Math.log(1 - values[at]!))
    const angle = 2 * Math.PI * values[at + BLOCK / 2]!
    values[at] = radius * Math.cos(angle)
    values[at + BLOCK / 2] = radius * Math.sin(angle)
  }
}
