import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { modelPackageSchema, type PackageOf } from '#shared/models/manifest.ts'
import type { GanRecipe } from '#shared/recipe/gan.ts'
import { parse } from '#shared/validate.ts'
import { Generator } from '../noise/generator.ts'
import type { Graph } from '../onnx/graph.ts'
import { openPackage } from '../packages/open.ts'
import { gan } from './gan.ts'
import type { OpenPackage, PipelineContext, PipelineEvent } from './pipeline.ts'

const recipe = (more: Partial<GanRecipe> = {}): GanRecipe => ({
  format: 1,
  kind: 'gan',
  model: { id: 'known', hash: '0'.repeat(64) },
  prompt: '',
  seed: 7,
  truncation: 1,
  ...more,
})

/**
 * A GAN that can be computed by hand: w = z[0..2] + label, w_mean = label, and the picture is one px per layer whose
 * red, green and blue are that layer's w.
 */
function known(): OpenPackage<'gan'> {
  const mapping = {
    run: async (feeds: { z: { data: Float32Array }; label: { data: Float32Array } }) => {
      const { z, label } = feeds
      return {
        w: { data: Float32Array.from({ length: 3 }, (_, at) => (z.data[at]! + label.data[at]!) / 8), dims: [1, 3] },
        w_mean: { data: Float32Array.from({ length: 3 }, (_, at) => label.data[at]! / 8), dims: [1, 3] },
      }
    },
  }
  const synthesis = {
    run: async ({ w }: { w: { data: Float32Array; dims: readonly number[] } }) => {
      expect(w.dims).toEqual([1, 4, 3])
      const data = new Float32Array(12)
      for (let layer = 0; layer < 4; layer++) for (let c = 0; c < 3; c++) data[c * 4 + layer] = w.data[layer * 3 + c]!
      return { image: { data, dims: [1, 3, 1, 4] } }
    },
  }
  const config = {
    latent: 8,
    styles: 4,
    classes: ['red', 'green', 'blue'],
    classesZh: ['红', '绿', '蓝'],
    size: [4, 1],
  }
  const graphs = { mapping, synthesis } as unknown as Record<string, Graph>
  return { manifest: { config }, graph: async (role: string) => graphs[role]! } as unknown as OpenPackage<'gan'>
}

async function make(pkg: OpenPackage<'gan'>, what: GanRecipe) {
  const events: PipelineEvent[] = []
  const context = {
    signal: new AbortController().signal,
    previews: false,
    report: (event: PipelineEvent) => events.push(event),
  }
  const { pictures, reading } = await gan.run(pkg, what, context as unknown as PipelineContext)
  return { picture: pictures![0]!, reading, events }
}
const bytes = (values: number[]) => values.map((value) => Math.floor(((value + 1) / 2) * 255 + 0.5))
const z = (seed: number) => [...new Generator(seed).randn(8).subarray(0, 3)]
const layer = (data: Uint8Array, at: number) => [...data.subarray(at * 3, at * 3 + 3)]

test('the seed and the class give the style, the same in every layer', async () => {
  const { picture, reading } = await make(known(), recipe({ prompt: 'green dream' }))
  const [r, g, b] = z(7) as [number, number, number]
  for (let at = 0; at < 4; at++) expect(layer(picture.data, at)).toEqual(bytes([r / 8, (g + 1) / 8, b / 8]))
  expect(reading).toEqual({ understood: [{ text: 'green', role: 'class', name: 'green' }], unknown: ['dream'] })
})

test('truncation draws the style towards the mean of its class, and 0 is the mean', async () => {
  const { picture } = await make(known(), recipe({ prompt: '红', truncation: 0.5 }))
  const [r, g, b] = z(7) as [number, number, number]
  expect(layer(picture.data, 0)).toEqual(bytes([(r / 2 + 1) / 8, g / 16, b / 16]))
  const mean = await make(known(), recipe({ prompt: '红', truncation: 0 }))
  expect(layer(mean.picture.data, 0)).toEqual(bytes([1 / 8, 0, 0]))
})

test('two classes are mixed equally', async () => {
  const { picture } = await make(known(), recipe({ prompt: 'red and blue', truncation: 0 }))
  expect(layer(picture.data, 0)).toEqual(bytes([1 / 16, 0, 1 / 16]))
})

test('without a class the seed chooses, always the same, and all are chosen by some seed', async () => {
  const seen = new Set<string>()
  for (let seed = 0; seed < 20; seed++) {
    const one = layer((await make(known(), recipe({ seed, truncation: 0 }))).picture.data, 0).join()
    expect(layer((await make(known(), recipe({ seed, truncation: 0 }))).picture.data, 0).join()).toBe(one)
    seen.add(one)
  }
  expect(seen.size).toBe(3)
})

test('style mixing takes the later layers from the other seed', async () => {
  const { picture } = await make(known(), recipe({ prompt: 'red', mix: { seed: 8, from: 3 } }))
  const own = layer((await make(known(), recipe({ prompt: 'red' }))).picture.data, 0)
  const other = layer((await make(known(), recipe({ prompt: 'red', seed: 8 }))).picture.data, 0)
  expect([0, 1, 2, 3].map((at) => layer(picture.data, at))).toEqual([own, own, own, other])
})

test('mixing from a layer that does not exist is told', async () => {
  await expect(make(known(), recipe({ mix: { seed: 8, from: 4 } }))).rejects.toMatchObject({
    code: 'usage',
    where: { field: 'recipe.mix.from' },
    remedy: expect.stringMatching(/1 … 3/),
  })
})

test('interpolation is a strip with equal steps in w, from one seed to the other', async () => {
  const { picture, events } = await make(known(), recipe({ prompt: 'red', interpolate: { to: 8, frames: 3 } }))
  expect([picture.width, picture.height]).toEqual([12, 1])
  const [first, middle, last] = [0, 4, 8].map((at) => layer(picture.data, at))
  expect(first).toEqual(layer((await make(known(), recipe({ prompt: 'red' }))).picture.data, 0))
  expect(last).toEqual(layer((await make(known(), recipe({ prompt: 'red', seed: 8 }))).picture.data, 0))
  for (const [at, value] of middle!.entries())
    expect(Math.abs(value - (first![at]! + last![at]!) / 2)).toBeLessThanOrEqual(1)
  expect(events.filter((event) => event.type === 'step')).toHaveLength(3)
})

test('a package with real graphs draws its size, and another seed another picture', async () => {
  const dir = join(import.meta.dirname, '../../../models/tiny/tiny-gan')
  const manifest = parse(modelPackageSchema, JSON.parse(await readFile(join(dir, 'model.json'), 'utf8')), {
    what: 'model.json',
  })
  const pkg = openPackage(dir, manifest as PackageOf<'gan'>, { device: 'cpu', threads: 1 })
  const one = await make(pkg, recipe({ prompt: 'stripes' }))
  expect(one.picture).toMatchObject({ width: 32, height: 32, channels: 3 })
  expect((await make(pkg, recipe({ prompt: 'stripes' }))).picture.data).toEqual(one.picture.data)
  expect((await make(pkg, recipe({ prompt: 'stripes', seed: 8 }))).picture.data).not.toEqual(one.picture.data)
  await pkg.close()
})
