import { describe, expect, it } from 'vitest'
import { atomsOf, pieces } from './breaks.ts'
import { FONTS, faceOf, requireFont } from './fonts.ts'
import { layoutText, MEASURED_AT, naturalSize, type TextMeasurer, type TextStyle } from './layout.ts'
import { runsOf } from './runs.ts'

/** Every Latin letter is half an em wide, every Chinese one a whole, no side bearings. */
const measure: TextMeasurer = (text) => {
  const ems = [...text].reduce((sum, char) => sum + (/[\u2e80-\uffef]/.test(char) ? 1 : 0.5), 0)
  return { width: ems * MEASURED_AT, left: 0, right: ems * MEASURED_AT }
}
const style: TextStyle = {
  family: 'Inter',
  weight: 400,
  italic: false,
  language: 'en',
  size: 10,
  minSize: 1,
  lineHeight: 1,
  tracking: 0,
  direction: 'horizontal',
  align: 'left',
  verticalAlign: 'top',
  fit: 'fixed',
}
const set = (text: string, width: number, more: Partial<TextStyle> = {}, height = 1000) =>
  layoutText(text, { ...style, ...more }, { width, height }, measure)
const lines = (text: string, width: number, more: Partial<TextStyle> = {}) =>
  set(text, width, more).lines.map((line) => line.text)
const zh = { language: 'zh', family: 'Noto Sans SC' } as const

