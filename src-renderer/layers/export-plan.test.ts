import { describe, expect, it } from 'vitest'
import { bytesText, DEFAULTS, estimatedBytes, fileName, paperText, planExport, withUniqueNames } from './export-plan.ts'
import { artboard, documentOf, group, shape } from './fixtures.ts'

const document = documentOf(
  [
    artboard('poster', { order: 1, name: 'Poster A2', width: 600, height: 900, dpi: 300, bleedMm: 2.54 }),
    artboard('story', { order: 2, name: 'Story', width: 1080, height: 1080 }),
  ],
  [
    group('g', 'poster', 1, { x: 10, y: 10, width: 100, height: 100 }),
    shape('a', 'g', 1, { x: 10, y: 10, width: 100, height: 50 }),
    shape('b', 'story', 1, { x: 50, y: 50, width: 100, height: 20, rotation: 90 }),
  ],
)
const both = { kind: 'artboards', ids: ['poster', 'story'] } as const
const one = { kind: 'artboards', ids: ['poster'] } as const

describe('an export', () => {
  it('of several artboards is several files', () => {
    const files = planExport(document, both, { ...DEFAULTS, scale: 2 }, 'Citrus')
    expect(files.map(({ name, width, height }) => [name, width, height])).toEqual([
      ['Citrus-Poster A2.png', 1200, 1800],
      ['Citrus-Story.png', 2160, 2160],
    ])
    expect(files[0]!.request).toMatchObject({ artboard: 'poster', format: 'png', scale: 2, dpi: 600, bleed: false })
    expect(files[0]!.request).not.toHaveProperty('quality')
  })

  it('at a density has the size on paper', () => {
    const [file] = planExport(document, one, { ...DEFAULTS, scale: 0, dpi: 150 }, 'x')
    expect(file).toMatchObject({ width: 300, height: 450, dpi: 150, request: { scale: 0.5 } })
    expect(paperText(file!)).toBe('51 × 76 mm')
  })

  it('with bleed is larger by it on every side', () => {
    const [file] = planExport(document, one, { ...DEFAULTS, bleed: true }, 'x')
    expect(file).toMatchObject({ width: 660, height: 960, request: { bleed: true } })
  })

  it('of a selection is one file for each artboard that it touches', () => {
    const files = planExport(document, { kind: 'selection', ids: ['a', 'b'] }, { ...DEFAULTS, bleed: true }, 'x')
    expect(files.map(({ width, height }) => [width, height])).toEqual([
      [100, 50],
      [20, 100],
    ])
    expect(files[1]!.request).toMatchObject({ layers: ['b'], bleed: false })
  })

  it('is transparent where the format can be', () => {
    const clear = { ...DEFAULTS, transparent: true }
    const background = (format: 'png' | 'jpeg') =>
      (planExport(document, one, { ...clear, format }, 'x')[0]!.request.document as typeof document).artboards[0]
    expect(background('png')).toMatchObject({ background: null })
    expect(background('jpeg')).toMatchObject({ background: '#ffffff' })
  })
})

describe('file names', () => {
  it.each([
    ['A/B: "C"', 'A-B- -C'],
    ['  .hidden ', 'hidden'],
    ['con', 'con-1'],
    ['', 'export'],
    ['柑橘 海报', '柑橘 海报'],
  ])('%j', (wish, name) => expect(fileName(wish)).toBe(name))

  it('are one for each file', () => {
    const files = planExport(document, one, DEFAULTS, 'x')
    expect(withUniqueNames([...files, ...files]).map(({ name }) => name)).toEqual(['x.png', 'x-2.png'])
  })
})

it('guesses bytes from what was seen before', () => {
  const [file] = planExport(document, one, DEFAULTS, 'x')
  expect(estimatedBytes(file!, DEFAULTS, { png: 2 })).toBe(600 * 900 * 2)
  expect(bytesText(1_234_567)).toBe('1.2 MB')
  expect(bytesText(12)).toBe('1 kB')
})
