import { fork } from 'node:child_process'
import { once } from 'node:events'
import { constants, getPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import type { StudioError } from '#shared/errors.ts'
import type { DecodeTask, TaskEvent } from '#shared/work/tasks.ts'
import { type LaneOptions, openLane, type WorkerLane } from './supervisor.ts'

const entry = new URL('./fixtures/odd-worker.ts', import.meta.url)
const lanes: WorkerLane[] = []

function lane(options: Partial<LaneOptions> = {}): WorkerLane {
  const opened = openLane({ entry, name: 'odd worker', ...options })
  lanes.push(opened)
  return opened
}

/** A task of the odd worker; it answers with its process id as the width. */
const task = (deed: string): DecodeTask => ({ task: 'decode', path: deed, out: '/x' })

async function failure(promise: Promise<unknown>): Promise<StudioError> {
  return promise.then(
    () => expect.fail('expected a failure'),
    (error) => error,
  )
}

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

afterEach(async () => {
  await Promise.all(lanes.splice(0).map((one) => one.close()))
})

describe('a lane', () => {
  test('answers with the checked result and passes on events', async () => {
    const events: TaskEvent[] = []
    const result = await lane().run(task('work'), { onEvent: (event) => events.push(event) })
    expect(result.height).toBe(1)
    expect(events).toEqual([{ type: 'stage', stage: 'working' }])
  })

  test('in the background lets others go first', async () => {
    const normal = await lane().run(task('work'))
    const background = await lane({ background: true }).run(task('work'))
    expect(getPriority(normal.width)).toBe(getPriority())
    expect(getPriority(background.width)).toBe(Math.max(getPriority(), constants.priority.PRIORITY_BELOW_NORMAL))
  })

  test('runs one task at a time, in order, in one process', async () => {
    const one = lane()
    const order: string[] = []
    const results = await Promise.all(
      ['a', 'b', 'c'].map((name) =>
        one.run(task('steps:3'), { onEvent: (event) => event.type === 'step' && order.push(`${name}${event.step}`) }),
      ),
    )
    expect(order).toEqual(['a1', 'a2', 'a3', 'b1', 'b2', 'b3', 'c1', 'c2', 'c3'])
    expect(new Set(results.map((result) => result.width)).size).toBe(1)
  })

  test('passes on a failure as data', async () => {
    expect(await failure(lane().run(task('fail')))).toMatchObject({ code: 'invalid-file', message: 'not a picture' })
  })

  test('keeps our secrets from its worker', async () => {
    process.env.BROADSIDE_TOKEN = 'secret'
    try {
      expect(await failure(lane().run(task('env:BROADSIDE_TOKEN')))).toMatchObject({ message: 'nothing' })
      expect(await failure(lane().run(task('env:PATH')))).toMatchObject({ message: process.env.PATH })
    } finally {
      delete process.env.BROADSIDE_TOKEN
    }
  })

  test('refuses an answer of the wrong shape', async () => {
    expect(await failure(lane().run(task('lie')))).toMatchObject({ code: 'internal' })
  })

  test('stops a worker that sends what is no message, and goes on', async () => {
    const one = lane()
    expect(await failure(one.run(task('babble')))).toMatchObject({ code: 'worker-died' })
    await one.run(task('work'))
  })
})

describe('a worker that dies', () => {
  test('costs only its task: the next one runs in a fresh process', async () => {
    const one = lane()
    const first = await one.run(task('work'))
    const [death, second] = await Promise.all([failure(one.run(task('segfault'))), one.run(task('work'))])
    expect(death).toMatchObject({ code: 'worker-died' })
    expect(death.message).toContain('SIGSEGV')
    expect(second.width).not.toBe(first.width)
  })

  test('leaves its last words in the message', async () => {
    const error = await failure(lane().run(task('crash')))
    expect(error.code).toBe('worker-died')
    expect(error.message).toContain('Error: no such luck')
  })

  test('twice over the same job is quarantined; other jobs still run', async () => {
    const one = lane()
    const options = { quarantineKey: 'recipe 1' }
    for (const _ of [1, 2]) expect((await failure(one.run(task('segfault'), options))).code).toBe('worker-died')
    const before = one.pid
    expect((await failure(one.run(task('segfault'), options))).code).toBe('quarantined')
    expect(one.pid).toBe(before)
    await one.run(task('work'), { quarantineKey: 'recipe 2' })
  })

  test('that cannot even start is a typed error', async () => {
    const error = await failure(
      lane({ entry: new URL('./fixtures/nothing-here.ts', import.meta.url) }).run(task('work')),
    )
    expect(error.code).toBe('worker-died')
    expect(error.message).toContain('Cannot find module')
  })
})

describe('bounds', () => {
  test('the wall clock stops a task that never ends', async () => {
    const one = lane()
    const started = performance.now()
    const error = await failure(one.run(task('hang'), { wallClockMs: 300 }))
    expect(error).toMatchObject({ code: 'timeout' })
    expect(error.message).toContain('0.3 s')
    expect(performance.now() - started).toBeLessThan(20_000)
    await one.run(task('work'))
  })

  test('the memory cap stops a task that eats it up', async () => {
    const one = lane({ memoryCapBytes: 300 * 2 ** 20 })
    expect(await failure(one.run(task('eat')))).toMatchObject({ code: 'out-of-memory' })
    expect(one.peakBytes).toBeLessThan(1.2 * 2 ** 30)
    await one.run(task('work'))
  })

  test('where the parent cannot look, the worker guards its own cap', async () => {
    const one = lane({ memoryCapBytes: 64 * 2 ** 30, env: { BROADSIDE_MEMORY_CAP: String(300 * 2 ** 20) } })
    expect(await failure(one.run(task('eat')))).toMatchObject({ code: 'out-of-memory' })
  })
})

describe('cancelling', () => {
  test('a waiting task never starts', async () => {
    const one = lane()
    const controller = new AbortController()
    const events: TaskEvent[] = []
    const running = one.run(task('steps:5'))
    const waiting = failure(
      one.run(task('work'), { signal: controller.signal, onEvent: (event) => events.push(event) }),
    )
    controller.abort()
    expect((await waiting).code).toBe('cancelled')
    await running
    expect(events).toEqual([])
  })

  test('between steps ends the task and keeps the process', async () => {
    const one = lane()
    const { width: pid } = await one.run(task('work'))
    const controller = new AbortController()
    const error = await failure(
      one.run(task('steps:1000'), {
        signal: controller.signal,
        onEvent: (event) => event.type === 'step' && event.step === 3 && controller.abort(),
      }),
    )
    expect(error.code).toBe('cancelled')
    expect((await one.run(task('work'))).width).toBe(pid)
  })

  test('inside a step kills the process after the deadline; the next one is ready already', async () => {
    const one = lane({ cancelDeadlineMs: 400 })
    await one.run(task('work'))
    const controller = new AbortController()
    const hanging = failure(one.run(task('hang'), { signal: controller.signal }))
    await new Promise((resolve) => setTimeout(resolve, 50))
    const asked = performance.now()
    controller.abort()
    expect((await hanging).code).toBe('cancelled')
    expect(performance.now() - asked).toBeLessThan(20_000)
    await one.run(task('work'))
  })

  test('a signal that is already aborted runs nothing', async () => {
    const one = lane()
    expect((await failure(one.run(task('work'), { signal: AbortSignal.abort() }))).code).toBe('cancelled')
    expect(one.pid).toBeUndefined()
  })
})

describe('no process is left behind', () => {
  test('after close', async () => {
    const one = lane({ spare: true })
    const { width: pid } = await one.run(task('work'))
    await one.close()
    expect(isAlive(pid)).toBe(false)
    expect((await failure(one.run(task('work')))).code).toBe('cancelled')
  })

  test('when the parent is killed, even in the middle of a run that never ends', async () => {
    const parent = fork(fileURLToPath(new URL('./fixtures/parent.ts', import.meta.url)), { execArgv: [] })
    const [pid] = (await once(parent, 'message')) as [number]
    expect(isAlive(pid)).toBe(true)
    parent.kill('SIGKILL')
    await expect.poll(() => isAlive(pid), { timeout: 5000 }).toBe(false)
  })
})
