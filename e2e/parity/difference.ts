import { expect } from 'vitest'
import type { RawPicture } from '#shared/work/picture.ts'

export interface Difference {
  /** Of any channel of any pixel, 0 … 255. */
  most: number
  /** Pixels that differ at all. */
  share: number
}

/** Of RGBA pixels. */
export function difference(a: RawPicture, b: RawPicture): Difference {
  expect([b.width, b.height]).toEqual([a.width, a.height])
  let [most, pixels] = [0, 0]
  for (let at = 0; at < a.data.length; at += 4) {
    let here = 0
    for (let i = at; i < at + 4; i++) here = Math.max(here, Math.abs(a.data[i]! - b.data[i]!))
    most = Math.max(most, here)
    if (here > 0) pixels++
  }
  return { most, share: pixels / (a.width * a.height) }
}
