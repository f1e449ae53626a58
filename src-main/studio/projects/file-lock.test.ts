import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lockFile, lockNameOf } from './file-lock.ts'
import { temporaryFolder } from './fixtures/test-room.ts'

let folder: ReturnType<typeof temporaryFolder>
let path: string
const others: ChildProcess[] = []
beforeEach(() => {
  folder = temporaryFolder()
  path = join(folder.path, 'Poster.broadside')
})
afterEach(() => {
  for (const other of others.splice(0)) other.kill('SIGKILL')
  folder.remove()
})

async function otherProcess(...args: string[]): Promise<{ child: ChildProcess; said: unknown }> {
  const child = fork(fileURLToPath(new URL('./fixtures/lock-child.ts', import.meta.url)), [path, ...args], {
    execArgv: [],
  })
  others.push(child)
  return { child, said: (await once(child, 'message'))[0] }
}

test('the second program is told who has it; when that is killed, nothing is in the way', async () => {
  const { child } = await otherProcess()
  expect(() => lockFile(path, 'me')).toThrow(`Poster.broadside is open in "other program" (process ${child.pid}, since`)
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(existsSync(lockNameOf(path))).toBe(true)
  lockFile(path, 'me').release()
  expect(existsSync(lockNameOf(path))).toBe(false)
})

test('being refused in the same process leaves the lock in place for other processes', async () => {
  const lock = lockFile(path, 'me')
  expect(() => lockFile(path, 'me again')).toThrow('is open in "me"')
  expect((await otherProcess()).said).toMatchObject({ code: 'locked', message: expect.stringContaining('"me"') })
  lock.release()
  lock.release()
  expect((await otherProcess()).said).toBe('locked')
})

test('a lock file that a kill left broken is made anew', () => {
  writeFileSync(lockNameOf(path), 'not a database, but a good deal of text that is none either')
  const lock = lockFile(path, 'me')
  expect(() => lockFile(path, 'you')).toThrow('"me"')
  lock.release()
})

test('many programs fighting for one file: never two at once', async () => {
  const rounds = await Promise.all([1, 2, 3].map(() => otherProcess('fight', join(folder.path, 'inside'))))
  const results = rounds.map(({ said }) => said as { held: number; together: number })
  expect(results.every(({ held }) => held > 0)).toBe(true)
  expect(results.map(({ together }) => together)).toEqual([0, 0, 0])
}, 60_000)

test('a folder that is not there is told', () => {
  expect(() => lockFile(join(folder.path, 'none', 'a.broadside'), 'me')).toThrow(
    expect.objectContaining({ code: 'not-writable' }),
  )
})
