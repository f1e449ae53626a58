import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { canvasMeasurer } from '#shared/scene/measure.ts'
import { runsOf, type Style } from '#shared/scene/runs.ts'
import { registerText } from './fonts.ts'
import { createCanvas } from './skia.ts'
import { charactersOf, toTrueType } from './woff2.ts'

const style: Style = { family: 'Noto Sans SC', weight: 700, italic: false, language: 'zh' }
const measure = canvasMeasurer(createCanvas(1, 1).getContext('2d'))

describe('bundled fonts', () => {
  // The last glyph of a WOFF2 file: Skia's own decoder draws nothing for it.
  it.each([
    ['Noto Sans SC', '！；”≥'],
    ['Noto Serif SC', '！；”≥'],
    ['ZCOOL KuaiLe', '！；”°￥%+=$'],
    ['Fraunces', 'ÿẓỵ'],
    ['Bricolage Grotesque', '¸ˇ'],
    ['Bowlby One', '−'],
    ['Anton', 'ƶỹ'],
  ])('%s draws the last character of each of its files: %s', (family, characters) => {
    for (const char of characters) {
      const own = { ...style, family, language: family === 'Noto Sans SC' ? 'zh' : 'en' } as const
      registerText(char, own)
      const { left, right } = measure(char, runsOf(char, own)[0]!.face)
      expect(right - left, char).toBeGreaterThan(0)
    }
  })

  it('keep outlines, composites and side bearings when they are unpacked', () => {
    const folder = createRequire(import.meta.url).resolve('@fontsource/fraunces/package.json')
    const woff2 = readFileSync(folder.replace('package.json', 'files/fraunces-latin-400-normal.woff2'))
    const font = toTrueType(woff2)
    const table = (tag: string) => {
      const at = font.indexOf(tag, 0, 'latin1')
      return font.subarray(font.readUInt32BE(at + 8), font.readUInt32BE(at + 8) + font.readUInt32BE(at + 12))
    }
    const count = table('maxp').readUInt16BE(4)
    const loca = table('loca')
    expect(loca.length).toBe(4 * (count + 1))
    expect(loca.readUInt32BE(4 * count)).toBe(table('glyf').length)
    expect(loca.readUInt32BE(4 * count) - loca.readUInt32BE(4 * (count - 1))).toBeGreaterThan(0)
    expect(table('head').readInt16BE(50)).toBe(1)
    expect(table('hmtx').length).toBe(4 * table('hhea').readUInt16BE(34) + 2 * (count - table('hhea').readUInt16BE(34)))
    expect(charactersOf(woff2).length).toBeGreaterThan(10)
  })
})
