import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Models, openModels } from './models.ts'
import { nearest } from './nearest.ts'

const TINY = fileURLToPath(new URL('../../models/tiny', import.meta.url))

let home: string
let models: Models
const at = (...parts: string[]) => join(home, 'models', ...parts)
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'broadside-models-'))
  mkdirSync(at())
  models = openModels({ starter: [TINY], added: at() })
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

function copyOfTiny(id: string, as: string): string {
  cpSync(join(TINY, id), at(as), { recursive: true })
  const file = at(as, 'model.json')
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), id: as }))
  return at(as)
}

describe('finding models', () => {
  test('lists shipped and added ones', async () => {
    copyOfTiny('tiny-gan', 'my-gan')
    const list = await models.list()
    expect(list.map(({ id, source }) => `${id} ${source}`)).toEqual([
      'my-gan added',
      'tiny-diffusion starter',
      'tiny-gan starter',
      'tiny-text starter',
      'tiny-upscaler starter',
      'tiny-vae starter',
    ])
  })

  test('the hash is that of the content, whatever it is called', async () => {
    copyOfTiny('tiny-gan', 'my-gan')
    expect((await models.get('my-gan')).hash).toBe((await models.get('tiny-gan')).hash)
  })

  test('an unknown id names the nearest and all known', async () => {
    await expect(models.get('tiny-difusion')).rejects.toMatchObject({
      code: 'not-found',
      remedy: expect.stringMatching(/Did you mean "tiny-diffusion"\? Known: tiny-diffusion, /),
    })
  })

  test('a damaged package is listed with its error and hides no other', async () => {
    writeFileSync(join(copyOfTiny('tiny-gan', 'bad'), 'model.json'), '{ "format": 1')
    expect(await models.list()).toHaveLength(6)
    await expect(models.get('bad')).rejects.toMatchObject({
      code: 'invalid-model',
      where: { file: at('bad', 'model.json') },
    })
  })

  test('a package whose folder has another name is refused', async () => {
    cpSync(join(TINY, 'tiny-gan'), at('other'), { recursive: true })
    await expect(models.get('other')).rejects.toMatchObject({ code: 'invalid-model' })
  })

  test('a path that leaves the package is refused', async () => {
    const file = join(copyOfTiny('tiny-gan', 'bad'), 'model.json')
    const manifest = JSON.parse(readFileSync(file, 'utf8'))
    manifest.config.sessions.mapping = '../tiny-gan/mapping.onnx'
    writeFileSync(file, JSON.stringify(manifest))
    await expect(models.get('bad')).rejects.toMatchObject({
      code: 'invalid-model',
      where: { field: 'config.sessions.mapping' },
    })
  })
})

describe('files of a package', () => {
  const graph = 'synthesis.onnx'

  test.each([
    ['truncated', (path: string) => truncateSync(path, 100), /expected \d+ bytes, found 100/],
    [
      'changed by one bit',
      (path: string) => {
        const bytes = readFileSync(path)
        bytes[50]! ^= 1
        writeFileSync(path, bytes)
      },
      /expected sha256 [0-9a-f]{12}…, found [0-9a-f]{12}…/,
    ],
    ['missing', (path: string) => rmSync(path), /is missing/],
  ])('a %s file is told by name', async (_, harm, message) => {
    const folder = copyOfTiny('tiny-gan', 'bad')
    await models.checkFiles(await models.get('bad'))
    harm(join(folder, graph))
    await expect(models.checkFiles(await models.get('bad'))).rejects.toMatchObject({
      code: 'integrity',
      message: expect.stringMatching(message),
      where: { file: join(folder, graph) },
    })
  })
})

describe('removing', () => {
  test('takes away what was added, and nothing that was shipped', async () => {
    copyOfTiny('tiny-gan', 'my-gan')
    await models.remove('my-gan')
    await expect(models.get('my-gan')).rejects.toMatchObject({ code: 'not-found' })
    await expect(models.remove('tiny-gan')).rejects.toMatchObject({ code: 'usage' })
    await expect(models.remove('nothing')).rejects.toMatchObject({ code: 'not-found' })
  })
})

test('the nearest word is one that could have been meant', () => {
  const known = ['poster-diffusion', 'pattern-gan', 'copy-lm']
  expect(nearest('poster-difusion', known)).toBe('poster-diffusion')
  expect(nearest('diffusion', known)).toBe('poster-diffusion')
  expect(nearest('patern-gan', known)).toBe('pattern-gan')
  expect(nearest('something-else-entirely', known)).toBeUndefined()
})
