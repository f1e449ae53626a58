import { describe, expect, it } from 'vitest'
import { decodeBytes } from './decode.ts'
import { encode } from './encode.ts'
import { bombPng, forged, gradient, hostileFiles, madeBy, textBomb, tinyPng } from './fixtures.ts'
import { readMetadataBytes } from './metadata.ts'
import { chunk, iTXt, tEXt } from './png-chunks.ts'
import { sharp } from './sharp.ts'

const picture = gradient()
const read = (bytes: Buffer) => readMetadataBytes(bytes, 'poster.png')

describe('a recipe in a picture', () => {
  it.each(['png', 'jpeg', 'webp'] as const)('comes back whole from %s', async (format) => {
    const { recipe, recipeHash, ran, parameters } = madeBy
    const bytes = await encode(picture, { format, madeBy, dpi: 300 })
    expect(await read(bytes)).toEqual({ width: 40, height: 30, format, recipe, recipeHash, ran, parameters })
  })

  it.each(['png', 'jpeg', 'webp'] as const)('makes equal bytes of equal pixels and recipes (%s)', async (format) => {
    const make = () => encode(picture, { format, madeBy, dpi: 300 })
    expect((await make()).equals(await make())).toBe(true)
  })

  it.each([72, 150, 300])('keeps %d dpi', async (dpi) => {
    for (const format of ['png', 'jpeg'] as const)
      expect((await sharp(await encode(picture, { format, dpi })).metadata()).density).toBe(dpi)
  })

  it('survives in XMP when a program drops the texts it does not know', async () => {
    const png = await encode(picture, { format: 'png', madeBy })
    const rewritten = await sharp(png).keepXmp().jpeg().toBuffer()
    expect(await read(rewritten)).toMatchObject({ recipe: madeBy.recipe, recipeHash: madeBy.recipeHash })
  })

  it('says in IPTC words that a model made it', async () => {
    const xmp = async (source?: 'compositeWithTrainedAlgorithmicMedia') =>
      (
        await sharp(await encode(picture, { format: 'webp', madeBy, ...(source ? { source } : {}) })).metadata()
      ).xmp!.toString()
    expect(await xmp()).toContain('digitalsourcetype/trainedAlgorithmicMedia')
    expect(await xmp('compositeWithTrainedAlgorithmicMedia')).toContain('digitalsourcetype/compositeWith')
  })

  it('writes Latin-1 infotext as tEXt, as A1111 does, and anything else as iTXt', async () => {
    const png = (parameters: string) => encode(picture, { format: 'png', madeBy: { ...madeBy, parameters } })
    expect((await png('café, Steps: 3')).includes('tEXtparameters')).toBe(true)
    expect((await png('橙子')).includes('iTXtparameters')).toBe(true)
  })

  it('too long for a JPEG is refused, not dropped, and fits a PNG', async () => {
    const long = { ...madeBy, recipe: { text: 'long '.repeat(20_000) } }
    await expect(encode(picture, { format: 'jpeg', madeBy: long })).rejects.toMatchObject({ code: 'invalid-input' })
    expect(await read(await encode(picture, { format: 'png', madeBy: long }))).toMatchObject({ recipe: long.recipe })
  })

  it('does not disturb the pixels', async () => {
    expect((await decodeBytes(await encode(picture, { format: 'png', madeBy }), 'a')).data).toEqual(
      Buffer.from(picture.data),
    )
  })
})

describe('reading other pictures', () => {
  it('finds the infotext of other programs', async () => {
    expect(await read(tinyPng(tEXt({ keyword: 'parameters', text: 'a cat\nSteps: 20' })))).toMatchObject({
      parameters: 'a cat\nSteps: 20',
    })
  })

  it('finds nothing in a plain picture', async () => {
    expect(await read(await encode(picture, { format: 'webp' }))).toEqual({ width: 40, height: 30, format: 'webp' })
  })

  it('reads only headers: a 100,000 px PNG is described, not decoded', async () => {
    expect(await read(bombPng(100_000))).toMatchObject({ width: 100_000 })
  })

  it('ignores a `broadside` text that is not ours', async () => {
    for (const text of ['{', '[]', '{"format":2,"recipe":{}}', '{"format":1,"recipe":"rm"}'])
      expect((await read(tinyPng(iTXt({ keyword: 'broadside', text })))).recipe).toBeUndefined()
  })

  it.each([
    ['a text that expands without end', tinyPng(textBomb(64 * 1024 * 1024))],
    ['a wrong checksum', tinyPng(forged('tEXt', 'parameters\0x'))],
    ['a text without a keyword', tinyPng(chunk('tEXt', Buffer.from('no separator at all')))],
    ['a compressed text that is not compressed', tinyPng(chunk('zTXt', Buffer.from('parameters\0\0nonsense')))],
    ['a missing end', tinyPng().subarray(0, -12)],
    ['two hundred thousand chunks', tinyPng(Buffer.concat(Array(200_000).fill(chunk('eeEe', Buffer.alloc(0)))))],
  ])('refuses %s', async (_, bytes) => {
    await expect(read(bytes)).rejects.toMatchObject({ code: 'invalid-file', where: { file: 'poster.png' } })
  })

  it('answers every hostile file with a description or a typed error', async () => {
    const [png, jpeg] = [await encode(picture, { format: 'png' }), await encode(picture, { format: 'jpeg' })]
    for (const [name, bytes] of Object.entries(hostileFiles(png, jpeg))) {
      const result = await readMetadataBytes(bytes, name).catch((error: unknown) => error)
      if (result instanceof Error) expect(result, name).toMatchObject({ code: 'invalid-file', where: { file: name } })
    }
  })
})

describe('encode', () => {
  it('drops an alpha channel that is opaque everywhere', async () => {
    const data = new Uint8Array(4 * 4 * 4).fill(255)
    const png = await encode({ width: 4, height: 4, channels: 4, data }, { format: 'png' })
    expect((await sharp(png).metadata()).channels).toBe(3)
  })

  it.each([
    ['quality 0', { format: 'jpeg', quality: 0 }],
    ['quality NaN', { format: 'jpeg', quality: Number.NaN }],
    ['no dots at all', { format: 'png', dpi: 0 }],
  ] as const)('refuses %s', async (_, options) => {
    await expect(encode(picture, options)).rejects.toMatchObject({ code: 'usage' })
  })

  it('refuses a WebP wider than WebP can be', async () => {
    await expect(
      encode({ width: 16_384, height: 1, channels: 3, data: new Uint8Array(3 * 16_384) }, { format: 'webp' }),
    ).rejects.toMatchObject({ code: 'invalid-input' })
  })
})
