import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { safe } from '@orpc/client'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { decodeBytes } from '#main/imaging/decode.ts'
import { TINY } from '#main/studio/fixtures/package-copy.ts'
import { residentBytes } from '#main/workers/memory.ts'
import type { Artifact } from '#shared/contract/artifact.ts'
import type { NumberedEvent, QueuedJob } from '#shared/contract/events.ts'
import type { ServiceAddress } from '#shared/contract/studio-api.ts'
import type { Layer } from '#shared/document/layers/kinds.ts'
import { emptyPatch, type Patch } from '#shared/document/patch.ts'
import type { StudioErrorData } from '#shared/errors.ts'
import type { Recipe } from '#shared/recipe/recipe.ts'
import { draft, ended, ofType, openWindow, type TestWindow } from './fixtures.ts'
import { MAX_MESSAGE } from './server.ts'
import { MALFORMED } from './socket.ts'
import { MAX_UPLOAD } from './uploads.ts'

/** The service as a process of its own, as a shell starts it. The machine may be busy with others. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const ENTRY = fileURLToPath(new URL('./service.ts', import.meta.url))
const TOKEN = 'a-token-of-the-tests'

let home: string
let service: ChildProcess
let address: ServiceAddress
let window: TestWindow

async function start(): Promise<void> {
  const port = address ? new URL(address.url).port : undefined
  service = fork(ENTRY, [], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: {
      ...process.env,
      BROADSIDE_HOME: home,
      BROADSIDE_STARTERS: TINY,
      BROADSIDE_TOKEN: TOKEN,
      ...(port ? { BROADSIDE_PORT: port } : {}),
    },
  })
  let words = ''
  service.stderr?.setEncoding('utf8').on('data', (text: string) => {
    words += text
  })
  const [message] = (await Promise.race([
    once(service, 'message'),
    once(service, 'exit').then(() => expect.fail(`the service ended: ${words}`)),
  ])) as [{ url: string }]
  const url = new URL(message.url)
  address = { url: `${url.origin}/`, token: TOKEN }
  window = await openWindow(address)
}

async function kill(): Promise<void> {
  service.kill('SIGKILL')
  await once(service, 'exit')
}

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'broadside-service-'))
  await start()
})
afterAll(async () => {
  window.close()
  service.send({ type: 'quit' })
  await once(service, 'exit')
  rmSync(home, { recursive: true, force: true })
})

const gan = (seed: number) => draft(window, 'tiny-gan', { seed })
const slow = (seed = 1) => draft(window, 'tiny-diffusion', { seed, prompt: 'a fox', steps: 50, size: [256, 256] })
const submit = async (...recipes: Recipe[]) =>
  (await window.api.jobs.submit({ jobs: recipes.map((recipe) => ({ recipe })) })).ids

async function made(recipe: Recipe): Promise<Artifact> {
  const [id] = await submit(recipe)
  const heard = await window.hear((events) => jobIn(events, id!)?.ended !== undefined)
  return jobIn(heard, id!)!.artifacts[0]!
}

function jobIn(heard: Parameters<typeof ofType>[0], id: string): QueuedJob | undefined {
  const told = heard.flatMap(({ event }) =>
    event.type === 'snapshot' ? event.queue : event.type === 'job' ? [event.job] : [],
  )
  return told.filter((job) => job.id === id).at(-1)
}

interface Answer {
  status: number
  headers: Record<string, unknown>
  body: Buffer
}

function ask(method: string, path: string, body?: Buffer, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const url = new URL(path, address.url)
    const sent = request(url, { method, headers: { authorization: `Bearer ${TOKEN}`, ...headers } }, (answer) => {
      const parts: Buffer[] = []
      answer.on('data', (part) => parts.push(part))
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(parts) }),
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Exports stay for a while. */
const leftovers = () => readdirSync(join(home, 'scratch')).filter((name) => !name.startsWith('export-'))
const upload = (name: string, body: Buffer, path = '/pictures') =>
  ask('POST', path, body, { 'x-file-name': encodeURIComponent(name) })
