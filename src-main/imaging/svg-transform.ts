/** The `transform` attribute of SVG. */

export type Matrix = [a: number, b: number, c: number, d: number, e: number, f: number]

const NONE: Matrix = [1, 0, 0, 1, 0, 0]

/** First `inner`, then `outer`. */
export function multiply(outer: Matrix, inner: Matrix): Matrix {
  const [a, b, c, d, e, f] = outer
  const [g, h, i, j, k, l] = inner
  return [a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * l + e, b * k + d * l + f]
}

/** A list of transforms; from the first mistake on it is ignored, as browsers do. */
export function matrixOf(text: string | undefined): Matrix {
  let matrix = NONE
  for (const [, name, list] of (text ?? '').matchAll(/(\w+)\s*\(([^()]*)\)/g)) {
    const numbers = list!
      .trim()
      .split(/[\s,]+/)
      .map(Number)
    const one = numbers.every(Number.isFinite) ? single(name!, numbers) : undefined
    if (!one) return matrix
    matrix = multiply(matrix, one)
  }
  return matrix
}

function single(name: string, [x = 0, y, ...rest]: number[]): Matrix | undefined {
  const angle = (x * Math.PI) / 180
  switch (name) {
    case 'matrix':
      return rest.length === 4 ? [x, y ?? 0, ...(rest as [number, number, number, number])] : undefined
    case 'translate':
      return [1, 0, 0, 1, x, y ?? 0]
    case 'scale':
      return [x, 0, 0, y ?? x, 0, 0]
    case 'rotate': {
      const turn: Matrix = [Math.cos(angle), Math.sin(angle), -Math.sin(angle), Math.cos(angle), 0, 0]
      const [cx, cy] = [y ?? 0, rest[0] ?? 0]
      return multiply(multiply([1, 0, 0, 1, cx, cy], turn), [1, 0, 0, 1, -cx, -cy])
    }
    case 'skewX':
      return [1, 0, Math.tan(angle), 1, 0, 0]
    case 'skewY':
      return [1, Math.tan(angle), 0, 1, 0, 0]
    default:
      return undefined
  }
}
