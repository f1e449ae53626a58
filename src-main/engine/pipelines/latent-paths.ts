/** Ways from one latent (t = 0) to another (t = 1). */

export function linear(a: Float32Array, b: Float32Array, t: number): Float32Array {
  return a.map((value, at) => value + t * (b[at]! - value))
}

/**
 * Along the great circle between the directions, the length going evenly from one to the other (Shoemake 1985; for
 * latents White 2016, arXiv 1609.04468). Nearly parallel or opposite ones have no circle of their own: linear.
 */
export function spherical(a: Float32Array, b: Float32Array, t: number): Float32Array {
  const lengths = Math.sqrt(dot(a, a) * dot(b, b))
  const cosine = lengths > 0 ? dot(a, b) / lengths : 1
  if (Math.abs(cosine) > 0.9995) return linear(a, b, t)
  const angle = Math.acos(cosine)
  const [lengthA, lengthB] = [Math.sqrt(dot(a, a)), Math.sqrt(dot(b, b))]
  const length = lengthA + t * (lengthB - lengthA)
  const shareA = (Math.sin((1 - t) * angle) / Math.sin(angle)) * (length / lengthA)
  const shareB = (Math.sin(t * angle) / Math.sin(angle)) * (length / lengthB)
  return a.map((value, at) => shareA * value + shareB * b[at]!)
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let at = 0; at < a.length; at++) sum += a[at]! * b[at]!
  return sum
}
