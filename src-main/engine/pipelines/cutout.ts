import type { RawPicture } from '#shared/work/picture.ts'
import { type FloatPicture, resample } from './resample.ts'

/** Of 255, largest of the three channels: paper, a seamless backdrop and what JPEG does to them stay below. */
const SAME = 26
/** A backdrop is there when so much of the picture's rim has one colour. */
const RIM = 0.6
/** Air around the subject on each side, as the drawings have it that the models learned from. */
const MARGIN = 0.04

/**
 * A subject for the reference of a diffusion model from somebody's picture: a logo, a product before a plain backdrop, a
 * sketch on paper. What is transparent, or has the backdrop's colour and hangs together with the rim, is left out; the
 * rest is centred in a square with a little air. A picture that fills its frame is taken whole.
 * Returns premultiplied RGBA in 0…1, `side` × `side` px.
 */
export function cutOut(picture: RawPicture, side: number): FloatPicture {
  const cut = withoutBackdrop(picture)
  const { left, top, width, height } = bounds(cut) ?? { left: 0, top: 0, width: cut.width, height: cut.height }
  const room = Math.ceil(Math.max(width, height) * (1 + 2 * MARGIN))
  const data = new Float32Array(room * room * 4)
  const [x, y] = [Math.floor((room - width) / 2), Math.floor((room - height) / 2)]
  for (let row = 0; row < height; row++) {
    const from = ((top + row) * cut.width + left) * 4
    data.set(cut.data.subarray(from, from + width * 4), ((y + row) * room + x) * 4)
  }
  return resample({ width: room, height: room, channels: 4, data }, side, side)
}

function withoutBackdrop({ width, height, channels, data }: RawPicture): FloatPicture {
  const count = width * height
  const out = new Float32Array(count * 4)
  const shown = (at: number) => (channels === 4 ? data[at * 4 + 3]! / 255 : 1)
  let clear = false
  for (let at = 0; at < count && !clear; at++) clear = shown(at) < 0.5
  const behind = clear ? undefined : backdrop({ width, height, channels, data })
  for (let at = 0; at < count; at++) {
    const alpha = behind?.[at] ? 0 : shown(at)
    for (let channel = 0; channel < 3; channel++) out[at * 4 + channel] = (data[at * channels + channel]! / 255) * alpha
    out[at * 4 + 3] = alpha
  }
  return { width, height, channels: 4, data: out }
}

/** Pixels that hang together with the rim and have its colour; undefined where the rim has no one colour. */
function backdrop({ width, height, channels, data }: RawPicture): Uint8Array | undefined {
  const rim: number[] = []
  for (let x = 0; x < width; x++) rim.push(x, (height - 1) * width + x)
  for (let y = 1; y < height - 1; y++) rim.push(y * width, y * width + width - 1)
  const colour = [0, 1, 2].map((channel) => median(rim.map((at) => data[at * channels + channel]!)))
  const isBackdrop = (at: number) => colour.every((value, i) => Math.abs(data[at * channels + i]! - value) <= SAME)
  const starts = rim.filter(isBackdrop)
  if (starts.length < rim.length * RIM) return undefined

  const behind = new Uint8Array(width * height)
  for (const at of starts) behind[at] = 1
  const visit = (at: number) => {
    if (behind[at] || !isBackdrop(at)) return
    behind[at] = 1
    starts.push(at)
  }
  for (let at = starts.pop(); at !== undefined; at = starts.pop()) {
    const x = at % width
    if (x > 0) visit(at - 1)
    if (x < width - 1) visit(at + 1)
    if (at >= width) visit(at - width)
    if (at < width * (height - 1)) visit(at + width)
  }
  // A sheet of one colour is a subject too.
  return behind.every((one) => one === 1) ? undefined : behind
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!

/** The smallest box with everything that is at least half opaque; undefined when nothing is. */
function bounds({ width, height, data }: FloatPicture) {
  let [left, top, right, bottom] = [width, height, -1, -1]
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (data[(y * width + x) * 4 + 3]! < 0.5) continue
      left = Math.min(left, x)
      right = Math.max(right, x)
      top = Math.min(top, y)
      bottom = y
    }
  }
  return right < 0 ? undefined : { left, top, width: right - left + 1, height: bottom - top + 1 }
}
