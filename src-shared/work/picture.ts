import { z } from 'zod'

/** Pixels in memory: 8-bit sRGB, row-major, interleaved; 3 channels RGB or 4 straight (not premultiplied) RGBA. */
export interface RawPicture {
  width: number
  height: number
  channels: 3 | 4
  data: Uint8Array
}

/** The same pixels in a file of the data folder, without a header. Pixels travel between processes this way. */
export const rawFileSchema = z.strictObject({
  path: z.string(),
  width: z.number().int().min(1),
  height: z.number().int().min(1),
  channels: z.union([z.literal(3), z.literal(4)]),
})
export type RawFile = z.infer<typeof rawFileSchema>
