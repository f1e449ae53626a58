/**
 * Mersenne Twister, 32 bit (Matsumoto and Nishimura 1998), seeded as `init_genrand` of the reference code and
 * `torch.manual_seed` do it. Returns the next unsigned 32 bits at each call.
 */
export function mt19937(seed: number): () => number {
  const state = new Uint32Array(N)
  state[0] = seed
  for (let at = 1; at < N; at++) {
    const previous = state[at - 1]! ^ (state[at - 1]! >>> 30)
    state[at] = Math.imul(1_812_433_253, previous) + at
  }
  let next = N

  return () => {
    if (next === N) {
      twist(state)
      next = 0
    }
    let bits = state[next++]!
    bits ^= bits >>> 11
    bits ^= (bits << 7) & 0x9d2c_5680
    bits ^= (bits << 15) & 0xefc6_0000
    bits ^= bits >>> 18
    return bits >>> 0
  }
}

const N = 624
const M = 397

function twist(state: Uint32Array): void {
  for (let at = 0; at < N; at++) {
    const mixed = (state[at]! & 0x8000_0000) | (state[(at + 1) % N]! & 0x7fff_ffff)
    state[at] = state[(at + M) % N]! ^ (mixed >>> 1) ^ (mixed & 1 ? 0x9908_b0df : 0)
  }
}
