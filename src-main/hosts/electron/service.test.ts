import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, expect, test, vi } from 'vitest'
import { type Service, startService, type Timing } from './service.ts'

const entry = fileURLToPath(new URL('./fixtures/odd-service.ts', import.meta.url))
const started: Service[] = []
const folder = mkdtempSync(join(tmpdir(), 'broadside-shell-'))
let tests = 0

function start(odd: string, timing: Partial<Timing> = {}) {
  const log = join(folder, `${++tests}.log`)
  const addresses: string[] = []
  const troubles: string[] = []
  const service = startService({
    node: process.execPath,
    entry,
    env: { ...process.env, ODD: odd, ODD_LOG: log },
    onAddress: (url) => addresses.push(url),
    onTrouble: (words) => troubles.push(words),
    timing: { backOffMs: 10, ...timing },
  })
  started.push(service)
  return { service, addresses, troubles, lines: () => readFileSync(log, 'utf8').trim().split('\n') }
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((service) => service.quit()))
})
afterAll(() => rmSync(folder, { recursive: true }))

test('says where it serves, and answers', async () => {
  const { service, addresses, lines } = start('')
  expect(await service.adopt('/a/b.broadside')).toBe('adopt /a/b.broadside')
  expect(await service.place('/a/c.broadside')).toBe('place /a/c.broadside')
  expect(await service.exportTo('x1', '/a/d.png')).toBe('export-to x1 /a/d.png')
  expect(await service.takeOut('0'.repeat(64))).toBe(`take-out ${'0'.repeat(64)}`)
  expect(addresses).toHaveLength(1)
  expect(addresses[0]).toMatch(/^http:\/\/127\.0\.0\.1:4711\/#token=[\w-]{43}$/)
  expect(lines()).toEqual(['start - 43'])
})

test('a failure arrives whole', async () => {
  const { service } = start('')
  await expect(service.adopt('missing')).rejects.toMatchObject({
    code: 'not-found',
    where: { file: 'missing' },
    remedy: 'Check.',
  })
})

test('killed, it is there again at the same address; what was asked fails and can be asked again', async () => {
  const { service, addresses, troubles, lines } = start('')
  await expect(service.adopt('die')).rejects.toMatchObject({ code: 'worker-died' })
  expect(await service.adopt('again')).toBe('adopt again')
  expect(addresses).toHaveLength(1)
  expect(lines()).toEqual(['start - 43', 'start 4711 43'])
  expect(troubles).toEqual([])
})

test('the window is told an address that changed', async () => {
  const { service, addresses } = start('moves')
  await expect(service.adopt('die')).rejects.toThrow()
  await service.adopt('again')
  expect(new Set(addresses).size).toBe(2)
})

test('three failures in a row are told with its last words, and then only a person starts it again', async () => {
  const { service, addresses, troubles, lines } = start('dies')
  await vi.waitFor(() => expect(troubles).toEqual(['the data folder is in use']), 10_000)
  expect(lines()).toHaveLength(3)
  await expect(service.adopt('anything')).rejects.toMatchObject({ code: 'worker-died' })
  service.tryAgain()
  await vi.waitFor(() => expect(troubles).toHaveLength(2), 10_000)
  expect(lines()).toHaveLength(6)
  expect(addresses).toEqual([])
})

test('failures far apart are not in a row', async () => {
  const { service, troubles, lines } = start('', { soundAfterMs: 0 })
  for (let n = 0; n < 4; n++) await expect(service.adopt('die')).rejects.toThrow()
  await service.adopt('again')
  expect(lines()).toHaveLength(5)
  expect(troubles).toEqual([])
})

test.each(['silent', 'nonsense'])('one that is %s is ended and counts as failed', async (odd) => {
  const { troubles, addresses, lines } = start(odd, { readyWithinMs: odd === 'silent' ? 1500 : 10_000 })
  await vi.waitFor(() => expect(troubles).toHaveLength(1), 15_000)
  expect([addresses, lines().length]).toEqual([[], 3])
})

test('an answer that does not come is an error', async () => {
  const { service } = start('', { answerWithinMs: 50 })
  await expect(service.adopt('silence')).rejects.toMatchObject({ code: 'worker-died' })
})

test('told to quit, it ends by itself and stays ended; a stubborn one is killed', async () => {
  const orderly = start('')
  await orderly.service.adopt('x')
  await orderly.service.quit()
  expect(orderly.lines()).toEqual(['start - 43', 'quit'])

  const stubborn = start('stubborn', { quitWithinMs: 100 })
  await stubborn.service.adopt('x')
  await stubborn.service.quit()
  expect(stubborn.lines()).toEqual(['start - 43', 'quit'])
  expect(stubborn.troubles).toEqual([])
})
