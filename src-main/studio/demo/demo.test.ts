import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { StudioApi } from '#shared/contract/studio-api.ts'
import { TEMPLATES } from '#shared/document/templates/templates.ts'
import { TINY } from '../fixtures/package-copy.ts'
import { createStudio } from '../studio.ts'
import { HOUSE, type House } from './house.ts'
import { planDemo, sizeOf } from './plan.ts'
import { type DemoFile, runDemo } from './run.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

describe('the plan', () => {
  const plan = planDemo(7)

  test('has the posters, patterns, languages and sizes that were promised', () => {
    expect(plan.posters.length).toBeGreaterThanOrEqual(12)
    expect(plan.posters.filter((poster) => poster.language === 'zh').length).toBeGreaterThanOrEqual(3)
    expect(new Set(plan.posters.map((poster) => poster.size)).size).toBe(3)
    expect(plan.patterns).toHaveLength(4)
  })

  test('asks only for templates and sizes that there are, in files of their own', () => {
    const templates = new Set(TEMPLATES.map((template) => template.id))
    for (const poster of plan.posters) {
      expect(templates).toContain(poster.template)
      expect(sizeOf(poster).width).toBeGreaterThan(0)
    }
    const files = [...plan.posters, ...plan.patterns].map(({ file }) => file)
    expect(new Set(files).size).toBe(files.length)
  })

  test('another seed plans other pictures under the same names', () => {
    const other = planDemo(8)
    expect(other.posters.map(({ file }) => file)).toEqual(plan.posters.map(({ file }) => file))
    expect(other.posters.map(({ seed }) => seed)).not.toEqual(plan.posters.map(({ seed }) => seed))
  })
})

describe('the demo, small and on tiny models', () => {
  const [lumo] = HOUSE.products
  const small: House = { ...HOUSE, products: [{ ...lumo!, posters: lumo!.posters.filter((_, at) => at % 3 === 0) }] }
  const models = { image: 'tiny-diffusion', pattern: 'tiny-gan', upscaler: 'tiny-upscaler', text: 'tiny-text' }

  let folder: string
  let studio: StudioApi
  let files: DemoFile[]
  const out = () => join(folder, 'out')
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'broadside-demo-'))
    studio = createStudio({ home: join(folder, 'home'), starters: [TINY] })
    files = await runDemo({ studio, plan: planDemo(7, small), out: out(), models })
  })
  afterAll(async () => {
    await studio.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test('writes posters, patterns, a contact sheet and a manifest that knows them all', () => {
    expect(readdirSync(join(out(), 'posters'))).toHaveLength(2)
    expect(readdirSync(join(out(), 'patterns'))).toEqual(['lumo-terrazzo-2x2.png', 'lumo-terrazzo.png'])
    const manifest = JSON.parse(readFileSync(join(out(), 'manifest.json'), 'utf8'))
    expect(manifest.files.map((file: DemoFile) => file.path)).toEqual(files.map((file) => file.path))
    for (const { path } of files) expect(existsSync(join(out(), path))).toBe(true)
    expect(manifest.files[0]).toMatchObject({ kind: 'poster', timings: { picture: { seconds: expect.any(Number) } } })
  })

  test('again gives the same files, and makes nothing twice', async () => {
    const again = await runDemo({ studio, plan: planDemo(7, small), out: out(), models })
    expect(again.map((file) => file.sha256)).toEqual(files.map((file) => file.sha256))
    expect(again[0]!.timings.picture).toMatchObject({ reused: true })
  })

  test('a finished poster can be made again from nothing but itself and the models', async () => {
    const elsewhere = createStudio({ home: join(folder, 'elsewhere'), starters: [TINY] })
    try {
      const poster = join(out(), files[0]!.path)
      expect(await elsewhere.remake(poster)).toMatchObject({ equal: 'bytes', before: files[0]!.sha256 })
    } finally {
      await elsewhere.close()
    }
  })
})
