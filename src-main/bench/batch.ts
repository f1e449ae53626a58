import { mkdtempSync, rmSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { availableParallelism, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { variationOf } from '#main/studio/batch/variation.ts'
import { composeTask, fileOf } from '#main/studio/compose.ts'
import { workerEntry } from '#main/studio/program.ts'
import { createStudio } from '#main/studio/studio.ts'
import { residentBytes } from '#main/workers/memory.ts'
import { openPool, type WorkerPool } from '#main/workers/pool.ts'
import { openLane } from '#main/workers/supervisor.ts'
import { expandPlan, type FileTask, type Model, type Row } from '#shared/batch/expand.ts'
import { parsePlan, planSpecSchema } from '#shared/batch/plan.ts'
import type { ImageRecipe, StudioApi } from '#shared/contract/studio-api.ts'
import { adaptArtboard } from '#shared/document/adapt.ts'
import { type Document, parseDocument } from '#shared/document/document.ts'
import { draftImage } from '#shared/recipe/draft.ts'
import { type Bench, median, type Reading } from './measure.ts'

/** 20 rows × 3 headlines × 3 pictures × 4 sizes, pictures already made: how much of the bare workers a batch gets. */
export const batch: Bench = {
  name: 'batch',
  async run() {
    const root = mkdtempSync(join(tmpdir(), 'broadside-bench-batch-'))
    const studio = createStudio({ home: join(root, 'home') })
    try {
      return [...(await expansion(studio)), ...(await of720(studio, root))]
    } finally {
      await studio.close()
      rmSync(root, { recursive: true, force: true })
    }
  },
}

const SIZES = [
  undefined,
  { name: 'Story', width: 1080, height: 1920 },
  { name: 'Square', width: 1080, height: 1080 },
  { name: 'Banner', width: 1200, height: 628 },
]
const HEADLINES = ['Fresh {{product}}', '{{product}}, cold', 'Now: {{product}}']
/** Files that the bare workers are measured with, every time that the batch has made so many and rests. */
const BARE = 48
const EVERY = 120

const poster = (asset: string): Document =>
  parseDocument({
    format: 1,
    name: 'Launch',
    artboards: [{ type: 'artboard', id: 'poster', name: 'Poster', width: 1080, height: 1350, dpi: 150 }],
    layers: [
      {
        ...{ id: 'art', type: 'image', parent: 'poster', order: 0, asset, variable: 'picture' },
        ...{ x: 0, y: 0, width: 1080, height: 1350 },
      },
      {
        ...{ id: 'band', type: 'shape', parent: 'poster', order: 1, x: 60, y: 980, width: 960, height: 300 },
        shape: { kind: 'rectangle' },
        fill: { kind: 'solid', colour: '#17181a', variable: 'colour' },
      },
      {
        ...{ id: 'title', type: 'text', parent: 'poster', order: 2, x: 100, y: 1010, width: 880, height: 150 },
        ...{ text: '{{headline}}', family: 'Bricolage Grotesque', weight: 800, size: 96, fit: 'shrink' },
        fill: { kind: 'solid', colour: '#ffffff' },
      },
      {
        ...{ id: 'line', type: 'text', parent: 'poster', order: 3, x: 100, y: 1180, width: 880, height: 60 },
        ...{ text: '{{line}}', family: 'Inter', weight: 500, size: 40, fit: 'shrink' },
        fill: { kind: 'solid', colour: '#ffffff' },
      },
    ],
  })

const rows = (count: number): Row[] =>
  Array.from({ length: count }, (_, at) => ({
    sku: `s${at + 1}`,
    product: ['Lemon soda', '柠檬苏打', 'Orange tea', 'Zest'][at % 4]!,
    line: `Number ${at + 1}, in cans and bottles`,
    colour: ['#17181a', '#e4572e', '#17bebb'][at % 3]!,
  }))

const spec = (pictures: readonly string[]) =>
  planSpecSchema.parse({
    name: '{row.sku}/{size}_{picture}_{seed}_{copy}',
    artboards: SIZES.map((size) => ({ id: 'poster', ...(size ? { size } : {}) })),
    pictures: pictures.map((picture) => ({ picture })),
    copy: { variants: HEADLINES.map((headline) => ({ headline })) },
  })

async function expansion(studio: StudioApi): Promise<Reading[]> {
  const models = new Map<string, Model>()
  for (const { id, manifest, hash } of await studio.models.list())
    if (manifest && hash !== undefined) models.set(id, { manifest, hash })
  const pictures = [{ picture: { model: 'poster-diffusion', prompt: 'a {{product}} on a sunburst' } }]
  const plan = parsePlan({
    ...{ format: 1, kind: 'batch', document: poster('a'.repeat(64)), ...spec([]), pictures },
    seeds: [1, 2],
  })
  const many = rows(420) // × 2 seeds × 3 headlines × 4 sizes = 10,080
  const times = Array.from({ length: 5 }, () => {
    const start = performance.now()
    expandPlan(plan, many, models)
    return (performance.now() - start) / 1000
  })
  return [{ group: 'batch', name: 'a plan of 10,080 files expands', value: median(times), unit: 's', most: 1 }]
}

async function of720(studio: StudioApi, root: string): Promise<Reading[]> {
  const pictures = await threePictures(studio)
  const document = poster(pictures[0]!)
  const table = rows(20)
  const plan = spec(pictures)
  const out = join(root, 'out')
  const { files } = expandPlan(parsePlan({ format: 1, kind: 'batch', document, ...plan }), table, new Map())

  const pool = openBarePool()
  const barePaces: number[] = []
  const stalls = watchLoop()
  const memory: number[] = []
  const weigh = setInterval(() => void residentOfAll().then((bytes) => memory.push(bytes)), 500)
  const { id } = await studio.batches.startIn({ document, spec: plan, rows: table, name: 'Bench', folder: out })
  // In turns: what else the machine does then slows both of them.
  let resting = await studio.batches.get(id)
  for (let most = EVERY; most < files.length; most += EVERY) {
    while ((await studio.batches.get(id)).done < most) await sleep(20)
    await studio.batches.pause(id)
    resting = await studio.batches.get(id)
    stalls.looking = false // the bare workers are driven from this thread: that is no work of the service
    barePaces.push(await barePace(pool, studio, document, files, join(root, 'bare')))
    stalls.looking = true
    await studio.batches.resume(id)
  }
  const done = await studio.batches.settled(id)
  stalls.stop()
  clearInterval(weigh)
  await pool.close()
  if (done.state !== 'done' || done.failed > 0) throw new Error(`the batch is ${done.state}: ${done.error?.message}`)
  const bare = barePaces.reduce((sum, pace) => sum + pace, 0) / barePaces.length
  const paced = resting.seconds / resting.done

  const times = await finishingTimes(out)
  const span = (from: number, to: number) => (times[to]! - times[from]!) / 1000
  const { seconds = Number.NaN, bytes = Number.NaN } = done.estimate ?? {}
  const quarter = Math.floor(memory.length / 4)
  const [early, late] = [memory.slice(quarter, 2 * quarter), memory.slice(-quarter)].map(median) as [number, number]
  const group = 'batch'
  const note = `${files.length} files, ${(1 / paced).toFixed(1)} per second, ${Math.round(done.bytes / 1e6)} MB`
  return [
    { group, name: 'compose and encode, of the bare workers', value: bare / paced, unit: '×', least: 0.9, note },
    {
      group,
      name: 'bare, in the rests of the batch',
      value: bare * 1000,
      unit: 'ms',
      note: barePaces.map(ms).join(', '),
    },
    { group, name: 'last 100 files / first 100', value: span(619, 719) / span(0, 100), unit: '×', most: 1.05 },
    {
      group,
      name: 'memory, end / beginning',
      value: late / early,
      unit: '×',
      most: 1.05,
      note: `${mb(late)} of all processes`,
    },
    {
      group,
      name: 'longest stall of the service',
      value: stalls.wall,
      unit: 'ms',
      most: 50,
      note: `computing: ${stalls.computing.toFixed(0)} ms`,
    },
    {
      group,
      name: 'time estimated / taken',
      value: seconds / done.seconds,
      unit: '×',
      least: 0.75,
      most: 1.25,
      note: `${done.seconds.toFixed(1)} s`,
    },
    { group, name: 'space estimated / taken', value: bytes / done.bytes, unit: '×', least: 0.75, most: 1.25 },
  ]
}

const ms = (seconds: number) => `${(seconds * 1000).toFixed(0)} ms`
const mb = (bytes: number) => `${Math.round(bytes / 1e6)} MB`

async function threePictures(studio: StudioApi): Promise<string[]> {
  const [pattern, upscaler] = [await studio.models.get('pattern-gan'), await studio.models.get('poster-upscaler')]
  const made: string[] = []
  for (const seed of [1, 2, 3]) {
    const small = await studio.images.generate(draftImage(pattern.manifest, pattern.hash, { seed }) as ImageRecipe)
    const wish = { seed: 0, inputs: [small.artifacts[0]!.sha256], scale: 4 }
    const large = await studio.images.generate(draftImage(upscaler.manifest, upscaler.hash, wish) as ImageRecipe)
    made.push(large.artifacts[0]!.sha256)
  }
  return made
}

const openBarePool = (): WorkerPool =>
  openPool(availableParallelism(), (number) =>
    openLane({
      name: `bare worker ${number}`,
      entry: workerEntry('imaging'),
      memoryCapBytes: Math.min(2 * 2 ** 30, 0.7 * totalmem()),
      background: true,
    }),
  )

/** Seconds per file when the same workers do nothing but render and encode. */
async function barePace(
  pool: WorkerPool,
  studio: StudioApi,
  document: Document,
  files: readonly FileTask[],
  folder: string,
): Promise<number> {
  await mkdir(folder, { recursive: true })
  const tasks = await Promise.all(
    Array.from({ length: BARE }, async (_, at) => {
      const file = files[Math.floor((at * files.length) / BARE)]!
      const layout = file.size ? adaptArtboard(document, file.artboard, file.size) : document
      const picture = file.pictures.picture as { sha256: string }
      const recipe = variationOf(layout, file, { ...file.values, picture: picture.sha256 }, () => ({}))
      const assets: Record<string, string> = {}
      for (const sha256 of recipe.pictures) assets[sha256] = await studio.library.pathOf(sha256)
      return composeTask(recipe, assets, join(folder, `${at}.png`), fileOf(recipe))
    }),
  )
  const runAll = async (list: typeof tasks) => {
    let next = 0
    const work = async () => {
      while (next < list.length) await pool.run(list[next++]!)
    }
    await Promise.all(Array.from({ length: 2 * pool.size }, work))
  }
  await runAll(tasks.slice(0, 12)) // warm
  const start = performance.now()
  await runAll(tasks)
  const pace = (performance.now() - start) / 1000 / BARE
  await rm(folder, { recursive: true })
  return pace
}

/**
 * The longest time between two turns of this process's event loop, and the most that its thread computed in between:
 * on a machine that is busy with other things the first is mostly waiting for a core.
 */
function watchLoop() {
  const seen = { wall: 0, computing: 0, looking: true, stop: () => clearInterval(timer) }
  let last = performance.now()
  let cpu = process.threadCpuUsage()
  /** A turn that began while something else was measured does not count. */
  let looked = true
  const timer = setInterval(() => {
    const now = performance.now()
    const used = process.threadCpuUsage(cpu)
    if (seen.looking && looked) {
      seen.wall = Math.max(seen.wall, now - last - TICK)
      seen.computing = Math.max(seen.computing, (used.user + used.system) / 1000)
    }
    last = now
    cpu = process.threadCpuUsage()
    looked = seen.looking
  }, TICK)
  return seen
}

/** ms */
const TICK = 5

/** When each file was there, milliseconds, in order. */
async function finishingTimes(folder: string): Promise<number[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.png'))
  const times = await Promise.all(
    files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).ctimeMs),
  )
  return times.sort((a, b) => a - b)
}

/** Resident bytes of this process and its workers. */
async function residentOfAll(): Promise<number> {
  let bytes = process.memoryUsage.rss()
  for (const pid of (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))) {
    const status = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '') // it has just ended
    const parent = /^\d+ \(.*\) \S (\d+)/.exec(status)?.[1]
    if (parent === String(process.pid)) bytes += (await residentBytes(Number(pid))) ?? 0
  }
  return bytes
}
