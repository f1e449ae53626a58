import { type ChildProcess, fork, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { serviceAt } from '#main/studio/lock.ts'
import { ofType, openWindow } from '../../web/fixtures.ts'
import { cli, type Outcome } from '../fixtures.ts'

/** Commands beside a service that has the data folder: the same as alone. The machine may be busy with others. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const TINY = fileURLToPath(new URL('../../../../models/tiny', import.meta.url))
const SERVICE = fileURLToPath(new URL('../../web/service.ts', import.meta.url))
const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))

let folder: string
let service: ChildProcess
const at = (...parts: string[]) => join(folder, ...parts)

async function serve(): Promise<void> {
  const env = { ...process.env, BROADSIDE_HOME: at('served'), BROADSIDE_STARTERS: TINY }
  service = fork(SERVICE, [], { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'], env })
  await once(service, 'message')
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'broadside-remote-'))
  process.env.BROADSIDE_STARTERS = TINY
  await serve()
})
afterAll(async () => {
  delete process.env.BROADSIDE_STARTERS
  service.send({ type: 'quit' })
  await once(service, 'exit')
  rmSync(folder, { recursive: true, force: true })
})

const alone = (...args: string[]): Promise<Outcome> => cli(args, { home: at('alone') })
const served = (...args: string[]): Promise<Outcome> => cli(args, { home: at('served') })
type File = { path: string; sha256: string }
const filesOf = ({ events }: Outcome) => (events.at(-1) as unknown as { files: File[] }).files

/** The same command alone and beside the service; with the folder that `OUT` stands for. */
async function both(...args: string[]): Promise<[Outcome, Outcome]> {
  const into = (out: string) => args.map((arg) => arg.replace('OUT', out))
  const outcomes: [Outcome, Outcome] = [await alone(...into(at('a'))), await served(...into(at('s')))]
  for (const outcome of outcomes) expect(outcome.stderr).toBe('')
  for (const outcome of outcomes) expect(outcome.code).toBe(0)
  return outcomes
}

/**
 * Without what differs from run to run: names of jobs, times, and where the files are. Of stages that follow each other
 * within 33 ms a service tells only the last.
 */
const shape = ({ events }: Outcome) =>
  events
    .filter(({ event }) => event !== 'stage')
    .map((event) =>
      JSON.parse(JSON.stringify(event), (key, value) =>
        key === 'job' || /seconds$/i.test(key)
          ? typeof value
          : key === 'path'
            ? createHash('sha256').update(readFileSync(value)).digest('hex')
            : value,
      ),
    )

/** Events of two pictures in flight mix as they like. */
const sorted = (events: unknown[]) => events.map((event) => JSON.stringify(event)).sort()

const fox = () => at('s', 'tiny-diffusion-a-fox-7.png')

describe('the same comes out as alone', () => {
  test('make image: events, times, names and bytes', async () => {
    const args = ['--model', 'tiny-diffusion', '--prompt', 'a fox', '--seed', '7', '--count', '3', '--steps', '6']
    const [one, two] = await both('make', 'image', ...args, '--out', 'OUT', '--json')
    expect(sorted(shape(two))).toEqual(sorted(shape(one)))
    expect(readdirSync(at('s')).sort()).toEqual(readdirSync(at('a')).sort())
    const text = await both('make', 'image', ...args, '--out', 'OUT')
    const said = ({ stdout }: Outcome, out: string) => stdout.replaceAll(at(out), '').split('\n').sort()
    expect(said(text[1], 's')).toEqual(said(text[0], 'a'))
  })

  test('make image from pictures that are brought in', async () => {
    const args = [
      '--model',
      'tiny-diffusion',
      '--prompt',
      'a fox',
      '--init',
      fox(),
      '--mask',
      fox(),
      '--strength',
      '0.5',
    ]
    const [one, two] = await both('make', 'image', ...args, '--seed', '3', '--out', 'OUT', '--json')
    expect(filesOf(two).map(({ sha256 }) => sha256)).toEqual(filesOf(one).map(({ sha256 }) => sha256))
  })

  test('make copy', async () => {
    const args = ['--model', 'tiny-text', '--brief', 'Lumo, a citrus soda', '--count', '2', '--seed', '1']
    const [one, two] = await both('make', 'copy', ...args, '--out', 'OUT', '--json')
    const said = (outcome: Outcome) => shape(outcome).filter(({ event }) => event !== 'token')
    expect(said(two)).toEqual(said(one))
    const textOf = ({ events }: Outcome) => {
      const lines: string[] = []
      for (const { event, line, text, from } of events as {
        event: string
        line: number
        text: string
        from?: number
      }[])
        if (event === 'token') lines[line] = (lines[line] ?? '').slice(0, from) + text
      return lines
    }
    expect(textOf(two)).toEqual(textOf(one))
  })

  test('upscale and remake', async () => {
    const [one, two] = await both(
      'upscale',
      fox(),
      '--model',
      'tiny-upscaler',
      '--scale',
      '2',
      '--out',
      'OUT',
      '--json',
    )
    expect(sorted(shape(two))).toEqual(sorted(shape(one)))
    const remade = await both('remake', fox(), '--json')
    expect(shape(remade[1])).toEqual(shape(remade[0]))
    const copy = readdirSync(at('s')).find((name) => name.endsWith('.json'))!
    const again = await both('remake', at('s', copy), '--out', join('OUT', 'again.json'), '--json')
    expect(again[1].events.at(-1)).toMatchObject({ how: 'bytes' })
    expect(filesOf(again[1])[0]!.sha256).toBe(filesOf(again[0])[0]!.sha256)
  })

  test('models list, info and verify', async () => {
    for (const args of [['list'], ['info', 'tiny-diffusion'], ['verify', 'tiny-gan']]) {
      const [one, two] = await both('models', ...args, '--json')
      expect(shape(two)).toEqual(shape(one))
    }
  })

  test.each([
    ['a model that there is not', ['make', 'image', '--model', 'tiny-gun', '--out', 'OUT'], 2],
    ['a file that there is not', ['upscale', 'nothing.png', '--model', 'tiny-upscaler', '--out', 'OUT'], 2],
    ['a folder for a file', ['upscale', '/', '--model', 'tiny-upscaler', '--out', 'OUT'], 1],
    ['a value out of range', ['make', 'image', '--model', 'tiny-diffusion', '--steps', '0', '--out', 'OUT'], 2],
    ['a file that is no picture', ['upscale', 'NOPICTURE', '--model', 'tiny-upscaler', '--out', 'OUT'], 1],
    ['a picture without a recipe', ['remake', 'NOPICTURE'], 1],
    ['a device that there is not', ['make', 'image', '--model', 'tiny-gan', '--device', 'abacus', '--out', 'OUT'], 1],
  ])('%s is refused in the same words', async (_, given, code) => {
    writeFileSync(at('no-picture.png'), 'hello')
    const args = given.map((arg) => arg.replace('NOPICTURE', at('no-picture.png')).replace('OUT', at('refused')))
    const [first, second] = [await alone(...args), await served(...args)]
    expect(second).toMatchObject({ code, stdout: '' })
    const words = ({ stderr }: Outcome) => stderr.replace(/^seed \d+\n/, '')
    expect(words(second)).toBe(words(first))
  })
})

test('windows see what a command has made', async () => {
  const window = await openWindow(serviceAt(at('served'))!)
  const heard = window.hear((events) => ofType(events, 'job').some(({ job }) => job.ended !== undefined))
  await served('make', 'image', '--model', 'tiny-gan', '--seed', '99', '--out', at('seen'))
  expect(ofType(await heard, 'job').map(({ job }) => job.state)).toEqual(['queued', 'running', 'done'])
  window.close()
})

test('commands that need the folder for themselves say at once who has it', async () => {
  const started = performance.now()
  const outcome = await served('models', 'add', join(TINY, 'tiny-gan'), '--json')
  expect(outcome).toMatchObject({ code: 1 })
  expect(outcome.events).toMatchObject([
    { code: 'locked', message: expect.stringContaining('in use by "Broadside"'), remedy: expect.any(String) },
  ])
  expect(performance.now() - started).toBeLessThan(10_000)
})

const SLOW = ['--model', 'tiny-diffusion', '--steps', '50', '--size', '256x256', '--seed', '1', '--count', '50']

/** Run a command as a process and stop it at its first step. */
async function interrupted(...args: string[]): Promise<{ code: number; last: string }> {
  const child = spawn(process.execPath, [MAIN, ...args, '--home', at('served'), '--json'])
  let stdout = ''
  child.stdout.on('data', (text) => {
    if (!stdout.includes('"event":"step"') && String(text).includes('"event":"step"')) child.kill('SIGINT')
    stdout += text
  })
  const [code] = await once(child, 'close')
  return { code, last: stdout.trimEnd().split('\n').at(-1)! }
}

async function unended(): Promise<string[]> {
  const window = await openWindow(serviceAt(at('served'))!)
  const [snapshot] = ofType(await window.hear((events) => ofType(events, 'snapshot').length > 0), 'snapshot')
  window.close()
  return snapshot!.queue.filter(({ ended }) => ended === undefined).map(({ id }) => id)
}

test('Ctrl-C ends the command with 130 and takes its jobs out of the line', async () => {
  const { code, last } = await interrupted('make', 'image', ...SLOW, '--out', at('stopped'))
  expect(code).toBe(130)
  expect(last).toContain('"code":"cancelled"')
  expect(await unended()).toEqual([])
  if (existsSync(at('stopped'))) for (const name of readdirSync(at('stopped'))) expect(name).toMatch(/\.png$/)
})

test('a remake that is stopped stops in the service too', async () => {
  const made = await served('make', 'image', ...SLOW, '--count', '1', '--out', at('slow'), '--json')
  const { code, last } = await interrupted('remake', filesOf(made)[0]!.path)
  expect(code).toBe(130)
  expect(last).toContain('"code":"cancelled"')
  await vi.waitFor(() => expect(readdirSync(at('served', 'scratch'))).toEqual([]), 20_000)
})

test('when the service ends in the middle, the command says so', async () => {
  const stderr = served('make', 'image', ...SLOW, '--out', at('left')).then((outcome) => outcome.stderr)
  const window = await openWindow(serviceAt(at('served'))!)
  await window.hear((events) => ofType(events, 'job').some(({ job }) => job.state === 'running'))
  service.kill('SIGKILL')
  await once(service, 'exit')
  expect(await stderr).toContain('ended in the middle of this')
  // And the next command has the folder for itself.
  expect(await served('make', 'image', '--model', 'tiny-gan', '--seed', '6', '--out', at('left'))).toMatchObject({
    code: 0,
  })
  await serve()
  const again = await openWindow(serviceAt(at('served'))!)
  await again.api.jobs.cancel({ ids: await unended() })
  again.close()
})
