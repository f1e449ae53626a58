import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createStudio } from './studio.ts'

const folder = mkdtempSync(join(tmpdir(), 'broadside-tables-'))
const home = join(folder, 'home')
const studio = createStudio({ home })
afterAll(async () => {
  await studio.close()
  rmSync(folder, { recursive: true, force: true })
})

function written(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

test('a worker reads a table of 10,000 rows, which is too long for a message', async () => {
  const rows = Array.from({ length: 10_000 }, (_, row) => Array.from({ length: 12 }, (_, at) => `第${row}行 ${at}`))
  const text = [rows[0]!.map((_, at) => `列${at}`), ...rows].map((row) => row.join(',')).join('\n')
  expect(await studio.tables.read(written('long.csv', text))).toMatchObject({ rows, encoding: 'utf-8', warnings: [] })
})

test('what is wrong with a file is told with its name, row and column, and nothing of it stays', async () => {
  const path = written('twice.csv', 'name,NAME\n1,2\n')
  await expect(studio.tables.read(path)).rejects.toMatchObject({
    ...{ code: 'invalid-file', where: { file: path, field: 'NAME', line: 1 }, remedy: expect.any(String) },
  })
  const scratch = readdirSync(join(home, 'scratch'), { recursive: true })
  expect(scratch.filter((name) => String(name).includes('table'))).toEqual([])
})

test('one that arrives from elsewhere is told by the name that its sender gave it', async () => {
  const upload = { name: '价目.csv', writeTo: async (path: string) => writeFileSync(path, 'a,b\n1,"2\n') }
  await expect(studio.receive(upload, (path) => studio.tables.read(path))).rejects.toMatchObject({
    where: { file: '价目.csv', line: 2 },
  })
})