const json = ({ body }: Answer) => JSON.parse(body.toString('utf8'))

describe('errors', () => {
  test('of the studio cross as they are, typed', async () => {
    const { error, isDefined } = await safe(window.api.models.words({ id: 'tiny-gun' }))
    expect(isDefined).toBe(true)
    expect(error).toMatchObject({
      code: 'STUDIO',
      data: {
        code: 'not-found',
        remedy: expect.stringContaining('Did you mean "tiny-gan"?'),
        where: { field: 'model' },
      },
    })
  })

  test('of the input name the field', async () => {
    const recipe = { ...(await gan(1)), seed: -1 }
    const { error } = await safe(window.api.jobs.submit({ jobs: [{ recipe }] }))
    expect(error).toMatchObject({
      code: 'STUDIO',
      data: { code: 'usage', where: { field: 'jobs.0.recipe.seed' } },
    })
  })

  test('of a call that there is not end that call alone', async () => {
    const nobody = window.api as unknown as { system: { reset(): Promise<void> } }
    await expect(nobody.system.reset()).rejects.toThrow()
    expect(await window.api.library.find({})).toBeInstanceOf(Array)
  })

  test('tell nothing of the inside when they are a mistake of ours', async () => {
    const { asContractError } = await import('./calls.ts')
    const error = asContractError(new TypeError(`cannot read /home/somebody/secret at x.ts:1`))
    expect(JSON.stringify(error)).not.toContain('secret')
    expect(error).toMatchObject({ code: 'STUDIO', data: { code: 'internal' } })
  })
})

describe('events', () => {
  test('reach every window alike, from its own place on', async () => {
    const other = await openWindow(address)
    const ids = [window, other].map((one) => one.hear(ended(1)))
    await submit(await gan(11))
    const [first, second] = await Promise.all(ids)
    const told = (heard: NonNullable<typeof first>) => ofType(heard, 'job').map(({ job }) => `${job.id} ${job.state}`)
    expect(told(first!).length).toBeGreaterThanOrEqual(1)
    expect(told(second!).slice(-1)).toEqual(told(first!).slice(-1))
    other.close()
  })

  test('go on after a dropped socket where they were: nothing lost, nothing twice', async () => {
    const control = await openWindow(address)
    const [begin] = await control.hear(() => true)
    const made = (events: NumberedEvent[]) => ofType(events, 'job').filter(({ job }) => job.ended).length === 6
    const all = control.hear(made, begin!.id)
    const ids = await submit(...(await Promise.all([21, 22, 23, 24, 25, 26].map(gan))))
    const heard: NumberedEvent[] = []
    while (!made(heard)) {
      const dropping = await openWindow(address)
      const most = 1 + (heard.length % 4)
      const after = (heard.at(-1) ?? begin)?.id
      const part = await dropping.hear((events) => events.length >= most || made([...heard, ...events]), after)
      dropping.close() // in the middle of it
      heard.push(...part)
    }
    const states = (events: typeof heard) =>
      ofType(events, 'job')
        .filter(({ job }) => ids.includes(job.id))
        .map(({ job }) => `${ids.indexOf(job.id)} ${job.state}`)
    expect(states(heard)).toEqual(states(await all))
    expect(new Set(states(heard)).size).toBe(18)
    expect(ofType(heard, 'snapshot')).toEqual([])
    expect(ofType(heard, 'library').length).toBe(6)
    control.close()
  })

  test('after a kill of the service begin with a snapshot, and every job is made exactly once', async () => {
    const ids = await submit(await slow(31), ...(await Promise.all([32, 33, 34].map(gan))))
    const before = await window.hear((heard) => ofType(heard, 'progress').some(({ step }) => step !== undefined))
    const { id: last } = before.findLast(({ id }) => id !== undefined)!
    await kill()
    await start()
    const heard = await window.hear((events) => events.length > 0, last)
    expect(heard[0]?.event.type).toBe('snapshot')
    const left = ofType(heard, 'snapshot')[0]!.queue
    expect(left.map(({ id }) => id).filter((id) => ids.includes(id))).toEqual(ids)
    await window.api.jobs.cancel({ ids: [ids[0]!] })
    const rest = await window.hear((events) => ids.every((id) => jobIn(events, id)?.ended !== undefined))
    expect(ids.map((id) => jobIn(rest, id)?.state)).toEqual(['cancelled', 'done', 'done', 'done'])
    const pictures = await window.api.library.find({ kind: 'picture' })
    for (const id of ids.slice(1))
      expect(pictures.filter(({ sha256 }) => sha256 === jobIn(rest, id)!.artifacts[0]!.sha256)).toHaveLength(1)
  })
})

