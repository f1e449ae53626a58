import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { cli, type Outcome } from './fixtures.ts'

/** Every command starts its own workers, and the machine may be busy with others. */
vi.setConfig({ testTimeout: 120_000 })

const TINY = fileURLToPath(new URL('../../../models/tiny', import.meta.url))
const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url))

let folder: string
const at = (...parts: string[]) => join(folder, ...parts)
const run = (...args: string[]): Promise<Outcome> => cli(args, { home: at('home') })
const filesIn = (path: string) => (existsSync(path) ? readdirSync(path) : [])
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'broadside-cli-'))
  process.env.BROADSIDE_STARTERS = TINY
})
afterAll(() => {
  delete process.env.BROADSIDE_STARTERS
  rmSync(folder, { recursive: true, force: true })
})

describe('make image', () => {
  const fox = ['make', 'image', '--model', 'tiny-diffusion', '--prompt', 'a fox on a teal sunburst']

  test('makes one picture per seed, under names that say what they are', async () => {
    const { code, events } = await run(...fox, '--seed', '7', '--count', '3', '--out', at('a'), '--json')
    expect(code).toBe(0)
    const names = [7, 8, 9].map((seed) => `tiny-diffusion-a-fox-on-a-teal-sunburst-${seed}.png`)
    expect(filesIn(at('a')).sort()).toEqual(names)
    const result = events.at(-1) as { event: string; files: { path: string; sha256: string; recipe: object }[] }
    expect(result.event).toBe('result')
    expect(result.files.map((file) => file.path)).toEqual(names.map((name) => at('a', name)))
    expect(new Set(result.files.map((file) => file.sha256)).size).toBe(3)
    expect(result.files[0]!.recipe).toMatchObject({ kind: 'diffusion', seed: 7, prompt: 'a fox on a teal sunburst' })
    expect(events.map((event) => event.event)).toEqual(expect.arrayContaining(['job', 'step', 'file', 'reading']))
  })

  test('twice gives the same bytes, and does not write them twice', async () => {
    const seven = [...fox, '--seed', '7', '--json']
    const first = (await run(...seven, '--out', at('a'))).events.at(-1)
    const again = (await run(...seven, '--out', at('b'))).events.at(-1)
    const hash = (result: unknown) => (result as { files: { sha256: string }[] }).files[0]!.sha256
    expect(hash(again)).toBe(hash(first))
    expect(filesIn(at('a'))).toHaveLength(3)
  })

  test('never takes the place of another file', async () => {
    mkdirSync(at('c'))
    writeFileSync(at('c/tiny-gan-terrazzo-3.png'), 'mine')
    const { code } = await run(
      'make',
      'image',
      '--model',
      'tiny-gan',
      '--prompt',
      'terrazzo',
      '--seed',
      '3',
      '--out',
      at('c'),
    )
    expect(code).toBe(0)
    expect(filesIn(at('c')).sort()).toEqual(['tiny-gan-terrazzo-3-2.png', 'tiny-gan-terrazzo-3.png'])
    expect(readFileSync(at('c/tiny-gan-terrazzo-3.png'), 'utf8')).toBe('mine')
  })

  test('a random seed is told, so that the picture can be made again', async () => {
    const { stderr, stdout } = await run('make', 'image', '--model', 'tiny-gan', '--out', at('d'))
    const seed = /^seed (\d+)$/m.exec(stderr)?.[1]
    expect(stdout).toContain(`tiny-gan-${seed}.png`)
  })

  test('says which words it did not understand', async () => {
    const { stderr } = await run(
      'make',
      'image',
      '--model',
      'tiny-diffusion',
      '--prompt',
      'a fox and a zeppelin',
      '--seed',
      '1',
      '--out',
      at('d'),
    )
    expect(stderr).toContain('not understood: zeppelin')
  })

  test.each([
    ['mixing styles', ['--model', 'tiny-gan', '--mix', '9:1']],
    ['a strip between two seeds', ['--model', 'tiny-gan', '--interpolate', '9:3']],
    ['a walk between two seeds', ['--model', 'tiny-vae', '--operation', 'walk', '--frames', '3']],
  ])('%s', async (_, args) => {
    expect(await run('make', 'image', ...args, '--seed', '1', '--out', at('e'))).toMatchObject({ code: 0 })
  })

  test('starting from files: repainting a part, remixing two', async () => {
    const picture = at('a/tiny-diffusion-a-fox-on-a-teal-sunburst-7.png')
    for (const args of [
      ['--model', 'tiny-diffusion', '--prompt', 'a fox', '--init', picture, '--mask', picture, '--strength', '0.5'],
      ['--model', 'tiny-vae', '--operation', 'remix', '--init', picture, '--init', picture, '--amount', '0.3'],
    ])
      expect(await run('make', 'image', ...args, '--seed', '1', '--out', at('f'))).toMatchObject({ code: 0 })
  })
})

