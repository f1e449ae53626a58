import {
  type ChildProcess,
  type ExecFileSyncOptionsWithStringEncoding,
  execFileSync,
  fork,
  spawnSync,
} from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { card, rows, spec } from '#main/studio/batch/fixtures/plans.ts'
import { treeOf } from '#main/studio/batch/fixtures/tree.ts'
import { serviceAt } from '#main/studio/lock.ts'
import { createStudio } from '#main/studio/studio.ts'
import type { ServiceAddress } from '#shared/contract/studio-api.ts'
import { parseDocument } from '#shared/document/document.ts'
import { cli, type Outcome } from './fixtures.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 })

const TINY = fileURLToPath(new URL('../../../models/tiny', import.meta.url))
const SERVICE = fileURLToPath(new URL('../web/service.ts', import.meta.url))
const NONE = 'f'.repeat(64)

let folder: string
const at = (...parts: string[]) => join(folder, ...parts)
const run = (...args: string[]) => cli(args, { home: at('home') })

const csv = (count: number) =>
  `\uFEFFname,colour,art\r\n${rows(count)
    .map(({ name, colour }, index) => `${name},${colour},img/${index % 2}.png\r\n`)
    .join('')}`

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'broadside-batch-cli-'))
  process.env.BROADSIDE_STARTERS = TINY
  mkdirSync(at('img'))
  for (const [index, seed] of ['3', '4'].entries()) {
    // In another home: this one knows them as brought in, as everybody else does.
    const make = ['make', 'image', '--model', 'tiny-gan', '--seed', seed, '--out', at('made', seed)]
    await cli(make, { home: at('maker') })
    const [made] = readdirSync(at('made', seed))
    renameSync(at('made', seed, made!), at('img', `${index}.png`))
  }
  writeFileSync(at('rows.csv'), csv(3))
  writeFileSync(at('plan.json'), JSON.stringify({ format: 1, kind: 'batch', ...spec(), document: card(NONE) }))
})
afterAll(() => {
  delete process.env.BROADSIDE_STARTERS
  rmSync(folder, { recursive: true, force: true })
})

/** ImageMagick 6 warns of the XMP of every WebP. */
const QUIET: ExecFileSyncOptionsWithStringEncoding = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }

const here = (program: string, ...args: string[]) => spawnSync(program, args).error === undefined