describe('pixels', () => {
  test('of an artifact never change; smaller ones are made once', async () => {
    const { sha256 } = await made(
      await draft(window, 'tiny-diffusion', { seed: 5, prompt: 'a fox', size: [256, 256], steps: 1 }),
    )
    const whole = await ask('GET', `/artifacts/${sha256}`)
    expect(whole.headers).toMatchObject({
      'content-type': 'image/png',
      'cache-control': expect.stringContaining('immutable'),
    })
    expect(whole.body.subarray(1, 4).toString()).toBe('PNG')
    const [small, again] = await Promise.all([1, 2].map(() => ask('GET', `/artifacts/${sha256}?side=128`)))
    expect(small!.headers['content-type']).toBe('image/webp')
    expect(webpSize(small!.body)).toEqual([128, 128])
    expect(again!.body.equals(small!.body)).toBe(true)
    const file = join(home, 'library/pyramid', sha256.slice(0, 2), `${sha256.slice(2)}-128.webp`)
    const { mtimeMs } = statSync(file)
    await ask('GET', `/artifacts/${sha256}?side=128`)
    expect(statSync(file).mtimeMs).toBe(mtimeMs)
    expect((await ask('GET', `/artifacts/${sha256}?side=512`)).body.equals(whole.body)).toBe(true)
    expect((await ask('GET', `/artifacts/${'e'.repeat(64)}`)).status).toBe(404)
  })

  test('of a picture at an exact size are those that an export draws, without loss', async () => {
    const { sha256 } = await made(await draft(window, 'tiny-diffusion', { seed: 5, prompt: 'a fox', steps: 1 }))
    const size = { width: 150, height: 83 }
    const address = `/artifacts/${sha256}?width=150&height=83`
    const [first, second] = await Promise.all([ask('GET', address), ask('GET', address)])
    expect(first!.headers).toMatchObject({ 'content-type': 'image/png', 'x-picture-size': '64x64' })
    expect(second!.body.equals(first!.body)).toBe(true)
    const { body } = await ask('GET', `/artifacts/${sha256}`)
    const drawn = await decodeBytes(body, 'whole.png', { ...size, fit: 'fill' })
    expect(await decodeBytes(first!.body, 'exact.png')).toEqual(drawn)
    for (const query of ['width=150', 'width=0&height=9', 'width=20000&height=20000', 'width=1.5&height=2'])
      expect((await ask('GET', `/artifacts/${sha256}?${query}`)).status).toBe(400)
  })

  test('of a running step are there as soon as it is told, and gone after the job', async () => {
    const [id] = await submit(await slow(41))
    const heard = await window.hear((events) => ofType(events, 'preview').some((event) => event.id === id))
    const { step } = ofType(heard, 'preview').find((event) => event.id === id)!
    const { body, headers } = await ask('GET', `/previews/${id}/${step}`)
    // A later step may be there by now, and the first one is smaller than the others.
    const [width, height] = String(headers['x-picture-size']).split('x').map(Number)
    expect(body).toHaveLength(width! * height! * 3)
    expect(headers['cache-control']).toBe('no-store')
    await window.api.jobs.cancel({ ids: [id!] })
    await vi.waitFor(async () => expect((await ask('GET', `/previews/${id}/${step}`)).status).toBe(204), 20_000)
  })

  test('of an export come as a file with a name', async () => {
    const picture = await made(await gan(51))
    const { width = 1, height = 1, sha256 } = picture
    const document = {
      format: 1,
      name: 'Tee / Café',
      artboards: [{ type: 'artboard', id: 'a', width, height }],
      layers: [{ type: 'image', id: 'l', parent: 'a', order: 0, x: 0, y: 0, width, height, asset: sha256 }],
    }
    const exported = await window.api.exports.render({ document, artboard: 'a', format: 'png', scale: 2, dpi: 300 })
    expect(exported).toMatchObject({ name: 'Tee Café.png', width: width * 2, height: height * 2 })
    const { status, headers, body } = await ask('GET', `/exports/${exported.id}`)
    expect(status).toBe(200)
    expect(headers['content-disposition']).toBe(
      `attachment; filename="Tee Caf_.png"; filename*=UTF-8''Tee%20Caf%C3%A9.png`,
    )
    expect(body).toHaveLength(exported.bytes)
    const layer = await window.api.exports.render({ document, artboard: 'a', layers: ['l'], format: 'webp', scale: 1 })
    expect(webpSize((await ask('GET', `/exports/${layer.id}`)).body)).toEqual([width, height])
    const { error } = await safe(window.api.exports.render({ document, artboard: 'b', format: 'png', scale: 1 }))
    expect(error).toMatchObject({ data: { code: 'not-found', where: { field: 'artboard' } } })
  })
})

