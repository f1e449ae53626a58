import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { holderOf, lockFolder } from './lock.ts'

let home: string
let other: ChildProcess | undefined
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'broadside-lock-'))
})
afterEach(() => {
  other?.kill('SIGKILL')
  rmSync(home, { recursive: true, force: true })
})

async function otherProcess(): Promise<ChildProcess> {
  other = fork(fileURLToPath(new URL('./fixtures/lock-holder.ts', import.meta.url)), [home], { execArgv: [] })
  await once(other, 'message')
  return other
}

test('one process at a time: the second is told who has it', async () => {
  const { pid } = await otherProcess()
  await expect(lockFolder(home, { what: 'test', waitMs: 0 })).rejects.toMatchObject({
    code: 'locked',
    message: expect.stringContaining(`"lock holder" (process ${pid}`),
    where: { file: home },
  })
  expect(holderOf(home)).toContain('lock holder')
})

test('a holder that was killed leaves nothing that needs cleaning up', async () => {
  const holder = await otherProcess()
  holder.kill('SIGKILL')
  await once(holder, 'exit')
  const lock = await lockFolder(home, { what: 'test', waitMs: 0 })
  await lock.release()
  expect(existsSync(join(home, 'lock.json'))).toBe(false)
})

test('waits for a holder that ends soon, and says so once', async () => {
  const holder = await otherProcess()
  const waits: string[] = []
  setTimeout(() => holder.kill('SIGKILL'), 300)
  const lock = await lockFolder(home, { what: 'test', waitMs: 5000, onWait: (holder) => waits.push(holder) })
  await lock.release()
  expect(waits).toHaveLength(1)
})

test('released is free again', async () => {
  await (await lockFolder(home, { what: 'one', waitMs: 0 })).release()
  await (await lockFolder(home, { what: 'two', waitMs: 0 })).release()
  expect(holderOf(home)).toBeUndefined()
})

test('a home that cannot be a folder is a typed error', async () => {
  writeFileSync(join(home, 'file'), '')
  await expect(lockFolder(join(home, 'file'), { what: 'x', waitMs: 0 })).rejects.toMatchObject({ code: 'not-writable' })
})
