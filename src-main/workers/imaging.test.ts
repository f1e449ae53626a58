import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FromWorker, fromWorkerSchema, type ImagingTask, taskResults } from '#shared/work/tasks.ts'

const dir = mkdtempSync(join(tmpdir(), 'broadside-imaging-'))
let worker: ChildProcess
let id = 0

beforeAll(() => {
  worker = fork(fileURLToPath(new URL('imaging.ts', import.meta.url)), { serialization: 'advanced' })
})
afterAll(() => {
  worker.kill()
  rmSync(dir, { recursive: true })
})

const ask = (task: ImagingTask) =>
  new Promise<FromWorker>((resolve) => {
    const own = ++id
    const listen = (message: unknown) => {
      const parsed = fromWorkerSchema.parse(message)
      if ((parsed.type !== 'done' && parsed.type !== 'failed') || parsed.id !== own) return
      worker.off('message', listen)
      resolve(parsed)
    }
    worker.on('message', listen)
    worker.send({ type: 'run', id: own, task })
  })

async function done<T extends ImagingTask>(task: T) {
  const answer = await ask(task)
  if (answer.type !== 'done') throw new Error(JSON.stringify(answer))
  return taskResults[task.task].parse(answer.result) as never
}

describe('the imaging worker', () => {
  const raw = { path: join(dir, 'a.raw'), width: 8, height: 4, channels: 3 as const }
  const png = join(dir, 'a.png')
  const madeBy = {
    recipe: { kind: 'gan', seed: 7 },
    recipeHash: 'c'.repeat(64),
    parameters: 'Seed: 7',
    ran: { device: 'cpu' },
  }

  it('encodes raw pixels, reads the recipe back, decodes the file and composes it', async () => {
    writeFileSync(raw.path, Buffer.alloc(8 * 4 * 3, 90))
    expect(await done({ task: 'encode', picture: raw, format: 'png', madeBy, out: png })).toMatchObject({
      width: 8,
      bytes: statSync(png).size,
    })
    expect(await done({ task: 'read-metadata', path: png })).toMatchObject({ recipe: madeBy.recipe, ran: madeBy.ran })
    const back = join(dir, 'back.raw')
    expect(await done({ task: 'decode', path: png, out: back })).toEqual({ ...raw, path: back })
    const document = {
      format: 1,
      artboards: [{ type: 'artboard', id: 'b', width: 64, height: 64 }],
      layers: [
        { type: 'image', id: 'i', parent: 'b', order: 0, x: 0, y: 0, width: 64, height: 64, asset: 'd'.repeat(64) },
      ],
    }
    const out = join(dir, 'poster.webp')
    expect(
      await done({
        task: 'compose',
        document,
        artboard: 'b',
        scale: 2,
        assets: { ['d'.repeat(64)]: png },
        format: 'webp',
        dpi: 144,
        madeBy,
        out,
      }),
    ).toMatchObject({ width: 128, height: 128 })
    expect(
      await done({
        task: 'contact-sheet',
        title: 'All',
        cells: [{ path: png, caption: 'one' }],
        columns: 1,
        cellWidth: 64,
        format: 'jpeg',
        out: join(dir, 'sheet.jpg'),
      }),
    ).toHaveProperty('sha256')
  })

  it('reads a dieline and draws an SVG, but not one that could run', async () => {
    const svg = join(dir, 'box.svg')
    const head = '<svg xmlns="http://www.w3.org/2000/svg" width="20mm" height="10mm" viewBox="0 0 20 10">'
    writeFileSync(svg, `${head}<path id="fold" d="M0 5h20"/></svg>`)
    expect(await done({ task: 'read-dieline', path: svg })).toEqual({
      viewBox: [0, 0, 20, 10],
      paths: [{ d: 'M0 5L20 5', kind: 'crease' }],
      sizeMm: { width: 20, height: 10 },
      ignored: [],
    })
    const out = join(dir, 'box.png')
    expect(await done({ task: 'rasterise-svg', path: svg, width: 200, out })).toMatchObject({ width: 200, height: 100 })
    writeFileSync(svg, `${head}<script/></svg>`)
    expect(await ask({ task: 'rasterise-svg', path: svg, out })).toMatchObject({
      type: 'failed',
      error: { code: 'invalid-file', where: { file: svg } },
    })
  })

  it('answers with a typed error and lives on', async () => {
    const missing = join(dir, 'none.png')
    expect(await ask({ task: 'decode', path: missing, out: join(dir, 'x') })).toMatchObject({
      type: 'failed',
      error: { code: 'not-found', where: { file: missing } },
    })
    expect(await ask({ task: 'encode', picture: { ...raw, width: 9 }, format: 'png', out: png })).toMatchObject({
      type: 'failed',
      error: { code: 'invalid-file' },
    })
    expect(await ask({ task: 'decode', path: png, out: join(dir, 'no-folder', 'x') })).toMatchObject({
      type: 'failed',
      error: { code: 'not-found' },
    })
    expect(await done({ task: 'read-metadata', path: png })).toMatchObject({ width: 8 })
  })
})
