import type { RawPicture } from '#shared/work/picture.ts'

/**
 * The picture's colours with those of fully transparent px replaced by the nearest visible ones. What nobody sees (often
 * black) would otherwise bleed into the edge that the model draws. Two sweeps carry the nearest px along (Danielsson
 * 1980, "Euclidean distance mapping").
 */
export function underpaint(picture: RawPicture): RawPicture {
  const { width, height, channels, data } = picture
  if (channels === 3) return picture
  const nearest = new Int32Array(width * height).fill(-1)
  let hidden = 0
  for (let at = 0; at < nearest.length; at++) {
    if (data[at * 4 + 3]! > 0) nearest[at] = at
    else hidden++
  }
  if (hidden === 0 || hidden === nearest.length) return picture

  const distance = (at: number, source: number) => {
    const dx = (at % width) - (source % width)
    const dy = Math.floor(at / width) - Math.floor(source / width)
    return dx * dx + dy * dy
  }
  const look = (at: number, from: number) => {
    const source = nearest[from]!
    if (source >= 0 && (nearest[at]! < 0 || distance(at, source) < distance(at, nearest[at]!))) nearest[at] = source
  }
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) sweep(x, y, -1)
    for (let x = width - 2; x >= 0; x--) look(y * width + x, y * width + x + 1)
  }
  for (let y = height - 1; y >= 0; y--) {
    for (let x = width - 1; x >= 0; x--) sweep(x, y, 1)
    for (let x = 1; x < width; x++) look(y * width + x, y * width + x - 1)
  }
  function sweep(x: number, y: number, towards: 1 | -1): void {
    const at = y * width + x
    if (data[at * 4 + 3]! > 0) return
    const side = x + towards
    if (side >= 0 && side < width) look(at, at + towards)
    const row = y + towards
    if (row < 0 || row >= height) return
    for (let near = Math.max(0, x - 1); near <= Math.min(width - 1, x + 1); near++) look(at, row * width + near)
  }

  const painted = new Uint8Array(data)
  for (const [at, source] of nearest.entries()) {
    if (source !== at) painted.set(data.subarray(source * 4, source * 4 + 3), at * 4)
  }
  return { ...picture, data: painted }
}

/** Alpha of output rows `from` … `to`, bilinear, centres aligned, into byte 3 of `out`'s px (RGBA, `scale` times larger). */
export function scaleAlpha(picture: RawPicture, scale: number, out: Uint8Array, from: number, to: number): void {
  const { width, height, data } = picture
  const columns = between(width, scale)
  const rows = between(height, scale)
  for (let y = from; y < to; y++) {
    const upper = rows.low[y]! * width
    const lower = rows.high[y]! * width
    const down = rows.share[y]!
    for (let x = 0; x < width * scale; x++) {
      const left = columns.low[x]!
      const right = columns.high[x]!
      const across = columns.share[x]!
      const above = data[(upper + left) * 4 + 3]! * (1 - across) + data[(upper + right) * 4 + 3]! * across
      const below = data[(lower + left) * 4 + 3]! * (1 - across) + data[(lower + right) * 4 + 3]! * across
      out[(y * width * scale + x) * 4 + 3] = above * (1 - down) + below * down + 0.5
    }
  }
}

/** For each output place the two input places around it and the share of the second. */
function between(length: number, scale: number) {
  const low = new Int32Array(length * scale)
  const high = new Int32Array(length * scale)
  const share = new Float32Array(length * scale)
  for (let at = 0; at < low.length; at++) {
    const centre = Math.max(0, (at + 0.5) / scale - 0.5)
    low[at] = Math.floor(centre)
    high[at] = Math.min(length - 1, low[at]! + 1)
    share[at] = centre - low[at]!
  }
  return { low, high, share }
}