describe('batch', () => {
  test('a plan and a table come out as files, pictures of the table in them', async () => {
    const done = await run('batch', at('plan.json'), '--rows', at('rows.csv'), '--out', at('out'), '--json')
    expect([done.stderr, done.code]).toEqual(['', 0])
    const result = done.events.at(-1) as { event: string; files: { path: string; sha256: string }[] }
    expect(result.files).toHaveLength(6)
    const tree = treeOf(at('out'))
    for (const { path, sha256 } of result.files) expect(tree[path.slice(at('out').length + 1)]).toBe(sha256)
    const again = await run('batch', at('plan.json'), '--rows', at('rows.csv'), '--out', at('out'))
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('finished batch')])
    const resumed = await run('batch', at('plan.json'), '--rows', at('rows.csv'), '--out', at('out'), '--resume')
    expect(resumed.code).toBe(0)
    expect(treeOf(at('out'))).toEqual(tree)
  })

  test('beside a service it comes to the same bytes', async () => {
    const env = { ...process.env, BROADSIDE_HOME: at('served') }
    const service: ChildProcess = fork(SERVICE, [], {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env,
    })
    await once(service, 'message')
    const args = ['batch', at('plan.json'), '--rows', at('rows.csv'), '--out', at('served-out'), '--json']
    const done = await cli(args, { home: at('served') })
    await expectAddresses(done, serviceAt(at('served'))!)
    const project = await broadsideFile()
    const rendered = await cli(['render', project, '--out', at('served-render')], { home: at('served') })
    service.send({ type: 'quit' })
    await once(service, 'exit')
    expect([done.stderr, done.code]).toEqual(['', 0])
    expect(treeOf(at('served-out'))).toEqual(treeOf(at('out')))
    expect([rendered.stderr, rendered.code]).toEqual(['', 0])
    await run('render', project, '--out', at('own-render'))
    expect(treeOf(at('served-render'))).toEqual(treeOf(at('own-render')))
  })

  test('Ctrl-C leaves whole files and says how to go on', async () => {
    writeFileSync(at('many.csv'), csv(40))
    const stop = new AbortController()
    const args = ['batch', at('plan.json'), '--rows', at('many.csv'), '--out', at('stopped')]
    const running = cli(args, { home: at('home'), signal: stop.signal })
    while (!existsSync(at('stopped')) || readdirSync(at('stopped')).filter((name) => name.endsWith('.png')).length < 4)
      await sleep(5)
    stop.abort()
    const stopped = await running
    expect(stopped.code).toBe(130)
    expect(stopped.stderr).toMatch(/of 80 files are there, all of them whole.*--resume/)
    expect(readdirSync(at('stopped')).filter((name) => name.endsWith('.tmp'))).toEqual([])
    expect((await run(...args, '--resume')).code).toBe(0)
    expect(Object.keys(treeOf(at('stopped')))).toHaveLength(83)
  })

  test('rows that cannot be made are told, with exit code 1; the others are there', async () => {
    writeFileSync(at('bad.csv'), 'name,colour,art\nLemon,#e4572e,img/0.png\nLime,,img/none.png\n')
    const done = await run('batch', at('plan.json'), '--rows', at('bad.csv'), '--out', at('bad'))
    expect(done.code).toBe(1)
    expect(done.stderr).toMatch(/row 2: "img\/none.png".*no picture/)
    expect(readdirSync(at('bad')).filter((name) => name.endsWith('.png'))).toHaveLength(2)
  })

  test('what is no plan is said by its field', async () => {
    writeFileSync(at('broken.json'), '{"format": 1,')
    expect(await run('batch', at('broken.json'), '--out', at('x'))).toMatchObject({ code: 2 })
    writeFileSync(
      at('odd.json'),
      JSON.stringify({ format: 1, kind: 'batch', ...spec(), seeds: 'all', document: card() }),
    )
    const odd = await run('batch', at('odd.json'), '--out', at('x'))
    expect([odd.code, odd.stderr]).toEqual([2, expect.stringMatching(/seeds/)])
  })

  test('a device that is not there is told before the first file', async () => {
    const args = ['batch', at('plan.json'), '--rows', at('rows.csv'), '--out', at('nowhere')]
    const done = await run(...args, '--device', 'abacus')
    expect([done.code, done.stderr]).toEqual([2, expect.stringMatching(/no device "abacus" here.*There are cpu/)])
    const plan = { format: 1, kind: 'batch', ...spec({ device: 'abacus' }), document: card(NONE) }
    writeFileSync(at('abacus.json'), JSON.stringify(plan))
    const planned = await run('batch', at('abacus.json'), '--rows', at('rows.csv'), '--out', at('nowhere'))
    expect([planned.code, planned.stderr]).toEqual([2, done.stderr])
    expect(existsSync(at('nowhere', 'manifest.json'))).toBe(false)
    // What is asked for here takes the place of what the plan says.
    const args2 = ['batch', at('abacus.json'), '--rows', at('rows.csv'), '--out', at('anywhere'), '--device', 'cpu']
    expect((await run(...args2)).code).toBe(0)
    expect(treeOf(at('anywhere'))).toEqual(treeOf(at('out')))
  })

  test('other programs read the files', async () => {
    const formats = ['png', 'jpeg', 'webp', 'avif', 'tiff'].map((format) => ({ format }))
    const plan = { format: 1, kind: 'batch', ...spec({ formats, name: '{index}' }), document: card(NONE) }
    writeFileSync(at('formats.json'), JSON.stringify(plan))
    const done = await run('batch', at('formats.json'), '--rows', at('rows.csv'), '--out', at('formats'))
    expect([done.stderr, done.code]).toEqual(['', 0])
    const files = ['1.png', '2.jpg', '3.webp', '4.avif', '5.tiff'].map((name) => at('formats', name))
    if (here('exiftool', '-ver'))
      for (const file of files) {
        const [said] = JSON.parse(
          execFileSync('exiftool', ['-json', '-XMP:all', '-ResolutionUnit', file], { encoding: 'utf8' }),
        )
        expect([file, said.RecipeHash, said.CreatorTool]).toEqual([
          file,
          expect.stringMatching(/^[0-9a-f]{64}$/),
          expect.stringContaining('Broadside'),
        ])
      }
    if (here('identify', '-version'))
      for (const file of files) expect(execFileSync('identify', ['-format', '%w×%h', file], QUIET)).toBe('120×160')
    if (here('pdfinfo', '-v')) {
      const said = execFileSync('pdfinfo', [at('formats', 'contact-sheet.pdf')], { encoding: 'utf8' })
      expect(said).toMatch(/Title: +Card[\s\S]*Pages: +2[\s\S]*A4/)
    }
  })
})