test('words leave as a file, under a name that every system takes', async () => {
  const text = '\ufeff一口清晨,"=1+1"\r\n'
  const file = await window.api.exports.text({ name: 'Otto / 文案', format: 'csv', text })
  expect(file).toMatchObject({ name: 'Otto 文案.csv', bytes: Buffer.byteLength(text) })
  const { body } = await ask('GET', `/exports/${file.id}`)
  expect(body.toString()).toBe(text)
  const { error } = await safe(window.api.exports.text({ name: 'x', format: 'exe' as 'txt', text }))
  expect(error).toMatchObject({ data: { code: 'usage', where: { field: 'format' } } })
})

test('channels are kept for all windows', async () => {
  const [first] = await window.api.channels.list()
  const changed = { ...first!, name: { en: 'Mine', zh: '我的' } }
  expect(await window.api.channels.save({ channels: [changed] })).toEqual([changed])
  expect(await window.api.channels.list()).toEqual([changed])
  const { error } = await safe(window.api.channels.save({ channels: [] }))
  expect(error).toMatchObject({ data: { code: 'usage', where: { field: 'channels' } } })
})

describe('pictures that come in', () => {
  test('are kept as they are, and again when they were discarded', async () => {
    const { body } = await ask('GET', `/artifacts/${(await made(await gan(61))).sha256}`)
    const { sha256, ...artifact } = json(await upload('狐狸.png', body))
    expect(artifact).toMatchObject({ extension: 'png', bytes: body.length })
    const isThere = async () => (await window.api.library.find({})).some((one) => one.sha256 === sha256)
    expect(await isThere()).toBe(true)
    await window.api.library.discard({ sha256 })
    expect(await isThere()).toBe(false)
    await upload('狐狸.png', body)
    expect(await isThere()).toBe(true)
  })

  test.each([
    ['an empty file', 'empty.png', Buffer.alloc(0)],
    ['nonsense', 'nonsense.png', Buffer.from('this is no picture'.repeat(50))],
    [
      'the beginning of a picture',
      'cut.png',
      Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4', 'base64'),
    ],
    ['a page', 'page.html', Buffer.from('<!doctype html><script>alert(1)</script>')],
    [
      'an SVG with a script',
      'evil.svg',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'),
    ],
  ])('%s is refused by its own name, and nothing is kept', async (_, name, body) => {
    const before = (await window.api.library.find({})).length
    const answer = await upload(name, body)
    expect(answer.status).toBe(422)
    expect(json(answer)).toMatchObject({ code: 'invalid-file', where: { file: name } })
    expect(json(answer).message).not.toContain(home)
    expect((await window.api.library.find({})).length).toBe(before)
    expect(leftovers()).toEqual([])
  })

  test('an SVG is drawn as wide as it is wanted', async () => {
    const svg = Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1"><rect width="2" height="1"/></svg>',
    )
    expect(json(await upload('box.svg', svg, '/pictures?width=300'))).toMatchObject({
      extension: 'png',
      width: 300,
      height: 150,
    })
    expect(json(await upload('box.svg', svg, '/pictures?width=-1'))).toMatchObject({ where: { field: 'width' } })
  })

  test('one that says it is too large is refused before it is read', async () => {
    const huge = await announce(MAX_UPLOAD + 1)
    expect(huge).toContain('422')
    expect(huge).toContain('larger than 1024 MiB')
    expect(leftovers()).toEqual([])
  })

  test('one whose sender goes away leaves nothing', async () => {
    const socket = connect(Number(new URL(address.url).port), '127.0.0.1')
    socket.write(head(1_000_000))
    socket.write(Buffer.alloc(100_000))
    await vi.waitFor(() => expect(leftovers()).not.toEqual([]), 20_000)
    socket.destroy()
    await vi.waitFor(() => expect(leftovers()).toEqual([]), 20_000)
  })
})