describe('the other commands', () => {
  test('upscale names its files after the originals', async () => {
    const picture = at('a/tiny-diffusion-a-fox-on-a-teal-sunburst-7.png')
    const { code } = await run('upscale', picture, '--model', 'tiny-upscaler', '--scale', '2', '--out', at('g'))
    expect(code).toBe(0)
    expect(filesIn(at('g'))).toEqual(['tiny-diffusion-a-fox-on-a-teal-sunburst-7-x2.png'])
  })

  test('upscale makes in passes what the model has no graph for', async () => {
    const picture = at('a/tiny-diffusion-a-fox-on-a-teal-sunburst-7.png')
    const args = ['upscale', picture, '--model', 'tiny-upscaler', '--scale', '16', '--out', at('g16')]
    const { code, events } = await run(...args, '--json')
    expect(code).toBe(0)
    expect(filesIn(at('g16'))).toEqual(['tiny-diffusion-a-fox-on-a-teal-sunburst-7-x16.png'])
    expect(events.at(-1)).toMatchObject({ event: 'result', files: [{ recipe: { kind: 'upscale', scale: 16 } }] })
  })

  test('remake says that the same bytes came out', async () => {
    const { code, events } = await run('remake', at('a/tiny-diffusion-a-fox-on-a-teal-sunburst-8.png'), '--json')
    expect(code).toBe(0)
    expect(events.at(-1)).toMatchObject({ event: 'result', equal: true, how: 'bytes' })
  })

  test('remake of an enlarged picture finds its original in the library', async () => {
    const enlarged = at('g/tiny-diffusion-a-fox-on-a-teal-sunburst-7-x2.png')
    expect(await run('remake', enlarged)).toMatchObject({ code: 0 })
    const elsewhere = await cli(['remake', enlarged], { home: at('elsewhere') })
    expect(elsewhere.code).toBe(2)
    expect(elsewhere.stderr).toContain('--with')
    const original = at('a/tiny-diffusion-a-fox-on-a-teal-sunburst-7.png')
    const given = await cli(['remake', enlarged, '--with', original], { home: at('elsewhere') })
    expect(given).toMatchObject({ code: 0 })
  })

  test('make copy writes lines within the channel’s limit, and a file that remakes them', async () => {
    const brief = at('brief.json')
    writeFileSync(brief, JSON.stringify({ product: 'Lumo', channel: 'google-rsa-headline' }))
    const args = ['make', 'copy', '--model', 'tiny-text', '--brief', brief, '--count', '2', '--seed', '1']
    const { code, events } = await run(...args, '--out', at('copy'), '--json')
    expect(code).toBe(0)
    const { lines } = events.at(-1) as unknown as { lines: { text: string; count: number; limit: number }[] }
    expect(lines).toHaveLength(2)
    for (const line of lines) {
      expect(line.limit).toBe(30)
      expect(line.count).toBeLessThanOrEqual(30)
    }
    expect(await run('remake', at('copy', filesIn(at('copy'))[0]!))).toMatchObject({ code: 0 })
  })

  test('models: list, info, add, verify, bench, remove', async () => {
    expect((await run('models', 'list')).stdout).toContain('tiny-diffusion')
    expect((await run('models', 'info', 'tiny-diffusion')).stdout).toContain('subject words: fox 狐狸')
    const added = await run('models', 'add', join(TINY, 'tiny-gan'), '--json')
    expect(added).toMatchObject({ code: 0 })
    expect(await run('models', 'verify', 'tiny-gan')).toMatchObject({ code: 0 })
    const bench = await run('models', 'bench', 'tiny-gan', '--rounds', '2', '--json')
    expect(bench.events.at(-1)).toMatchObject({ event: 'result', id: 'tiny-gan', rounds: 2 })
    expect((await run('models', 'remove', 'tiny-gan')).code).toBe(2) // shipped
  })

  test('doctor looks at everything and tells what is missing', async () => {
    const { stdout, code } = await run('doctor')
    for (const name of ['Node', 'data folder', 'free space', 'runtime', 'device cpu', 'fonts', 'model tiny-gan'])
      expect(stdout).toContain(name)
    expect(code).toBe(0)
  })
})

