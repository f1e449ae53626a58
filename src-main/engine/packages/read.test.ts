import { cp, mkdir, mkdtemp, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { MAX_MANIFEST_BYTES, readManifest, verifyFile, verifyFiles } from './read.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'broadside-'))
  await cp(join(import.meta.dirname, '../../../models/tiny/tiny-gan'), dir, { recursive: true })
})
const at = (path: string) => join(dir, path)

test('an untouched package is whole', async () => {
  const manifest = await readManifest(dir)
  const { files, bytes } = await verifyFiles(dir, manifest)
  expect(files).toBe(Object.keys(manifest.files).length)
  expect(bytes).toBeGreaterThan(8000)
})

describe('a damaged file is an integrity error with its name', () => {
  test.each([
    ['missing', () => rm(at('mapping.onnx'))],
    ['truncated', () => truncate(at('mapping.onnx'), 100)],
    [
      'longer',
      async () => writeFile(at('mapping.onnx'), Buffer.concat([await readFile(at('mapping.onnx')), Buffer.of(0)])),
    ],
    [
      'one bit flipped',
      async () => {
        const bytes = await readFile(at('mapping.onnx'))
        bytes[bytes.length >> 1]! ^= 1
        await writeFile(at('mapping.onnx'), bytes)
      },
    ],
  ])('%s', async (_, damage) => {
    const manifest = await readManifest(dir)
    await damage()
    await expect(verifyFiles(dir, manifest)).rejects.toMatchObject({
      code: 'integrity',
      message: expect.stringContaining('mapping.onnx'),
      where: { file: at('mapping.onnx') },
      remedy: expect.any(String),
    })
  })
})

describe('links are refused, even to the right bytes', () => {
  test('a file', async () => {
    const manifest = await readManifest(dir)
    await rename(at('mapping.onnx'), at('real.onnx'))
    await symlink('real.onnx', at('mapping.onnx'))
    await expect(verifyFiles(dir, manifest)).rejects.toMatchObject({
      code: 'invalid-file',
      message: expect.stringContaining('link'),
    })
  })

  test('a folder on the way', async () => {
    const manifest = await readManifest(dir)
    await mkdir(at('real'))
    await cp(at('mapping.onnx'), at('real/mapping.onnx'))
    await symlink('real', at('sub'))
    const files = { 'sub/mapping.onnx': manifest.files['mapping.onnx']! }
    await expect(verifyFile(dir, { ...manifest, files }, 'sub/mapping.onnx')).rejects.toMatchObject({
      code: 'invalid-file',
    })
  })

  test('model.json itself', async () => {
    await rename(at('model.json'), at('real.json'))
    await symlink('real.json', at('model.json'))
    await expect(readManifest(dir)).rejects.toMatchObject({ code: 'invalid-file' })
  })
})

describe('a model.json that is none is one typed error', () => {
  const whole = async () => JSON.parse(await readFile(at('model.json'), 'utf8'))
  test.each([
    ['nothing', ''],
    ['half of it', '{"format": 1,'],
    ['another encoding', Buffer.from([0xff, 0xfe, 0x7b])],
    ['a list', '[]'],
  ])('%s', async (_, text) => {
    await writeFile(at('model.json'), text)
    await expect(readManifest(dir)).rejects.toMatchObject({ code: 'invalid-model', where: { file: at('model.json') } })
  })

  test('a huge one is not read', async () => {
    await writeFile(at('model.json'), Buffer.alloc(MAX_MANIFEST_BYTES + 1, ' '))
    await expect(readManifest(dir)).rejects.toMatchObject({ code: 'invalid-file' })
  })

  test.each(['../secret', '/etc/passwd', 'a/../../b', 'C:\\x', '.hidden', 'a\\b', ''])(
    'the path "%s"',
    async (path) => {
      const manifest = await whole()
      manifest.files[path] = { sha256: '0'.repeat(64), bytes: 1 }
      await writeFile(at('model.json'), JSON.stringify(manifest))
      await expect(readManifest(dir)).rejects.toMatchObject({
        code: 'invalid-model',
        where: { field: expect.stringContaining('files') },
      })
    },
  )
})

test('no model.json is not-found with its path', async () => {
  await rm(at('model.json'))
  await expect(readManifest(dir)).rejects.toMatchObject({ code: 'not-found', where: { file: at('model.json') } })
})
