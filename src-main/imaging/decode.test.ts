import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { StudioError } from '#shared/errors.ts'
import { decode, decodeBytes } from './decode.ts'
import { encode } from './encode.ts'
import { gradient, hostileFiles, plain, quarters, quartersOf, TURNED } from './fixtures.ts'
import { readMetadataBytes } from './metadata.ts'
import { sharp } from './sharp.ts'
import { thumbnailOf } from './thumbnail.ts'

const dir = mkdtempSync(join(tmpdir(), 'broadside-decode-'))
afterAll(() => rmSync(dir, { recursive: true }))

const rgb = gradient()
const make = (picture = rgb) =>
  sharp(picture.data, { raw: { width: picture.width, height: picture.height, channels: picture.channels } })

describe('decode', () => {
  it('reads what encode wrote, pixel for pixel', async () => {
    const png = await encode(rgb, { format: 'png' })
    expect(await decodeBytes(png, 'a.png')).toEqual({ ...rgb, data: Buffer.from(rgb.data) })
  })

  it('keeps straight alpha', async () => {
    const rgba = gradient(16, 8, 4)
    const png = await encode(rgba, { format: 'png' })
    expect(await decodeBytes(png, 'a.png')).toEqual({ ...rgba, data: Buffer.from(rgba.data) })
  })

  it.each(['png', 'jpeg', 'webp', 'tiff', 'gif', 'avif'] as const)(
    'knows %s by its bytes, whatever the name',
    async (format) => {
      const decoded = await decodeBytes(await make().toFormat(format).toBuffer(), 'picture.txt')
      expect([decoded.width, decoded.height]).toEqual([40, 30])
      expect(decoded.data.length).toBe(40 * 30 * decoded.channels)
    },
  )

  describe.each(['jpeg', 'png', 'webp', 'tiff', 'avif'] as const)('a turned %s', (format) => {
    it.each(TURNED.map((upright, at) => [at + 1, upright] as const))(
      'is upright with EXIF orientation %i: pixels, small pixels, thumbnail and told size',
      async (orientation, upright) => {
        const bytes = await make(quarters(48, 32)).withMetadata({ orientation }).toFormat(format).toBuffer()
        const picture = await decodeBytes(bytes, 'a')
        const [width, height] = orientation >= 5 ? [32, 48] : [48, 32]
        expect(picture).toMatchObject({ width, height })
        const small = await decodeBytes(bytes, 'a', { width: 24, height: 24, fit: 'contain' })
        const thumbnail = await decodeBytes(await thumbnailOf(bytes, 24), 'thumbnail')
        expect([picture, small, thumbnail].map(quartersOf)).toEqual([upright, upright, upright])
        expect(thumbnail).toMatchObject({ width: small.width, height: small.height })
        expect(await readMetadataBytes(bytes, 'a')).toMatchObject({ width, height, format })
      },
    )
  })

  it('makes greyscale, palette, 16-bit and CMYK pictures 8-bit sRGB', async () => {
    for (const bytes of [
      await make().greyscale().png().toBuffer(),
      await make().png({ palette: true }).toBuffer(),
      await make().toColourspace('rgb16').png().toBuffer(),
      await make().toColourspace('cmyk').withIccProfile('cmyk').tiff().toBuffer(),
    ]) {
      expect(await decodeBytes(bytes, 'a')).toMatchObject({ width: 40, height: 30, channels: 3 })
    }
  })

  it('keeps the grey and the alpha of a grey picture with alpha', async () => {
    const grey = await sharp(Buffer.from([10, 255, 200, 128]), { raw: { width: 2, height: 1, channels: 2 } })
      .png()
      .toBuffer()
    const { channels, data } = await decodeBytes(grey, 'grey.png')
    expect(channels).toBe(4)
    expect([data[3], data[7]]).toEqual([255, 128])
    expect(data[0]).toBe(data[2])
  })

  it('fits a picture: cover crops, contain keeps the shape, fill stretches', async () => {
    const png = await encode(plain(100, 50, [1, 2, 3]), { format: 'png' })
    const size = async (fit: 'cover' | 'contain' | 'fill') => {
      const { width, height } = await decodeBytes(png, 'a.png', { width: 20, height: 20, fit })
      return [width, height]
    }
    expect(await size('cover')).toEqual([20, 20])
    expect(await size('contain')).toEqual([20, 10])
    expect(await size('fill')).toEqual([20, 20])
  })

  it('answers every hostile file with one typed error that names it', async () => {
    const png = await encode(gradient(200, 200), { format: 'png' })
    const jpeg = await encode(gradient(200, 200), { format: 'jpeg' })
    for (const [name, bytes] of Object.entries(hostileFiles(png, jpeg))) {
      const file = join(dir, name)
      writeFileSync(file, bytes)
      const thrown = await decode(file).then(
        () => `${name} was accepted`,
        (error: unknown) => error,
      )
      expect(thrown, name).toBeInstanceOf(StudioError)
      expect(thrown, name).toMatchObject({ code: 'invalid-file', where: { file } })
    }
  })

  it('names a missing file and refuses a folder', async () => {
    await expect(decode(join(dir, 'none.png'))).rejects.toMatchObject({ code: 'not-found' })
    await expect(decode(dir)).rejects.toMatchObject({ code: 'invalid-file' })
  })

  it('survives random damage: a picture or a typed error, nothing else', async () => {
    const jpeg = await encode(gradient(64, 64), { format: 'jpeg' })
    let state = 1
    const random = (below: number) => {
      state = (state * 48271) % 0x7fffffff
      return state % below
    }
    for (let i = 0; i < 200; i++) {
      const bytes = Buffer.from(jpeg)
      for (let flips = 0; flips < 4; flips++) bytes[random(bytes.length)] = random(256)
      const result = await decodeBytes(bytes, 'x.jpg').catch((error: unknown) => error)
      if (result instanceof Error) expect(result).toMatchObject({ code: 'invalid-file' })
    }
  })
})