/** Whatever is asked: one line on stderr, the exit code of a wrong request, nothing written. */
describe('wrong requests', () => {
  const image = ['make', 'image', '--model', 'tiny-diffusion', '--out', 'OUT']
  test.each<[string, string[], RegExp]>([
    ['an unknown flag', [...image, '--frobnicate'], /unknown option '--frobnicate'/],
    ['an unknown command', ['frobnicate'], /unknown command 'frobnicate'/],
    [
      'a model that does not exist',
      ['make', 'image', '--model', 'tiny-difusion', '--out', 'OUT'],
      /Did you mean "tiny-diffusion"/,
    ],
    ['no model', ['make', 'image', '--out', 'OUT'], /'--model <id>' not specified/],
    ['no folder', ['make', 'image', '--model', 'tiny-gan'], /'--out <dir>' not specified/],
    ['no steps', [...image, '--steps', '0'], /steps: expected 1 to 50/],
    ['half a step', [...image, '--steps', '2.5'], /--steps: expected a whole number/],
    ['a seed below zero', [...image, '--seed', '-1'], /--seed: expected a whole number from 0 to 4294967295/],
    ['a seed above the range', [...image, '--seed', '4294967296'], /--seed: expected/],
    ['more seeds than there are', [...image, '--seed', '4294967295', '--count', '2'], /past the last seed/],
    ['a count of zero', [...image, '--count', '0'], /--count: expected a whole number from 1/],
    ['NaN', [...image, '--guidance', 'NaN'], /--guidance: expected a number/],
    ['infinity', [...image, '--guidance', 'Infinity'], /--guidance: expected a number/],
    ['an overflowing number', [...image, '--guidance', '9'.repeat(400)], /--guidance: expected a number/],
    ['guidance out of range', [...image, '--guidance', '99'], /guidance: expected 1 to 15/],
    ['a size that is no size', [...image, '--size', 'large'], /--size: expected WIDTHxHEIGHT/],
    ['a size off the grid', [...image, '--size', '65x64'], /width: expected 32 to 256 px in steps of 8.*got 65/],
    ['a size of zero', [...image, '--size', '0x64'], /width: expected/],
    ['an unknown sampler', [...image, '--sampler', 'magic'], /--sampler: .*Allowed choices/],
    ['a prompt of 100,000 characters', [...image, '--prompt', 'x'.repeat(100_000)], /prompt: .*2000/],
    ['a strength without a picture', [...image, '--strength', '0.5'], /strength needs a picture/],
    ['a picture that does not exist', [...image, '--init', 'nothing.png'], /no such file/],
    ['steps for a GAN', ['make', 'image', '--model', 'tiny-gan', '--steps', '3', '--out', 'OUT'], /takes no steps/],
    ['a picture from a text model', ['make', 'image', '--model', 'tiny-text', '--out', 'OUT'], /writes copy/],
    ['copy from a picture model', ['make', 'copy', '--model', 'tiny-gan', '--brief', 'x'], /writes no copy/],
    ['an empty brief', ['make', 'copy', '--model', 'tiny-text', '--brief', ' '], /brief is empty/],
    [
      'an endless brief',
      ['make', 'copy', '--model', 'tiny-text', '--brief', 'x'.repeat(100_000)],
      /100000 characters are too many/,
    ],
    [
      'a brief file that does not exist',
      ['make', 'copy', '--model', 'tiny-text', '--brief', 'no.json'],
      /no such file/,
    ],
    [
      'an unknown channel',
      ['make', 'copy', '--model', 'tiny-text', '--brief', 'x', '--channel', 'smoke'],
      /no channel "smoke"/,
    ],
    [
      'a scale without a graph',
      ['upscale', 'x.png', '--model', 'tiny-upscaler', '--scale', '7', '--out', 'OUT'],
      /scale: expected/,
    ],
    ['remaking nothing', ['remake', 'nothing.png'], /no such file/],
    ['adding nothing', ['models', 'add', 'nothing'], /no such file/],
  ])('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await run(...args.map((arg) => (arg === 'OUT' ? at('wrong') : arg)))
    expect(code).toBe(2)
    expect(stderr).toMatch(message)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect(stderr.length).toBeLessThan(1500)
    expect(stdout).toBe('')
    expect(filesIn(at('wrong'))).toEqual([])
  })

  test('are an event with --json', async () => {
    const { events, code } = await run(...image, '--steps', '0', '--json')
    expect(code).toBe(2)
    expect(events).toMatchObject([{ event: 'error', code: 'usage', where: { field: 'steps' } }])
  })
})

