/**
 * Starts the service of a package as the shell does and works with it as a window does: a picture from a starter model,
 * a headline in every font, a project saved and opened. The same work in the checkout makes the same bytes.
 *
 *     node packed-studio.ts RESOURCES CHECKOUT WORK
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import sharp from 'sharp'
import WebSocket from 'ws'
import { type Place, packedPlace } from '#main/hosts/electron/place.ts'
import { type Service, startService } from '#main/hosts/electron/service.ts'
import type { Contract } from '#shared/contract/wire.ts'
import type { DocumentInput } from '#shared/document/document.ts'
import type { Recipe } from '#shared/recipe/recipe.ts'
import { FONTS } from '#shared/scene/fonts.ts'
import { expect, say, within } from './saying.ts'

const [resources, checkout, work] = process.argv.slice(2) as [string, string, string]

interface Studio {
  service: Service
  api: ContractRouterClient<Contract>
  get(path: string): Promise<Response>
  close(): Promise<void>
}

const packed = packedPlace(resources, 'linux')
const hidden = hideFrom(packed.node)
const sources: Place = {
  ...packed,
  node: process.execPath,
  service: join(checkout, 'src-main', 'hosts', 'web', 'service.ts'),
  env: {},
}

/** px of the band that a headline stands in. */
const LINE = 72

const studio = await within('the packed service serves', () => open({ ...packed, node: hidden }, 'packed'))
const picture = await within('a starter model makes a picture', () => makePicture(studio))
const headlines = await within('every font sets a headline', () => setHeadlines(studio))
await looksRight(picture, headlines)
await servesItsPage(studio)
await keepsProjects(studio)
await within('it ends when told', () => studio.close())

const reference = await open(sources, 'sources')
const same = async (what: string, bytes: Buffer, again: (from: Studio) => Promise<Buffer>) => {
  const other = await again(reference)
  expect(`${what}: the same bytes as from the checkout`, () => (bytes.equals(other) ? [] : [hash(bytes), hash(other)]))
}
await same('picture', picture, makePicture)
await same('headlines', headlines, setHeadlines)
await reference.close()
process.exit()

/** Node that sees neither the checkout nor the fonts of this machine, where the system lets us hide them. */
function hideFrom(node: string): string {
  const flag = ['-m', '-rm'].find((one) => spawnSync('unshare', [one, 'true']).status === 0)
  if (!flag) {
    say('the checkout cannot be hidden here (unshare): this part is not checked')
    return node
  }
  const wrapper = join(work, 'node-alone')
  const lines = [
    '#!/bin/sh',
    'PATH=/usr/sbin:/usr/bin:/sbin:/bin',
    // Once more, where mounts are its own.
    `[ "$ALONE" ] || ALONE=1 exec unshare ${flag} "$0" "$@"`,
    ...[checkout, '/usr/share/fonts'].filter(existsSync).map((folder) => `mount -t tmpfs none '${folder}' || exit 1`),
    'unset PATH ALONE',
    `exec '${node}' "$@"`,
  ]
  writeFileSync(wrapper, `${lines.join('\n')}\n`, { mode: 0o755 })
  return wrapper
}

/** As src-main/hosts/electron/shell.ts starts it; the environment of a user who has nothing. */
async function open(place: Place, name: string): Promise<Studio> {
  const home = join(work, `home-${name}`)
  const address = Promise.withResolvers<URL>()
  const service = startService({
    node: place.node,
    entry: place.service,
    env: { HOME: home, BROADSIDE_HOME: join(home, 'data'), ...place.env },
    onAddress: (url) => address.resolve(new URL(url)),
    onTrouble: (lastWords) => address.reject(new Error(`the service does not start: ${lastWords}`)),
  })
  const { host, origin, searchParams } = await address.promise
  const headers = { authorization: `Bearer ${searchParams.get('token')}` }
  const socket = new WebSocket(`ws://${host}/rpc`, { headers })
  const link = new RPCLink({ websocket: socket as unknown as globalThis.WebSocket })
  return {
    service,
    api: createORPCClient(link),
    get: (path) => fetch(`${origin}${path}`, { headers }),
    async close() {
      socket.terminate()
      await service.quit()
    },
  }
}

