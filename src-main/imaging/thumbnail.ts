import type { RawPicture } from '#shared/work/picture.ts'
import { MAX_PIXELS } from './decode.ts'
import { sharp } from './sharp.ts'

/** A small upright JPEG on white, at most `side` px wide and high. The same for a file as for the pixels that it holds. */
export async function thumbnailOf(picture: RawPicture | Uint8Array, side: number): Promise<Buffer> {
  const input =
    picture instanceof Uint8Array
      ? sharp(picture, { limitInputPixels: MAX_PIXELS, failOn: 'error', pages: 1 }).autoOrient()
      : sharp(picture.data, { raw: rawOf(picture), limitInputPixels: false })
  // Laying an opaque picture on white changes nothing and takes three times as long as making it small.
  const opaque = !(picture instanceof Uint8Array) && picture.channels === 3
  return (opaque ? input : input.flatten({ background: '#ffffff' }))
    .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .jpeg({ quality: 82, chromaSubsampling: '4:4:4' })
    .toBuffer()
}

const rawOf = ({ width, height, channels }: RawPicture) => ({ width, height, channels })
