import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { expandPlan } from '#shared/batch/expand.ts'
import { parsePlan } from '#shared/batch/plan.ts'
import { card, spec } from './fixtures/plans.ts'
import { type Done, JOURNAL, openJournal, readJournal, removeJournal } from './journal.ts'
import { MANIFEST_CSV, readManifest, writeManifests } from './manifest.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'broadside-journal-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const done = (number: number): Done => ({
  ...{ id: String(number).repeat(64).slice(0, 64), path: `${number}.png`, sha256: 'a'.repeat(64) },
  ...{ bytes: number, width: 10, height: 10, overflows: [], values: { name: `n${number}` } },
})

test('what was appended is read back in order, also when it came at once', async () => {
  const journal = await openJournal(folder, 0, [done(1)])
  await Promise.all([done(2), done(3), done(4)].map((one) => journal.append(one)))
  await journal.close()
  expect((await readJournal(folder))?.done).toEqual([1, 2, 3, 4].map(done))
})

test('a line that was cut off counts for nothing, and the next one takes its place', async () => {
  const journal = await openJournal(folder, 0, [])
  await journal.append(done(1))
  await journal.close()
  appendFileSync(join(folder, JOURNAL), '{"id":"22222')
  const read = await readJournal(folder)
  expect(read?.done).toEqual([done(1)])
  const next = await openJournal(folder, read!.length, [])
  await next.append(done(3))
  await next.close()
  expect((await readJournal(folder))?.done).toEqual([done(1), done(3)])
})

test('a damaged line costs its own file and no other', async () => {
  const journal = await openJournal(folder, 0, [done(1), done(2), done(3)])
  await journal.close()
  const path = join(folder, JOURNAL)
  writeFileSync(path, readFileSync(path, 'utf8').replace('"2.png"', '"2.p\u0000'))
  expect((await readJournal(folder))?.done).toEqual([done(1), done(3)])
})

test('one that was killed before its first line begins anew; somebody else’s file is refused', async () => {
  writeFileSync(join(folder, JOURNAL), '{"form')
  expect(await readJournal(folder)).toEqual({ done: [], length: 0 })
  await (await openJournal(folder, 0, [])).close()
  expect((await readJournal(folder))?.done).toEqual([])
  writeFileSync(join(folder, JOURNAL), '{"kind":"diary"}\n')
  await expect(readJournal(folder)).rejects.toMatchObject({ code: 'invalid-file' })
  await removeJournal(folder)
  expect(readdirSync(folder)).toEqual([])
})

test('the manifest says the same; in its table no cell is a formula', async () => {
  const rows = [{ name: '=HYPERLINK("http://x","y")', note: '-1+2, "quoted"\nline' }]
  const plan = parsePlan({ format: 1, kind: 'batch', document: card(), ...spec({ name: '{index}' }) })
  const [one, two] = expandPlan(plan, rows, new Map()).files
  const error = { code: 'not-found' as const, message: '@SUM(A1)' }
  await writeManifests(folder, {
    ...{ name: 'Cards', rows },
    files: [{ task: one!, done: { ...done(1), id: one!.id, path: one!.path } }],
    failed: [{ task: two!, error }],
  })
  expect(await readManifest(folder)).toEqual({
    done: [{ ...done(1), id: one!.id, path: one!.path }],
    failed: [{ index: 2, error }],
  })
  const csv = readFileSync(join(folder, MANIFEST_CSV), 'utf8')
  expect(csv).toContain(`"'=HYPERLINK(""http://x"",""y"")"`)
  expect(csv).toContain("'@SUM(A1)")
  expect(csv).toContain(`"'-1+2, ""quoted""\nline"`)
})