describe('lines', () => {
  it('break at spaces, which the line end swallows', () => {
    expect(lines('peel the day', 45)).toEqual(['peel the', 'day'])
  })

  it('keep the breaks of the writer, empty lines too', () => {
    expect(lines('a\nb\r\n\r\nc\u2028d', 100)).toEqual(['a', 'b', '', 'c', 'd'])
  })

  it('break after a hyphen, not before, and never at a no-break space', () => {
    expect(lines('cold-pressed', 40)).toEqual(['cold-', 'pressed'])
    expect(lines('10\u00a0km run', 30)).toEqual(['10\u00a0km', 'run'])
  })

  it('cut a word only when it is wider than the box', () => {
    expect(lines('ab extraordinary', 40)).toEqual(['ab', 'extraord', 'inary'])
  })

  it('Chinese breaks between words', () => {
    expect(lines('橙子汽水夏季限定', 45, zh)).toEqual(['橙子汽水', '夏季限定'])
  })

  it.each(['，', '。', '！', '」', '）', '、', '：', '”', '…'])('no line starts with %s', (mark) => {
    for (let width = 15; width < 80; width += 5) {
      for (const line of lines(`橙子汽水${mark}夏季限定${mark}只加阳光`, width, zh))
        expect(line.startsWith(mark)).toBe(false)
    }
  })

  it.each(['「', '（', '《', '“'])('no line ends with %s', (mark) => {
    for (let width = 15; width < 80; width += 5) {
      for (const line of lines(`橙子${mark}汽水夏季${mark}限定`, width, zh)) expect(line.endsWith(mark)).toBe(false)
    }
  })

  it('lose nothing: joined again they are the text', () => {
    const text = '冷榨 Zestline 汽水，100% 阳光 “nothing” — added（夏季）！'
    for (let width = 10; width < 300; width += 10) {
      expect(lines(text, width, zh).join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
    }
  })

  it('emoji and combined letters are never cut inside', () => {
    expect(pieces('👩‍👩‍👧e\u0301x')).toEqual(['👩‍👩‍👧', 'e\u0301', 'x'])
    expect(atomsOf('a b', 'en')).toEqual([
      { text: 'a', space: ' ' },
      { text: 'b', space: '' },
    ])
  })
})

describe('a box', () => {
  it('starts at the capitals of the first line and ends at the baseline of the last', () => {
    const cap = requireFont('Inter').metrics.cap
    const layout = set('one\ntwo', 100, { lineHeight: 1.5 })
    expect(layout.lines.map(({ baseline }) => baseline)).toEqual([cap * 10, cap * 10 + 15])
    expect(layout.height).toBeCloseTo(cap * 10 + 15)
  })

  it('aligns top, middle and bottom by that height', () => {
    const first = (verticalAlign: TextStyle['verticalAlign']) =>
      set('one', 100, { verticalAlign }, 100).lines[0]!.baseline
    expect(first('bottom')).toBe(100)
    expect(first('middle')).toBeCloseTo((first('top') + 100) / 2)
  })

  it('aligns by the ink, so that side bearings do not indent large letters', () => {
    const bearing: TextMeasurer = (text, face) => ({
      ...measure(text, face),
      left: 5,
      right: measure(text, face).width - 5,
    })
    const at = (align: TextStyle['align']) => {
      const { lines } = layoutText('ab', { ...style, size: MEASURED_AT, align }, { width: 1000, height: 1000 }, bearing)
      return lines[0]!.runs[0]!.x
    }
    expect(at('left')).toBe(-5)
    expect(at('right')).toBe(1000 - MEASURED_AT + 5)
  })

  it('tracking widens between characters, not after the last', () => {
    expect(set('abcd', 100, { tracking: 100 }).width).toBeCloseTo(4 * 5 + 3 * 1)
  })

  it('says when the text left it', () => {
    expect(set('one two three', 20, {}, 15).overflows).toBe(true)
    expect(set('one', 20, {}, 15).overflows).toBe(false)
  })
})

describe('a column of Chinese', () => {
  const column = { ...zh, direction: 'vertical' } as const
  const { hanTop = 0, hanBottom = 0 } = requireFont('Noto Sans SC').metrics
  const ink = hanTop + hanBottom
  const columns = (text: string, height: number, more: Partial<TextStyle> = {}) =>
    set(text, 1000, { ...column, ...more }, height)

  it('runs from top to bottom, and columns from right to left', () => {
    const { lines } = columns('橙子汽水夏季限定', 45)
    expect(lines.map(({ text }) => text)).toEqual(['橙子汽水', '夏季限定'])
    const [first, second] = lines
    expect(second!.baseline).toBeCloseTo(first!.baseline - 10)
    expect(first!.runs.map(({ y }) => Math.round(y - first!.runs[0]!.y))).toEqual([0, 10, 20, 30])
    expect(new Set(first!.runs.map(({ x }) => x)).size).toBe(1)
  })

  it('hugs its letters: first character at the top, last column at the left', () => {
    const { width, height } = columns('橙子汽水', 1000)
    expect(width).toBeCloseTo(10)
    expect(height).toBeCloseTo(30 + ink * 10)
    expect(columns('橙\n子', 1000).width).toBeCloseTo(20)
  })

  it('stands where align and verticalAlign say', () => {
    const at = (more: Partial<TextStyle>) => {
      const { lines } = columns('橙', 100, more)
      return [lines[0]!.baseline, lines[0]!.runs[0]!.y] as const
    }
    expect(at({ align: 'left' })[0]).toBeCloseTo(5)
    expect(at({ align: 'center' })[0]).toBeCloseTo(500)
    expect(at({ align: 'right' })[0]).toBeCloseTo(995)
    expect(at({ verticalAlign: 'top' })[1]).toBeCloseTo(hanTop * 10)
    expect(at({ verticalAlign: 'bottom' })[1]).toBeCloseTo(100 - hanBottom * 10)
  })

  it('lays Latin on its side as one run, its middle on the middle of the column', () => {
    const { lines } = columns('喝Zest吧', 1000, { family: 'Inter' })
    const [drink, zest, particle] = lines[0]!.runs
    expect([drink!.turned, zest!.turned, particle!.turned]).toEqual([false, true, false])
    expect(zest!.text).toBe('Zest')
    expect(zest!.x).toBeCloseTo(lines[0]!.baseline - (requireFont('Inter').metrics.cap / 2) * 10)
    expect(zest!.length).toBeCloseTo(20)
    expect(particle!.y - drink!.y).toBeCloseTo(10 + 20)
  })

  it('turns brackets, quotes and dashes, and puts a full stop into the upper right corner', () => {
    const lowLeft: TextMeasurer = (text, face) =>
      text === '。' ? { width: MEASURED_AT, left: 0.1 * MEASURED_AT, right: 0.3 * MEASURED_AT } : measure(text, face)
    const { lines } = layoutText('「橙」。', { ...style, ...column }, { width: 100, height: 100 }, lowLeft)
    const [open, orange, close, stop] = lines[0]!.runs
    expect([open!.turned, orange!.turned, close!.turned, stop!.turned]).toEqual([true, false, true, false])
    // Its ink, 0.1 … 0.3 em from the left of its cell, is now as far from the right.
    expect(stop!.x - orange!.x).toBeCloseTo(6)
    expect(stop!.y - orange!.y).toBeLessThan(20 - 5)
  })

  it.each(['，', '。', '」', '：'])('no column starts with %s', (mark) => {
    for (let height = 15; height < 80; height += 5) {
      for (const { text } of columns(`橙子汽水${mark}夏季限定${mark}只加阳光`, height).lines)
        expect(text.startsWith(mark)).toBe(false)
    }
  })

  it('shrinks into its box, and says when it cannot', () => {
    for (const [width, height] of [
      [60, 200],
      [300, 90],
      [40, 40],
    ] as const) {
      const fitted = set('橙子汽水夏季限定', width, { ...column, fit: 'shrink', size: 500 }, height)
      expect(fitted.overflows).toBe(false)
      expect(fitted.width).toBeLessThanOrEqual(width + 0.01)
      expect(fitted.height).toBeLessThanOrEqual(height + 0.01)
    }
    expect(set('橙子汽水', 5, column, 100).overflows).toBe(true)
  })
})

describe('natural size', () => {
  it('is the box in which the text just fits', () => {
    for (const more of [{}, { ...zh }, { ...zh, direction: 'vertical' as const }, { tracking: 100 }]) {
      const text = 'peel 橙子\nthe day'
      const { width, height } = naturalSize(text, { ...style, ...more }, measure)
      expect(set(text, width, more, height)).toMatchObject({ overflows: false, width, height })
      expect(set(text, width - 1, more, height).overflows || set(text, width - 1, more, height).lines.length > 2).toBe(
        true,
      )
      expect(set(text, width, more, height - 1).overflows).toBe(true)
    }
  })

  it('wraps at the room it is given', () => {
    const { width, height } = naturalSize('peel the day', style, measure, 45)
    expect(width).toBe(40)
    expect(height).toBeCloseTo(requireFont('Inter').metrics.cap * 10 + 10)
  })
})

describe('shrinking', () => {
  const shrink = { fit: 'shrink', size: 500 } as const

  it('takes the largest size at which everything is inside', () => {
    for (const [width, height] of [
      [300, 100],
      [100, 300],
      [40, 40],
      [900, 30],
    ] as const) {
      const fitted = set('peel the day', width, shrink, height)
      expect(fitted.overflows).toBe(false)
      expect(fitted.width).toBeLessThanOrEqual(width + 0.01)
      expect(fitted.height).toBeLessThanOrEqual(height + 0.01)
      expect(set('peel the day', width, { size: fitted.size * 1.02 }, height).overflows).toBe(true)
    }
  })

  it('never breaks a word to be larger', () => {
    expect(set('extraordinary day', 100, shrink, 1000).lines.map(({ text }) => text)).toEqual(['extraordinary', 'day'])
  })

  it('does not grow beyond the wanted size', () => {
    expect(set('hi', 1000, { fit: 'shrink', size: 12 }, 1000).size).toBe(12)
  })

  it('stops at the smallest size and says that it overflows', () => {
    const stuck = set('a very long text', 10, { ...shrink, minSize: 8 }, 10)
    expect(stuck.size).toBe(8)
    expect(stuck.overflows).toBe(true)
  })

  it('balances the lines of a headline', () => {
    expect(set('peel the whole day', 75, { fit: 'shrink', size: 10 }, 40).lines.map(({ text }) => text)).toEqual([
      'peel the',
      'whole day',
    ])
  })

  it('is quick on 5,000 characters without a space', () => {
    const started = performance.now()
    set('x'.repeat(5000), 500, shrink, 500)
    set('橙'.repeat(5000), 500, { ...shrink, ...zh }, 500)
    set('word '.repeat(1000), 500, shrink, 500)
    expect(performance.now() - started).toBeLessThan(5000)
  })
})

describe('fonts', () => {
  it('Chinese in a Latin family goes to its companion, at a weight of equal force', () => {
    expect(
      runsOf('Peel 橙子', { ...style, family: 'Anton' }).map(({ text, face }) => [text, face.family, face.weight]),
    ).toEqual([
      ['Peel ', 'Anton', 400],
      ['橙子', 'Noto Sans SC', 900],
    ])
  })

  it('quotes and dashes are full-width in a Chinese text, Latin in an English one', () => {
    const family = (language: 'en' | 'zh') => runsOf('“', { ...style, language })[0]!.face.family
    expect([family('zh'), family('en')]).toEqual(['Noto Sans SC', 'Inter'])
  })

  it('a weight that a family lacks becomes the nearest it has', () => {
    expect(faceOf(requireFont('Fraunces'), 700, false).weight).toBe(600)
    expect(faceOf(requireFont('Noto Sans SC'), 850, false).weight).toBe(850)
    expect(faceOf(requireFont('Anton'), 900, true)).toEqual({ family: 'Anton', weight: 400, italic: false })
  })

  it('an unknown family is named, with what there is', () => {
    expect(() => requireFont('Comic Sans')).toThrow(/no font family "Comic Sans"/)
  })

  it('every family is free to ship, and every Latin one has a Chinese companion', () => {
    for (const font of FONTS) {
      expect(font.licence).toBe('OFL-1.1')
      expect(font.copyright).toBeTruthy()
      if (font.script === 'latin') expect(requireFont(font.companion!.family).script).toBe('han')
    }
  })
})
