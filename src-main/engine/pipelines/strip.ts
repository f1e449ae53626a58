import { StudioError } from '#shared/errors.ts'
import type { RawPicture } from '#shared/work/picture.ts'

/** The longest side that image formats and screens here can take. */
const MOST = 32_767

/** Pictures of one size side by side, left to right. */
export function strip(frames: readonly RawPicture[]): RawPicture {
  const [first] = frames as [RawPicture]
  const { height, channels } = first
  const row = first.width * channels
  const data = new Uint8Array(row * frames.length * height)
  for (const [at, frame] of frames.entries()) {
    for (let y = 0; y < height; y++) {
      data.set(frame.data.subarray(y * row, (y + 1) * row), (y * frames.length + at) * row)
    }
  }
  return { width: first.width * frames.length, height, channels, data }
}

/** Say so before any frame is made. */
export function checkStrip(frames: number, width: number, field: string): void {
  if (frames * width <= MOST) return
  throw new StudioError({
    code: 'usage',
    message: `${frames} pictures of ${width} px side by side are wider than ${MOST} px`,
    where: { field },
    remedy: `Use at most ${Math.floor(MOST / width)}.`,
  })
}
