import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sha256Hex } from '#shared/canonical.ts'
import { type Library, openLibrary } from './library.ts'

let home: string
let library: Library
let time = 1000
const open = async () => {
  library = await openLibrary(home, () => time++)
  return library
}
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'broadside-library-'))
  await open()
})
afterEach(() => {
  library.close()
  rmSync(home, { recursive: true, force: true })
})

async function adopt(content: string, recipe?: unknown) {
  const file = join(home, 'new')
  writeFileSync(file, content)
  const kind = recipe === undefined ? 'input' : 'picture'
  const given = { sha256: sha256Hex(content), kind, extension: 'png', bytes: content.length } as const
  return library.adopt(file, recipe === undefined ? given : { ...given, recipe })
}

const recipe = (prompt: string) => ({ kind: 'diffusion', model: { id: 'm', hash: 'a'.repeat(64) }, prompt })

describe('the library', () => {
  test('keeps bytes under their sha256', async () => {
    const { sha256 } = await adopt('pixels', recipe('a fox'))
    const path = library.pathOf(sha256)!
    expect(path).toBe(join(home, 'library/objects', sha256.slice(0, 2), `${sha256.slice(2)}.png`))
    expect(readFileSync(path, 'utf8')).toBe('pixels')
    expect(library.get(sha256)).toMatchObject({ kind: 'picture', model: 'm', bytes: 6, recipe: recipe('a fox') })
  })

  test('holds the same bytes once', async () => {
    await adopt('pixels', recipe('a fox'))
    await adopt('pixels', recipe('a fox'))
    expect(library.find()).toHaveLength(1)
  })

  test('finds words of prompts, in English and Chinese, newest first', async () => {
    await adopt('1', recipe('a red fox on teal'))
    await adopt('2', recipe('狐狸和放射光芒'))
    await adopt('3', recipe('foxes, 100% "wild"'))
    const found = (text: string) => library.find({ text }).map((one) => (one.recipe as { prompt: string }).prompt)
    expect(found('fox')).toEqual(['foxes, 100% "wild"', 'a red fox on teal'])
    expect(found('狐狸')).toEqual(['狐狸和放射光芒'])
    expect(found('放射光芒')).toEqual(['狐狸和放射光芒'])
    expect(found('"wild"')).toHaveLength(1)
    expect(found('%')).toHaveLength(1)
    expect(found('nothing')).toEqual([])
  })

  test('does not know what it was not given', () => {
    expect(library.pathOf('f'.repeat(64))).toBeUndefined()
  })
})

describe('the index', () => {
  const read = async (path: string) => {
    const content = readFileSync(path, 'utf8')
    return content === 'brought' ? {} : { recipe: recipe(content) }
  }

  test.each([
    ['lost', (file: string) => rmSync(file)],
    ['broken', (file: string) => writeFileSync(file, 'this is no database, but it is long enough to be read as one')],
  ])('is made again from the files when it is %s', async (_, harm) => {
    await adopt('a fox', recipe('a fox'))
    await adopt('brought')
    library.close()
    for (const end of ['-wal', '-shm']) rmSync(join(home, `library/library.sqlite${end}`), { force: true })
    harm(join(home, 'library/library.sqlite'))
    await open()
    expect(library.needsRebuild).toBe(true)
    expect(await library.rebuild(read)).toBe(2)
    expect(library.needsRebuild).toBe(false)
    expect(library.find({ text: 'fox' })).toMatchObject([{ kind: 'picture', sha256: sha256Hex('a fox') }])
    expect(library.find({ kind: 'input' })).toMatchObject([{ sha256: sha256Hex('brought') }])
  })

  test('of a newer version is refused, and left as it is', async () => {
    library.close()
    const { DatabaseSync } = await import('node:sqlite')
    const database = new DatabaseSync(join(home, 'library/library.sqlite'))
    database.exec('PRAGMA user_version = 99')
    database.close()
    await expect(open()).rejects.toMatchObject({ code: 'unsupported' })
    expect(readdirSync(join(home, 'library'))).not.toContain('library.sqlite.broken')
    rmSync(join(home, 'library'), { recursive: true })
    await open()
  })
})