/** Files, small pictures and the archive over HTTP; a folder only for who has the token, which no page has. */
async function expectAddresses({ events }: Outcome, { url, token }: ServiceAddress): Promise<void> {
  const { id } = events.find(({ event }) => event === 'batch') as { id: string }
  const get = (path: string) => fetch(new URL(path, url), { headers: { authorization: `Bearer ${token}` } })
  const small = await get(`/batches/${id}/files/1?side=128&sha256=x`)
  expect([small.status, small.headers.get('content-type')]).toEqual([200, 'image/jpeg'])
  const whole = await get(`/batches/${id}/files/1`)
  expect(whole.headers.get('content-disposition')).toContain('001_Lemon%201_1.png')
  const zip = Buffer.from(await (await get(`/batches/${id}/archive`)).arrayBuffer())
  expect([zip.toString('latin1', 0, 2), zip.includes('manifest.json')]).toEqual(['PK', true])
  expect((await get(`/batches/${id}/files/99`)).status).toBe(404)
  expect((await get('/batches/nothing/archive')).status).toBe(404)

  const first = await fetch(`${url}?token=${token}`, { redirect: 'manual' })
  const cookie = first.headers.get('set-cookie')!.split(';')[0]!
  const asPage = { cookie, origin: new URL(url).origin, 'x-file-name': encodeURIComponent(at('page')) }
  const place = await fetch(new URL('/places', url), { method: 'POST', headers: asPage })
  expect(place.status).toBe(400)
  expect(await place.json()).toMatchObject({ message: 'only a command of this user may name a folder' })
}

async function broadsideFile(): Promise<string> {
  const path = at('Card.broadside')
  const studio = createStudio({ home: at('author') })
  const { sha256 } = await studio.pictures.bring(at('img', '0.png'))
  const document = parseDocument(card(sha256))
  const { handle } = await studio.projects.create({ name: 'Card', document })
  await studio.projects.saveAs({ handle, name: 'Card', place: studio.projects.registerPlace(path) })
  await studio.close()
  return path
}

describe('render', () => {
  test('every artboard in every format that is asked for', async () => {
    const project = await broadsideFile()
    const done = await run(
      'render',
      project,
      '--out',
      at('rendered'),
      '--format',
      'png,jpg,tiff',
      '--scale',
      '2',
      '--json',
    )
    expect([done.stderr, done.code]).toEqual(['', 0])
    expect(readdirSync(at('rendered')).sort()).toEqual(['Card.jpg', 'Card.png', 'Card.tiff'])
    expect((await run('render', project, '--out', at('x'), '--format', 'psd')).code).toBe(2)
    expect((await run('render', project, '--out', at('x'), '--artboard', 'Flyer')).stderr).toMatch(/It has Card/)
  })
})

/** Until the file is there, or the command has ended without it. */
async function appears(watching: Promise<Outcome>, ...parts: string[]): Promise<void> {
  let ended: Outcome | undefined
  void watching.then((outcome) => {
    ended = outcome
  })
  const until = Date.now() + 60_000
  while (!existsSync(at(...parts))) {
    if (ended || Date.now() > until) expect.fail(`${parts.join('/')} did not appear: ${ended?.stderr ?? errorTexts()}`)
    await sleep(50)
  }
}

