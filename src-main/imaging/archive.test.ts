import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateRawSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { StudioError } from '#shared/errors.ts'
import { pack, unpack, unpackPictures } from './archive.ts'

const root = mkdtempSync(join(tmpdir(), 'broadside-archive-'))
afterAll(() => rmSync(root, { recursive: true }))
const sha256Hex = (data: Uint8Array | string) => createHash('sha256').update(data).digest('hex')
let count = 0
const newFolder = () => {
  const path = join(root, `out-${++count}`)
  mkdirSync(path)
  return path
}
const never = new AbortController().signal

// ── a ZIP writer that lies when it is told to ───────────────────────────────────────────────────

interface Lie {
  name: string
  data?: Uint8Array | string
  deflate?: boolean
  /** Declared instead of the truth. */
  size?: number
  packed?: number
  crc?: number
  method?: number
  flags?: number
  /** Unix mode, for links. */
  mode?: number
  /** Share the bytes of this entry. */
  as?: number
  rawName?: Buffer
}

function zip(entries: readonly Lie[], { count = entries.length, directoryAt = 0, localSignature = 0x04034b50 } = {}) {
  const parts: Buffer[] = []
  const central: Buffer[] = []
  const offsets: number[] = []
  let at = 0
  for (const entry of entries) {
    const data = Buffer.from(entry.data ?? '')
    const packed = entry.deflate ? deflateRawSync(data) : data
    const name = entry.rawName ?? Buffer.from(entry.name)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(entry.flags ?? 0, 2)
    common.writeUInt16LE(entry.method ?? (entry.deflate ? 8 : 0), 4)
    common.writeUInt32LE(0x00210000, 6)
    common.writeUInt32LE((entry.crc ?? crc32(data)) >>> 0, 10)
    common.writeUInt32LE(entry.packed ?? packed.length, 14)
    common.writeUInt32LE(entry.size ?? data.length, 18)
    common.writeUInt16LE(name.length, 22)
    const offset = entry.as === undefined ? at : offsets[entry.as]!
    offsets.push(offset)
    if (entry.as === undefined) {
      const signature = Buffer.alloc(4)
      signature.writeUInt32LE(parts.length === 0 ? 0x04034b50 : localSignature)
      const local = Buffer.concat([signature, common, name, packed])
      parts.push(local)
      at += local.length
    }
    const head = Buffer.alloc(6)
    head.writeUInt32LE(0x02014b50, 0)
    head.writeUInt16LE((3 << 8) | 20, 4)
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(((entry.mode ?? 0o100644) << 16) >>> 0, 6)
    tail.writeUInt32LE(offset, 10)
    central.push(Buffer.concat([head, common, tail, name]))
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(Math.min(count, 0xffff), 8)
  end.writeUInt16LE(Math.min(count, 0xffff), 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(at + directoryAt, 16)
  return Buffer.concat([...parts, directory, end])
}

const MIMETYPE: Lie = { name: 'mimetype', data: 'application/vnd.broadside.project' }
const DOCUMENT: Lie = { name: 'document.json', data: '{"format":1}', deflate: true }
const picture = (bytes: Buffer, more: Partial<Lie> = {}): Lie => ({
  name: `pictures/${sha256Hex(bytes)}.png`,
  data: bytes,
  ...more,
})
const GOOD = Buffer.from('a picture, as far as an archive is concerned')
const good = (...more: Lie[]) => zip([MIMETYPE, DOCUMENT, picture(GOOD), ...more])

const write = (bytes: Uint8Array): string => {
  const path = join(root, `file-${++count}.broadside`)
  writeFileSync(path, bytes)
  return path
}

const refusal = (path: string, out: string) =>
  unpack({ task: 'unpack', path, out }).then(
    () => expect.fail('it was taken'),
    (error: unknown) => error as StudioError,
  )

describe('an archive of ours', () => {
  const files = () => {
    const folder = newFolder()
    const put = (name: string, bytes: Uint8Array | string) => {
      writeFileSync(join(folder, name), bytes)
      return join(folder, name)
    }
    const pictures = ['one', 'two', 'three'].map((text) => ({
      sha256: sha256Hex(text),
      path: put(`${text}.png`, text),
    }))
    const request = { document: put('d.json', '{"format":1}'), thumbnail: put('t.webp', 'thumb'), pictures }
    return { folder, request }
  }

  test('comes back as it went in, is the same bytes every time, and starts with its type in the clear', async () => {
    const { folder, request } = files()
    const [out, again] = [join(folder, 'a.broadside'), join(folder, 'b.broadside')]
    const { bytes } = await pack({ task: 'pack', ...request, out }, never)
    const reversed = { ...request, pictures: request.pictures.toReversed() }
    await pack({ task: 'pack', ...reversed, out: again }, never)
    const content = readFileSync(out)
    expect(content.length).toBe(bytes)
    expect(content.equals(readFileSync(again))).toBe(true)
    expect(content.subarray(30, 71).toString()).toBe('mimetypeapplication/vnd.broadside.project')

    const back = newFolder()
    const listed = await unpack({ task: 'unpack', path: out, out: back })
    expect(listed).toEqual({ pictures: request.pictures.map(({ sha256 }) => sha256).sort(), thumbnail: true })
    expect(readFileSync(join(back, 'document.json'), 'utf8')).toBe('{"format":1}')
    expect(readFileSync(join(back, 'thumbnail.webp'), 'utf8')).toBe('thumb')
    const [one] = request.pictures
    const taken = await unpackPictures(
      { task: 'unpack-pictures', path: out, pictures: [one!.sha256], out: back },
      never,
    )
    expect(taken).toEqual({ files: [{ sha256: one!.sha256, name: `${one!.sha256}.png` }], damaged: [] })
    expect(readFileSync(join(back, `${one!.sha256}.png`), 'utf8')).toBe('one')
    expect(readdirSync(back).sort()).toEqual(['document.json', 'thumbnail.webp', `${one!.sha256}.png`].sort())
  })

  test('a picture that cannot be read is named, and nothing hangs', async () => {
    const { folder, request } = files()
    rmSync(request.pictures[1]!.path)
    const packing = pack({ task: 'pack', ...request, out: join(folder, 'a.broadside') }, never)
    await expect(packing).rejects.toMatchObject({ code: 'not-found', where: { file: request.pictures[1]!.path } })
  })

  test('a folder that is gone is told', async () => {
    const { folder, request } = files()
    const out = join(folder, 'gone', 'a.broadside')
    await expect(pack({ task: 'pack', ...request, out }, never)).rejects.toMatchObject({ where: { file: out } })
  })

  test('what a newer format adds is left alone; files packed again by other programs are read', async () => {
    const path = write(good({ name: 'sounds/jingle.ogg', data: 'la' }, { name: 'pictures/', data: '' }))
    expect(await unpack({ task: 'unpack', path, out: newFolder() })).toEqual({
      pictures: [sha256Hex(GOOD)],
      thumbnail: false,
    })
    const packedAgain = write(zip([picture(GOOD, { deflate: true }), DOCUMENT, MIMETYPE]))
    const out = newFolder()
    await unpack({ task: 'unpack', path: packedAgain, out })
    const pictures = [sha256Hex(GOOD)]
    expect(
      (await unpackPictures({ task: 'unpack-pictures', path: packedAgain, pictures, out }, never)).files,
    ).toHaveLength(1)
  })
})

const zeros = (megabytes: number) => Buffer.alloc(megabytes << 20)
const other = Buffer.from('other')

/** Each is refused as a whole: a typed error that names the file and what to do, and nothing written but in `out`. */
const HOSTILE: Record<string, () => Uint8Array> = {
  'an empty file': () => Buffer.alloc(0),
  'a text': () => Buffer.from('Dear project,'),
  'a PNG': () => Buffer.from('\x89PNG\r\n\x1a\nIHDR', 'latin1'),
  'four bytes of a ZIP': () => Buffer.from('PK\x03\x04'),
  'half of a file': () => good().subarray(0, good().length >> 1),
  'a file without its last byte': () => good().subarray(0, -1),
  'a file that begins with something else': () => Buffer.concat([Buffer.from('#!/bin/sh\n'), good()]),
  'a ZIP of something else': () => zip([{ name: 'word/document.xml', data: '<w/>' }]),
  'another type': () => zip([{ name: 'mimetype', data: 'application/epub+zip' }, DOCUMENT]),
  'a type without end': () => zip([{ name: 'mimetype', data: zeros(1) }, DOCUMENT]),
  'no document': () => zip([MIMETYPE, picture(GOOD)]),
  'a folder for a document': () => zip([MIMETYPE, { name: 'document.json/', data: '' }]),
  'a document bomb': () => zip([MIMETYPE, { name: 'document.json', data: zeros(60), deflate: true }]),
  'a document of 4 GB, it says': () => zip([MIMETYPE, { ...DOCUMENT, size: 0xffff_fff0 }]),
  'a picture bomb': () => zip([MIMETYPE, DOCUMENT, picture(zeros(40), { deflate: true })]),
  'a document longer than it says': () => zip([MIMETYPE, { ...DOCUMENT, size: 5 }]),
  'a document shorter than it says': () => zip([MIMETYPE, { ...DOCUMENT, size: 50 }]),
  'a document with a wrong checksum': () => zip([MIMETYPE, { ...DOCUMENT, crc: 7 }]),
  'a document of broken deflate': () => zip([MIMETYPE, { ...DOCUMENT, deflate: false, method: 8, data: 'ÿÿÿÿ' }]),
  'a document packed in an unknown way': () => zip([MIMETYPE, { ...DOCUMENT, method: 99 }]),
  'an encrypted document': () => zip([MIMETYPE, { ...DOCUMENT, flags: 1 }]),
  'a name that climbs out': () => good({ name: '../../.bashrc', data: 'evil' }),
  'a picture that climbs out': () => good({ name: 'pictures/../../evil.png', data: 'evil' }),
  'an absolute name': () => good({ name: '/etc/cron.d/evil', data: 'evil' }),
  'a name with a drive': () => good({ name: 'C:/evil.exe', data: 'evil' }),
  'a name with backslashes': () => good({ name: 'pictures\\..\\evil', data: 'evil' }),
  'two documents': () => zip([MIMETYPE, DOCUMENT, { ...DOCUMENT, data: '{"format":2}' }]),
  'two pictures of a name': () => good(picture(GOOD)),
  'a link for a document': () => zip([MIMETYPE, { ...DOCUMENT, data: '/etc/passwd', deflate: false, mode: 0o120777 }]),
  'a link for a picture': () => zip([MIMETYPE, DOCUMENT, picture(Buffer.from('/etc/passwd'), { mode: 0o120777 })]),
  'entries that share their bytes': () =>
    zip([
      ...[MIMETYPE, DOCUMENT, picture(zeros(1))],
      ...Array.from({ length: 50 }, (_, n) => ({
        ...picture(zeros(1)),
        name: `pictures/${sha256Hex(`${n}`)}.png`,
        as: 2,
      })),
    ]),
  'more entries than any project has': () =>
    zip([MIMETYPE, DOCUMENT, ...Array.from({ length: 12_000 }, (_, n) => ({ name: `x${n}` }))]),
  'a directory that is not where it should be': () => zip([MIMETYPE, DOCUMENT], { directoryAt: 5000 }),
  'a directory with more entries than it has': () => zip([MIMETYPE, DOCUMENT], { count: 9 }),
  'entries that are not where they should be': () => zip([MIMETYPE, DOCUMENT], { localSignature: 0x31337 }),
  'a thumbnail of 5 MB': () => good({ name: 'thumbnail.webp', data: zeros(5) }),
}

describe('a hostile archive', () => {
  test('there are more than thirty kinds', () => expect(Object.keys(HOSTILE).length).toBeGreaterThan(30))

  test.each(Object.keys(HOSTILE))('%s', async (kind) => {
    const path = write(HOSTILE[kind]!())
    const out = newFolder()
    const around = readdirSync(root).sort()
    const began = performance.now()
    const error = await refusal(path, out)
    expect(error).toBeInstanceOf(StudioError)
    expect(error.toJSON()).toEqual({
      ...{ code: 'invalid-file', where: { file: path } },
      message: expect.stringMatching(/^(this is|the file is empty|the project file is damaged)/),
      remedy: expect.stringMatching(/^(Open|Choose) /),
    })
    expect(performance.now() - began).toBeLessThan(2000)
    expect(readdirSync(root).sort()).toEqual(around)
    expect(readdirSync(out).filter((name) => !['document.json', 'thumbnail.webp'].includes(name))).toEqual([])
  })

  test('a picture whose bytes are not what its name says, or that is damaged, costs itself alone', async () => {
    const cut = Buffer.from('cut')
    const path = write(
      good({ ...picture(other), data: 'not other' }, picture(cut, { deflate: false, method: 8 }), picture(zeros(0))),
    )
    const out = newFolder()
    const pictures = [sha256Hex(GOOD), sha256Hex(other), sha256Hex(cut), 'f'.repeat(64)]
    const taken = await unpackPictures({ task: 'unpack-pictures', path, pictures, out }, never)
    expect(taken.files.map(({ sha256 }) => sha256)).toEqual([sha256Hex(GOOD)])
    expect(taken.damaged).toEqual(pictures.slice(1))
    expect(readdirSync(out)).toEqual([`${sha256Hex(GOOD)}.png`])
  })

  test('a folder and a missing file are told as such', async () => {
    expect(await refusal(newFolder(), newFolder())).toMatchObject({ code: 'invalid-file' })
    expect(await refusal(join(root, 'none'), newFolder())).toMatchObject({ code: 'not-found' })
    expect(existsSync(join(root, 'none'))).toBe(false)
  })

  test('thousands of flipped bits: taken or refused, never anything else', async () => {
    const whole = good()
    let state = 1
    for (let n = 0; n < 300; n++) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
      const bytes = Buffer.from(whole)
      for (let flips = 0; flips < 1 + (n % 40); flips++) {
        state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
        bytes[state % bytes.length]! ^= 1 << (state >>> 29)
      }
      const out = newFolder()
      const outcome = await unpack({ task: 'unpack', path: write(bytes), out }).catch((error: unknown) => error)
      if (outcome instanceof Error) expect(outcome).toMatchObject({ code: 'invalid-file' })
      else expect(readFileSync(join(out, 'document.json'), 'utf8')).toBe('{"format":1}')
    }
  })
})