const head = (length: number) =>
  `POST /pictures HTTP/1.1\r\nhost: ${new URL(address.url).host}\r\nauthorization: Bearer ${TOKEN}\r\ncontent-length: ${length}\r\n\r\n`

/** What the service answers to so many announced bytes, of which few come. */
async function announce(length: number): Promise<string> {
  const socket = connect(Number(new URL(address.url).port), '127.0.0.1')
  let answer = ''
  socket.on('data', (part) => {
    answer += part
  })
  socket.on('error', () => {})
  socket.write(head(length))
  socket.write(Buffer.alloc(1000))
  await once(socket, 'close')
  return answer
}

/** Of a lossy WebP. */
function webpSize(file: Buffer): [number, number] {
  expect(file.subarray(8, 12).toString()).toBe('WEBP')
  if (file.subarray(12, 16).toString() === 'VP8X') return [file.readUIntLE(24, 3) + 1, file.readUIntLE(27, 3) + 1]
  return [file.readUInt16LE(26) & 0x3fff, file.readUInt16LE(28) & 0x3fff]
}

describe('a window that misbehaves', () => {
  test.each([
    ['text that is no JSON', 'hello'],
    ['an empty frame', ''],
    ['JSON that is no call', '[]'],
    ['a call without a number', '{"p":{"u":"/system/hello"}}'],
    ['a call to another machine', '{"i":"1","p":{"u":"http://evil.test/"}}'],
    ['a path that climbs', '{"i":"1","p":{"u":"/../x"}}'],
    ['a GET', '{"i":"1","p":{"u":"/system/hello","m":"GET"}}'],
    ['a kind of frame that there is not', '{"i":"1","t":9,"p":{}}'],
    ['a prototype', '{"__proto__":{"i":"1"},"p":{"u":"/x"}}'],
    ['deep nesting', '['.repeat(200_000)],
    ['bytes', Buffer.from([0, 255, 1])],
  ])('%s closes its socket, and nobody else’s', async (_, frame) => {
    const other = await openWindow(address)
    const closed = once(other.socket, 'close')
    other.socket.send(frame)
    expect((await closed)[0]).toBe(MALFORMED)
    expect(await window.api.library.prompts({})).toBeInstanceOf(Array)
  })

  test('a frame larger than a document closes its socket', async () => {
    const other = await openWindow(address)
    const closed = once(other.socket, 'close')
    other.socket.send(`{"i":"1","p":{"u":"/x","b":"${'x'.repeat(MAX_MESSAGE)}"}}`)
    await closed
    expect(await window.api.library.prompts({})).toBeInstanceOf(Array)
  })

  test.skipIf(process.platform !== 'linux')(
    'one that never reads costs little, and no other waits for it',
    async () => {
      const deaf = await openWindow(address)
      deaf.socket.pause()
      const recipe = { ...(await gan(71)), prompt: 'x'.repeat(1900) } as Recipe
      const call = (id: number) => deaf.socket.send(JSON.stringify({ i: `e${id}`, p: { u: '/system/events' } }))
      for (let id = 0; id < 20; id++) call(id)
      const before = (await residentBytes(service.pid!))!
      const jobs = Array.from({ length: 500 }, () => ({ recipe }))
      let slowest = 0
      for (let round = 0; round < 6; round++) {
        const { ids } = await window.api.jobs.submit({ jobs })
        const asked = performance.now()
        await window.api.library.prompts({})
        slowest = Math.max(slowest, performance.now() - asked)
        await window.api.jobs.cancel({ ids })
      }
      // 20 streams × 6,000 events of 3 kB are 360 MB when nobody holds them back.
      const grown = (await residentBytes(service.pid!))! - before
      expect(grown).toBeLessThan(200 * 2 ** 20)
      expect(slowest).toBeLessThan(5000)
      deaf.close()
      await window.api.jobs.clear()
    },
  )
})

