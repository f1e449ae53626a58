import { expect, test, vi } from 'vitest'
import { StudioError } from '#shared/errors.ts'
import type { FromWorker, ToWorker } from '#shared/work/tasks.ts'
import { fromWorkerSchema } from '#shared/work/tasks.ts'
import { type Handlers, type Port, serve } from './serve.ts'

function talk(handlers: Handlers, atOnce = 1) {
  const heard: FromWorker[] = []
  let deliver: (message: ToWorker) => void = () => {}
  const port: Port = {
    send: (message) => heard.push(fromWorkerSchema.parse(structuredClone(message)) as FromWorker),
    onMessage: (listener) => {
      deliver = listener
    },
    onDisconnect: () => {},
  }
  serve(handlers, { port, atOnce })
  return {
    heard,
    say: (message: ToWorker) => deliver(message),
    until: (count: number) => vi.waitUntil(() => heard.length >= count),
  }
}
const devices = { task: 'devices' } as const
const result = { runtime: 'none', devices: [] }

test('says ready, then answers a run with its events and one result', async () => {
  const { heard, say, until } = talk({
    devices: async (_, context) => {
      context.report({ type: 'stage', stage: 'looking' })
      return result
    },
  })
  say({ type: 'run', id: 7, task: devices })
  await until(3)
  expect(heard).toEqual([
    { type: 'ready' },
    { type: 'event', id: 7, event: { type: 'stage', stage: 'looking' } },
    { type: 'done', id: 7, result },
  ])
})

test('a StudioError crosses as data, anything else as internal', async () => {
  let thrown: unknown = new StudioError({ code: 'integrity', message: 'flipped', where: { file: 'a.onnx' } })
  const { heard, say, until } = talk({
    devices: async () => {
      throw thrown
    },
  })
  say({ type: 'run', id: 1, task: devices })
  await until(2)
  thrown = new TypeError('x'.repeat(20_000))
  say({ type: 'run', id: 2, task: devices })
  await until(3)
  expect(heard[1]).toEqual({
    type: 'failed',
    id: 1,
    error: { code: 'integrity', message: 'flipped', where: { file: 'a.onnx' } },
  })
  expect(heard[2]).toMatchObject({ type: 'failed', id: 2, error: { code: 'internal' } })
})

test('a task nobody handles is unsupported', async () => {
  const { heard, say, until } = talk({})
  say({ type: 'run', id: 1, task: devices })
  await until(2)
  expect(heard[1]).toMatchObject({ type: 'failed', error: { code: 'unsupported' } })
})

test('cancel reaches a running task by its signal and a waiting one at once', async () => {
  const started: number[] = []
  const { heard, say, until } = talk({
    devices: (_, { signal }) => {
      started.push(1)
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))))
    },
  })
  say({ type: 'run', id: 1, task: devices })
  say({ type: 'run', id: 2, task: devices })
  say({ type: 'cancel', id: 2 })
  say({ type: 'cancel', id: 1 })
  await until(3)
  expect(heard.slice(1)).toEqual([
    { type: 'failed', id: 2, error: { code: 'cancelled', message: 'cancelled' } },
    { type: 'failed', id: 1, error: { code: 'cancelled', message: 'cancelled' } },
  ])
  expect(started).toHaveLength(1)
})

test('runs one task at a time unless told otherwise', async () => {
  let now = 0
  let most = 0
  const handlers: Handlers = {
    devices: async () => {
      most = Math.max(most, ++now)
      await new Promise((resolve) => setTimeout(resolve, 5))
      now--
      return result
    },
  }
  const one = talk(handlers)
  for (let id = 1; id <= 3; id++) one.say({ type: 'run', id, task: devices })
  await one.until(4)
  expect(most).toBe(1)
  const two = talk(handlers, 2)
  for (let id = 1; id <= 3; id++) two.say({ type: 'run', id, task: devices })
  await two.until(4)
  expect(most).toBe(2)
})