async function makePicture({ api, get }: Studio): Promise<Buffer> {
  const model = (await api.models.list()).find(({ id }) => id === 'pattern-gan')
  if (!model?.hash) throw new Error('the package has no pattern-gan')
  const recipe: Recipe = {
    format: 1,
    kind: 'gan',
    model: { id: model.id, hash: model.hash },
    prompt: 'azulejo',
    seed: 7,
    truncation: 0.8,
  }
  const { ids } = await api.jobs.submit({ jobs: [{ recipe }] })
  for await (const event of await api.system.events()) {
    const jobs = event.type === 'snapshot' ? event.queue : event.type === 'job' ? [event.job] : []
    const job = jobs.find(({ id }) => id === ids[0])
    if (job?.state === 'failed') throw new Error(job.error?.message)
    if (job?.state === 'done') return bytes(await get(`/artifacts/${job.artifacts[0]!.sha256}`))
  }
  throw new Error('the events ended early')
}

async function setHeadlines({ api, get }: Studio): Promise<Buffer> {
  const document: DocumentInput = {
    format: 1,
    artboards: [{ type: 'artboard', id: 'sheet', width: 800, height: FONTS.length * LINE }],
    layers: FONTS.map(({ family, script, weights }, i) => ({
      type: 'text' as const,
      id: `line-${i}`,
      parent: 'sheet',
      order: i,
      x: 16,
      y: i * LINE,
      width: 768,
      height: LINE,
      text: script === 'han' ? '夏日柑橘 2026' : 'Peel the day 夏日',
      family,
      weight: weights.at(-1)!,
      size: 44,
    })),
  }
  const file = await api.exports.render({ document, artboard: 'sheet', format: 'png', scale: 1 })
  return bytes(await get(`/exports/${file.id}`))
}

async function bytes(response: Response): Promise<Buffer> {
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${await response.text()}`)
  return Buffer.from(await response.arrayBuffer())
}

async function looksRight(picture: Buffer, headlines: Buffer): Promise<void> {
  const { channels } = await sharp(picture).stats()
  const { width, height, format } = await sharp(picture).metadata()
  expect('the picture is one', () => {
    const wrong = format !== 'png' || width < 128 || height < 128 || channels.every(({ stdev }) => stdev < 10)
    return wrong ? [`${format} ${width}×${height}`] : []
  })
  // Ink in every line's band: a family that is missing would have failed or left its band white.
  const { data, info } = await sharp(headlines).flatten().greyscale().raw().toBuffer({ resolveWithObject: true })
  const ink = (line: number) => {
    const band = data.subarray(line * LINE * info.width, (line + 1) * LINE * info.width)
    return band.reduce((sum, value) => sum + (value < 128 ? 1 : 0), 0)
  }
  expect('every headline is there', () => FONTS.filter((_font, i) => ink(i) < 500).map(({ family }) => family))
}

async function servesItsPage({ get }: Studio): Promise<void> {
  const page = await get('/')
  const html = await page.text()
  const script = /src="\.?(\/assets\/[^"]+\.js)"/.exec(html)?.[1] ?? '/none'
  const [code, fonts] = await Promise.all([get(script), get('/fonts.css')])
  const css = await fonts.text()
  const font = /url\("([^"]+)"\)/.exec(css)?.[1] ?? '/none'
  const woff2 = await get(font)
  expect('it serves its page, its script and its fonts', () => [
    ...(page.headers.get('content-security-policy')?.includes("default-src 'self'") ? [] : ['no policy']),
    ...(code.ok ? [] : [script]),
    ...(woff2.ok ? [] : [font]),
    ...FONTS.filter(({ family }) => !css.includes(`"${family}"`)).map(({ family }) => family),
  ])
}

async function keepsProjects({ api, service }: Studio): Promise<void> {
  const path = join(work, '海报 one.broadside')
  const { handle } = await api.projects.create({ name: 'One' })
  await api.projects.saveAs({ handle, name: 'One', place: await service.place(path) })
  await api.projects.close({ handle })
  const id = await service.adopt(path)
  const opened = await api.projects.open({ id })
  expect('a project is saved where the user said, and opened from there', () =>
    existsSync(path) && readFileSync(path).length > 0 && opened.path === path ? [] : [`${opened.path}`],
  )
}

function hash(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 12)
}