const errorTexts = () =>
  Object.keys(treeOf(folder))
    .filter((name) => name.endsWith('.error.txt'))
    .map((name) => readFileSync(at(name), 'utf8'))
    .join('')

describe('watch', () => {
  test('tables and briefs that are put in come out; what is wrong stays with its reason', async () => {
    mkdirSync(at('in', 'img'), { recursive: true })
    for (const name of ['0.png', '1.png']) writeFileSync(at('in', 'img', name), readFileSync(at('img', name)))
    writeFileSync(at('brief-plan.json'), readFileSync(at('plan.json')))
    const stop = new AbortController()
    const watching = cli(['watch', at('in'), '--plan', at('plan.json'), '--out', at('hot'), '--json'], {
      home: at('home'),
      signal: stop.signal,
    })
    writeFileSync(at('in', 'spring.csv'), csv(2))
    writeFileSync(at('in', '~$spring.csv'), 'a lock file of a spreadsheet')
    writeFileSync(at('in', 'wrong.csv'), 'colour\n#fff\n')
    writeFileSync(at('in', 'outside.csv'), `name,colour,art\nLemon,,${at('img', '0.png')}\n`)
    await appears(watching, 'in', 'processed', 'spring.csv')
    await appears(watching, 'in', 'failed', 'wrong.csv.error.txt')
    await appears(watching, 'in', 'failed', 'outside.csv.error.txt')
    // The same name again is another folder.
    writeFileSync(at('in', 'spring.csv'), csv(1))
    await appears(watching, 'in', 'processed', 'spring-2.csv')
    stop.abort()
    const ended = await watching
    expect(ended.code).toBe(0)
    expect(readdirSync(at('hot', 'spring')).filter((name) => name.endsWith('.png'))).toHaveLength(4)
    expect(readdirSync(at('hot', 'spring-2')).filter((name) => name.endsWith('.png'))).toHaveLength(2)
    expect(readFileSync(at('in', 'failed', 'wrong.csv.error.txt'), 'utf8')).toMatch(/needs the column "name"/)
    expect(readFileSync(at('in', 'failed', 'outside.csv.error.txt'), 'utf8')).toMatch(/no picture of the library/)
    expect(existsSync(at('in', '~$spring.csv'))).toBe(true)
  })

  test('a brief is a row of what it says', async () => {
    const plan = {
      ...{ format: 1, kind: 'batch', ...spec({ name: '{index}', copy: { variants: [{ headline: '{{product}}' }] } }) },
      document: { ...card(), variables: [{ type: 'variable', id: 'colour', value: '#76b041' }] },
    }
    writeFileSync(at('brief-plan.json'), JSON.stringify(plan))
    mkdirSync(at('briefs'))
    const stop = new AbortController()
    const watching = cli(['watch', at('briefs'), '--plan', at('brief-plan.json'), '--out', at('brief-out')], {
      home: at('home'),
      signal: stop.signal,
    })
    writeFileSync(at('briefs', 'zest.json'), '{"product": "Zest", "tone": "bold"}')
    await appears(watching, 'briefs', 'processed', 'zest.json')
    stop.abort()
    await watching
    expect(JSON.parse(readFileSync(at('brief-out', 'zest', 'manifest.json'), 'utf8')).files).toMatchObject([
      { values: { headline: 'Zest' } },
    ])
  })

  test('does not begin on a device that is not there: no table goes to the failed ones for it', async () => {
    mkdirSync(at('still'))
    writeFileSync(at('still', 'a.csv'), csv(1))
    const args = ['watch', at('still'), '--plan', at('plan.json'), '--out', at('still-out'), '--device', 'abacus']
    const done = await run(...args)
    expect([done.code, done.stderr]).toEqual([2, expect.stringContaining('no device "abacus" here')])
    expect(readdirSync(at('still'))).toEqual(['a.csv'])
  })

  test('never watches what it writes', async () => {
    mkdirSync(at('loop'))
    const done = await run('watch', at('loop'), '--plan', at('plan.json'), '--out', at('loop', 'out'))
    expect([done.code, done.stderr]).toEqual([2, expect.stringContaining('lies in the watched one')])
  })
})
