import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { WorkerLane } from '#main/workers/supervisor.ts'
import { type Bench, median, type Reading, spread } from './measure.ts'
import { hasStarter, inferenceLane, inScratch, maker, rawPicture, starter } from './starter.ts'

const ROUNDS = 5
const MB = 1e6
const ALL = ['poster-diffusion', 'pattern-gan', 'mood-vae', 'poster-upscaler', 'copy-lm']
const THIRD_PARTY = fileURLToPath(
  new URL('../../../shared/models-third-party/realesr-animevideov3-x4.onnx', import.meta.url),
)

/** Time and size of the starters against the bars of their cards. */
export const starters: Bench = {
  name: 'starters',
  run: () =>
    inScratch(async (scratch) => {
      const lane = inferenceLane()
      try {
        return [
          ...sizes(),
          ...(await gan(lane, scratch)),
          ...(await vae(lane, scratch)),
          ...(await upscaler(lane, scratch)),
        ]
      } finally {
        await lane.close()
      }
    }),
}

function sizes(): Reading[] {
  const bytes = ALL.filter(hasStarter).map((id) => {
    const files = Object.values(starter(id).manifest.files)
    return {
      id,
      total: files.reduce((sum, file) => sum + file.bytes, 0),
      largest: Math.max(...files.map((f) => f.bytes)),
    }
  })
  return [
    ...bytes.map(({ id, total }) => ({ group: 'size', name: id, value: total / MB, unit: 'MB' })),
    {
      group: 'size',
      name: 'largest file',
      value: Math.max(...bytes.map((one) => one.largest)) / MB,
      unit: 'MB',
      most: 20,
    },
    {
      group: 'size',
      name: 'all starters',
      value: bytes.reduce((sum, one) => sum + one.total, 0) / MB,
      unit: 'MB',
      most: 48,
    },
  ]
}

async function gan(lane: WorkerLane, scratch: string): Promise<Reading[]> {
  const patterns = maker(lane, starter('pattern-gan'), scratch)
  const times: number[] = []
  for (let seed = 0; seed <= ROUNDS; seed++) {
    const { ran } = await patterns.make({ kind: 'gan', prompt: '', seed, truncation: 0.8 })
    if (seed > 0) times.push(ran.seconds)
  }
  return [one('pattern-gan, one tile', times, 0.3)]
}

async function vae(lane: WorkerLane, scratch: string): Promise<Reading[]> {
  const moods = maker(lane, starter('mood-vae'), scratch)
  const times: number[] = []
  for (let seed = 0; seed <= ROUNDS; seed++) {
    const { ran } = await moods.make({ kind: 'vae', operation: 'sample', seed, width: 256, height: 256 })
    if (seed > 0) times.push(ran.seconds)
  }
  return [one('mood-vae, one picture', times, 0.2)]
}

/** 192×160 → ×4, ours and the third-party network in turn when its weights are there. */
async function upscaler(lane: WorkerLane, scratch: string): Promise<Reading[]> {
  const input = await rawPicture(scratch, 192, 160)
  const key = 'a'.repeat(64)
  const ours = maker(lane, starter('poster-upscaler'), scratch)
  const times: number[] = []
  for (let round = 0; round <= ROUNDS; round++) {
    const { ran } = await ours.make({ kind: 'upscale', input: key, scale: 4 }, {}, { [key]: input })
    if (round > 0) times.push(ran.seconds)
  }
  const readings = [one('poster-upscaler, 192×160 → ×4', times, 0.6)]
  if (!existsSync(THIRD_PARTY)) return readings
  const out = `${scratch}/third-party`
  const { mkdir } = await import('node:fs/promises')
  await mkdir(out)
  const { manifest } = await lane.run({ task: 'import', path: THIRD_PARTY, out, hints: {} })
  const theirs = maker(lane, { dir: out, manifest }, scratch)
  const ratios: number[] = []
  for (let round = 0; round <= ROUNDS; round++) {
    const a = await ours.make({ kind: 'upscale', input: key, scale: 4 }, {}, { [key]: input })
    const b = await theirs.make({ kind: 'upscale', input: key, scale: 4 }, {}, { [key]: input })
    if (round > 0) ratios.push(a.ran.seconds / b.ran.seconds)
  }
  readings.push({
    group: 'starters',
    name: 'poster-upscaler / realesr-animevideov3-x4, time',
    value: median(ratios),
    unit: '×',
    note: spread(ratios),
  })
  return readings
}

const one = (name: string, times: readonly number[], most: number): Reading => ({
  group: 'starters',
  name,
  value: median(times),
  unit: 's',
  most,
  note: spread(times),
})