test('stars and prompts are kept; pages of the library follow each other', async () => {
  const pictures = [await made(await gan(91)), await made(await gan(92)), await made(await gan(93))]
  const starred = await window.api.library.star({ sha256: pictures[1]!.sha256, starred: true })
  expect(starred.starred).toBe(true)
  expect((await window.api.library.find({ starred: true })).map(({ sha256 }) => sha256)).toEqual([starred.sha256])
  const newest = await window.api.library.find({ limit: 2 })
  const older = await window.api.library.find({ limit: 1, before: newest.at(-1)!.created })
  expect([...newest, ...older].map(({ sha256 }) => sha256)).toEqual(pictures.map(({ sha256 }) => sha256).reverse())
  expect(await window.api.library.prompts({ limit: 5 })).toContainEqual(
    expect.objectContaining({ prompt: 'a fox', model: 'tiny-diffusion' }),
  )
  expect((await window.api.library.palette({ sha256: starred.sha256 })).swatches.length).toBeGreaterThan(0)
  await window.api.library.star({ sha256: starred.sha256, starred: false })
  expect(await window.api.library.find({ starred: true })).toEqual([])
})

test('a prompt is read before it is made', async () => {
  const read = (id: string, prompt: string) => window.api.models.read({ id, prompt })
  expect((await read('tiny-diffusion', 'a fox and a gryphon'))?.unknown).toContain('gryphon')
  expect(await read('tiny-gan', 'anything')).toBeUndefined()
})

test('a page that is loaded again gets its project, also when the page before it was just opening it', async () => {
  const { id, handle } = await window.api.projects.create({ name: 'Reloaded' })
  await window.api.projects.save({ handle })
  await window.api.projects.close({ handle })
  for (let round = 0; round < 5; round++) {
    const before = await openWindow(address)
    before.api.projects.open({ id }).catch(() => {}) // nobody is there to hear it
    before.socket.ping()
    await once(before.socket, 'pong') // so the call has arrived too
    before.close()
    await window.api.system.hello() // and the end of its connection
    const { handle } = await window.api.projects.open({ id })
    await window.api.projects.close({ handle })
  }
})

