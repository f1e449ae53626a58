import { copyFileSync, createWriteStream, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ZipFile } from 'yazl'
import released from '#shared/document/fixtures/document-v1.json' with { type: 'json' }
import { recordsOf } from '#shared/document/patch.ts'
import type { StudioError } from '#shared/errors.ts'
import { moving, poster, rectangle } from './fixtures/documents.ts'
import { closeLane, openTestStudio, type TestStudio, temporaryFolder } from './fixtures/test-room.ts'

vi.setConfig({ testTimeout: 60_000 })

/** A file of every format that was ever released lies in fixtures/, and one of a format that was never. */
let folder: ReturnType<typeof temporaryFolder>
let studio: TestStudio
beforeEach(() => {
  folder = temporaryFolder()
  studio = openTestStudio(join(folder.path, 'home'))
})
afterEach(async () => {
  await studio.close()
  folder.remove()
})
afterAll(closeLane)

const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/${name}.broadside`, import.meta.url))

async function openFixture(name: string) {
  const path = join(folder.path, `${name}.broadside`)
  copyFileSync(fixture(name), path)
  return { path, id: await studio.projects.adopt(path) }
}

const failure = (promise: Promise<unknown>): Promise<StudioError> =>
  promise.then(
    () => expect.fail('expected a failure'),
    (error) => error,
  )

describe('format 1', () => {
  test('opens with everything that was in it', async () => {
    const { id } = await openFixture('format-1')
    const opened = await studio.projects.open({ id })
    expect(opened).toMatchObject({ name: 'format-1', revision: 1, savedRevision: 1, lost: [], recovered: false })
    expect(opened).not.toHaveProperty('readOnly')
    expect(opened.session).toMatchObject({ zoom: 0.5, x: -20, y: -30 })
    const records = recordsOf(opened.document)
    expect(records.get('label')).toMatchObject({ name: 'Released', width: 1039, dpi: 300 })
    for (const { id: layer, type, x, y } of released.layers) expect(records.get(layer)).toMatchObject({ type, x, y })
    expect(await studio.projects.list()).toMatchObject([
      { artboards: 1, thumbnail: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ])
  })
})

describe('a newer format', () => {
  test('whose document we know opens for reading; the file stays as it is and a copy can be edited', async () => {
    const { id, path } = await openFixture('format-9-readable')
    const opened = await studio.projects.open({ id })
    expect(opened).toMatchObject({ revision: 12, lost: [], readOnly: expect.stringContaining('format 9') })
    const { handle } = opened
    const step = moving(opened.document.layers[0]!, 99)
    await studio.projects.append({ handle, base: 12, steps: [step] })
    expect(await failure(studio.projects.save({ handle }))).toMatchObject({
      code: 'not-writable',
      message: expect.stringContaining('newer Broadside (format 9)'),
      where: { file: path },
    })
    const copy = await studio.projects.saveAs({ handle, name: 'Copy' })
    expect(copy).toMatchObject({ revision: 13, savedRevision: 13 })
    expect(copy).not.toHaveProperty('readOnly')
    expect(readFileSync(path).equals(readFileSync(fixture('format-9-readable')))).toBe(true)
  })

  test.each(['format-9-unreadable', 'document-7'])('whose document we do not know is refused: %s', async (name) => {
    const { id, path } = await openFixture(name)
    expect(await failure(studio.projects.open({ id }))).toMatchObject({
      code: 'unsupported',
      message: expect.stringMatching(/was written by a newer Broadside/),
      where: { file: path },
      remedy: 'Open it with the newer Broadside.',
    })
    expect(readdirSync(folder.path).sort()).toEqual([`${name}.broadside`, 'home'])
  })
})

const DAMAGED: Record<string, string> = {
  'no JSON': '{"format":1,',
  'no object': '"format 1"',
  'no format': JSON.stringify({ revision: 1, document: poster() }),
  'a format that is no number': JSON.stringify({ format: '1', revision: 1, document: poster() }),
  'a revision below zero': JSON.stringify({ format: 1, revision: -1, document: poster() }),
  'a field that nobody knows': JSON.stringify({ format: 1, revision: 1, document: poster(), run: 'rm' }),
  'no document': JSON.stringify({ format: 1, revision: 1 }),
  'a layer that hangs on nothing': JSON.stringify({
    ...{ format: 1, revision: 1 },
    document: { ...poster(), layers: [rectangle('a', 1, 'nobody')] },
  }),
  'a poisoned prototype': `{"format":1,"revision":1,"document":{"__proto__":{"format":1},"artboards":[],"layers":[]}}`,
  'a hundred thousand brackets': `{"format":1,"revision":1,"document":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
}

describe('a file with a document that is none', () => {
  test.each(Object.keys(DAMAGED))('%s', async (kind) => {
    const path = join(folder.path, 'Bad.broadside')
    const zip = new ZipFile()
    zip.addBuffer(Buffer.from('application/vnd.broadside.project'), 'mimetype')
    zip.addBuffer(Buffer.from(DAMAGED[kind]!), 'document.json')
    zip.end()
    await pipeline(zip.outputStream, createWriteStream(path))
    const id = await studio.projects.adopt(path)
    expect(await failure(studio.projects.open({ id }))).toMatchObject({
      code: 'invalid-file',
      where: { file: path },
      remedy: 'Open an older copy of the file.',
    })
    expect(readdirSync(folder.path).sort()).toEqual(['Bad.broadside', 'home'])
  })
})