describe('what fails on the way', () => {
  test('a file that is no picture', async () => {
    writeFileSync(at('no-picture.png'), 'hello')
    const { code, stderr } = await run('upscale', at('no-picture.png'), '--model', 'tiny-upscaler', '--out', at('h'))
    expect(code).toBe(1)
    expect(stderr).toContain('no-picture.png')
    expect(filesIn(at('h'))).toEqual([])
  })

  test('a folder that is a file', async () => {
    writeFileSync(at('file'), '')
    const { code, stderr } = await run('make', 'image', '--model', 'tiny-gan', '--seed', '1', '--out', at('file'))
    expect(code).toBe(1)
    expect(stderr).toContain('is a file')
  })

  test('a data folder that cannot be made', async () => {
    const { code, stderr } = await cli(['make', 'image', '--model', 'tiny-gan', '--seed', '1', '--out', at('i')], {
      home: at('file', 'home'),
    })
    expect(code).toBe(1)
    expect(stderr).toContain('Choose another folder')
    expect(filesIn(at('i'))).toEqual([])
  })
})

describe('a full disk', () => {
  const disk = () => at('disk')
  beforeAll(() => mkdirSync(disk()))
  const fill = (free: string) => {
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${free}`, 'tmpfs', disk()], { stdio: 'ignore' })
      return true
    } catch {
      return false
    }
  }
  const unmount = () => execFileSync('umount', [disk()])
  const gan = ['make', 'image', '--model', 'tiny-gan', '--seed', '1', '--count', '30']

  test('under the pictures is told, with every whole picture kept and no half one', async (context) => {
    if (!fill('40k')) context.skip('needs the right to mount a small file system')
    try {
      const { code, stderr } = await run(...gan, '--out', disk())
      expect(code).toBe(1)
      expect(stderr).toContain('the disk is full')
      expect(filesIn(disk()).length).toBeGreaterThan(0)
      for (const name of filesIn(disk())) {
        expect(name).toMatch(/^tiny-gan-\d+\.png$/)
        expect(readFileSync(join(disk(), name)).subarray(-8, -4).toString('latin1')).toBe('IEND')
      }
    } finally {
      unmount()
    }
  })

  test('under the data folder is told, and works again when there is room', async (context) => {
    if (!fill('300k')) context.skip('needs the right to mount a small file system')
    try {
      const full = await cli([...gan, '--count', '200', '--out', at('full')], { home: disk() })
      expect(full.code).toBe(1)
      expect(full.stderr).toContain('the disk is full')
      execFileSync('mount', ['-o', 'remount,size=20m', disk()])
      expect(await cli([...gan, '--out', at('full')], { home: disk() })).toMatchObject({ code: 0 })
    } finally {
      unmount()
    }
  })
})

describe('Ctrl-C', () => {
  test('ends with 130 and leaves neither half a file nor a process', async () => {
    const args = ['make', 'image', '--model', 'tiny-diffusion', '--steps', '50', '--size', '256x256', '--count', '500']
    const env = { ...process.env, BROADSIDE_STARTERS: TINY }
    const child = spawn(
      process.execPath,
      [MAIN, ...args, '--seed', '1', '--out', at('stopped'), '--home', at('stopped-home'), '--json'],
      { env },
    )
    let stdout = ''
    child.stdout.on('data', (text) => {
      stdout += text
    })
    await expect.poll(() => stdout.includes('"event":"step"'), { timeout: 60_000 }).toBe(true)
    child.kill('SIGINT')
    const [code] = await once(child, 'exit')
    expect(code).toBe(130)
    expect(stdout.trimEnd().split('\n').at(-1)).toContain('"code":"cancelled"')
    for (const name of filesIn(at('stopped'))) expect(name).toMatch(/^tiny-diffusion-\d+\.png$/)
    expect(filesIn(at('stopped-home', 'scratch'))).toEqual([])
    expect(existsSync(at('stopped-home', 'lock.json'))).toBe(false)
  })
})