describe('a step on every layer', () => {
  const layers = Array.from({ length: 1500 }, (_, at) => ({
    ...{ type: 'shape', id: `l${at}`, parent: 'board', order: at, x: at, y: 0, width: 10, height: 10 },
    ...{ shape: { kind: 'ellipse' }, fill: { kind: 'solid', colour: '#ffffff' } },
  }))
  const document = { format: 1, artboards: [{ type: 'artboard', id: 'board', width: 900, height: 900 }], layers }
  const moving = (records: readonly Layer[]): Patch => ({
    ...emptyPatch(),
    updated: Object.fromEntries(records.map((each) => [each.id, [each, { ...each, y: each.y + 1 }]])),
  })

  test('is not overtaken by a small one that follows at once', async () => {
    const { id, handle, document: opened } = await window.api.projects.create({ name: 'Large', document })
    const large = moving(opened.layers)
    const first = large.updated.l0![1] as Layer
    const answers = await Promise.all([
      window.api.projects.append({ handle, base: 0, steps: [large] }),
      window.api.projects.append({ handle, base: 1, steps: [moving([first])] }),
      window.api.projects.append({ handle, base: 0, steps: [large] }),
    ])
    expect(answers.map(({ revision }) => revision)).toEqual([1, 2, 1])
    await window.api.projects.close({ handle })
    const again = await window.api.projects.open({ id })
    expect(again.document.layers.slice(0, 2).map(({ y }) => y)).toEqual([2, 1])
    await window.api.projects.close({ handle: again.handle })
  })

  test('is kept when its window goes right after it was sent', async () => {
    const leaving = await openWindow(address)
    const {
      id,
      handle,
      document: opened,
    } = await leaving.api.projects.create({ name: 'Leaving', document, window: 'leaving' })
    const send = vi.spyOn(leaving.socket, 'send')
    leaving.api.projects.append({ handle, base: 0, steps: [moving(opened.layers)] }).catch(() => {}) // nobody is there to hear it
    await vi.waitFor(() => expect(send).toHaveBeenCalled())
    leaving.socket.close()
    await once(leaving.socket, 'close')
    const again = await window.api.projects.open({ id, window: 'leaving' })
    expect(again.revision).toBe(1)
    await window.api.projects.close({ handle: again.handle })
  })

  test('that is wrong is refused by its field, and nothing of it is kept', async () => {
    const { handle, document: opened } = await window.api.projects.create({ name: 'Wrong', document })
    const large = moving(opened.layers)
    const wrong = { ...large, updated: { ...large.updated, l1400: [opened.layers[1400], { type: 'shape' }] } }
    const { error } = await safe(window.api.projects.append({ handle, base: 0, steps: [wrong as never] }))
    expect((error as { data?: StudioErrorData }).data).toMatchObject({
      code: 'usage',
      where: { field: expect.stringContaining('l1400') },
    })
    expect(await window.api.projects.append({ handle, base: 0, steps: [large] })).toEqual({ revision: 1 })
    await window.api.projects.close({ handle })
  })
})

test('a window that reconnects has its project back before the end of its old connection is known', async () => {
  const { id, handle } = await window.api.projects.create({ name: 'Reconnected', window: 'one' })
  const back = await openWindow(address) // while the old connection still stands
  const other = await openWindow(address)
  for (const asking of [{ id }, { id, window: 'two' }]) {
    const { error } = await safe(other.api.projects.open(asking))
    expect(error).toMatchObject({ data: { code: 'locked' } })
  }
  const again = await back.api.projects.open({ id, window: 'one' })
  expect(again.handle).not.toBe(handle)
  const { error } = await safe(window.api.projects.save({ handle }))
  expect(error).toMatchObject({ data: { code: 'not-found', where: { field: 'handle' } } })
  expect(await back.api.projects.save({ handle: again.handle })).toMatchObject({ revision: 0 })
  await back.api.projects.close({ handle: again.handle })
  for (const one of [back, other]) one.close()
})

test('the lock says where the service is, to this user alone', async () => {
  const file = join(home, 'lock.json')
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ address })
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('when its shell goes, the service goes, and what ran waits for the next one', async () => {
  const [id] = await submit(await slow(81))
  await window.hear((heard) => jobIn(heard, id!)?.state === 'running')
  service.disconnect()
  const [code] = await once(service, 'exit')
  expect(code).toBe(0)
  await start()
  const again = await window.hear((heard) => jobIn(heard, id!)?.state === 'running')
  expect(again[0]?.event.type).toBe('snapshot')
  await window.api.jobs.cancel({ ids: [id!] })
})
