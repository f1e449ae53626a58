import { expect, test } from 'vitest'
import { continuesWord, endBias, endsWell, tidyEnd, trimLine, wholeWords } from './limits.ts'

test('a word is kept whole or not at all', () => {
  expect(wholeWords('Fresh coff', 'ee', 'en')).toBe('Fresh ')
  expect(wholeWords('Fresh coffee', ' beans', 'en')).toBe('Fresh coffee')
  expect(wholeWords('Fresh ready-to', '-drink', 'en')).toBe('Fresh ')
  expect(wholeWords('Now 50', '% off', 'en')).toBe('Now ')
  expect(wholeWords('Don', "'t", 'en')).toBe('')
})

test('Chinese words are kept whole too', () => {
  expect(wholeWords('清晨一杯咖', '啡', 'zh')).toBe('清晨一杯')
  expect(wholeWords('清晨一杯', '咖啡', 'zh')).toBe('清晨一杯')
})

test('a piece continues a word when no word ends between them', () => {
  expect(continuesWord('coff', 'ee', 'en')).toBe(true)
  expect(continuesWord('coffee', ' for', 'en')).toBe(false)
  expect(continuesWord('', 'Tea', 'en')).toBe(false)
})

test('a line does not end on a word that leans on the next, or on a comma', () => {
  expect(tidyEnd('Slow mornings for the', 'en')).toBe('Slow mornings')
  expect(tidyEnd('Brew, pour, and', 'en')).toBe('Brew, pour')
  expect(tidyEnd('好茶，来自', 'zh')).toBe('好茶，来自')
  expect(tidyEnd('一杯好茶的', 'zh')).toBe('一杯好茶')
  expect(tidyEnd('清晨的茶，和', 'zh')).toBe('清晨的茶')
  expect(tidyEnd('Made to last', 'en')).toBe('Made to last')
})

test('an aside that was never closed goes; a quote around most of the line only loses its sign', () => {
  expect(tidyEnd('Bright morning tea (now', 'en')).toBe('Bright morning tea')
  expect(tidyEnd('“Bright morning tea', 'en')).toBe('Bright morning tea')
})

test('a line ends well with a sentence or a word that can stand', () => {
  expect(endsWell('Tea worth waking up for.', 'en')).toBe(true)
  expect(endsWell('Fresh every day', 'en')).toBe(true)
  expect(endsWell('Fresh for every', 'en')).toBe(false)
  expect(endsWell('', 'en')).toBe(false)
  expect(endsWell('每天都新鲜！', 'zh')).toBe(true)
  expect(endsWell('新鲜，', 'zh')).toBe(false)
})

test('a line that is too long ends at a late clause, else at a whole word that can stand', () => {
  expect(trimLine('Wake up bright. Nimbus is for mor', 'ning', 'en')).toBe('Wake up bright.')
  expect(trimLine('Slow mornings start with Nimbus tea. Try', ' it', 'en')).toBe('Slow mornings start with Nimbus tea.')
  expect(trimLine('Roasted in small batches, packed the', ' same', 'en')).toBe('Roasted in small batches')
  expect(trimLine('Only 3.5 g of sugar and the', ' rest', 'en')).toBe('Only 3.5 g of sugar')
  expect(trimLine('一口清爽，整天轻盈，夏天', '的', 'zh')).toBe('一口清爽，整天轻盈')
})

test('the end is favoured only where the room runs out', () => {
  const limit = { max: 30, unit: 'width' } as const
  expect(endBias('Fresh tea', limit)).toBe(0)
  expect(endBias('x'.repeat(27), limit)).toBeCloseTo(1)
  expect(endBias('x'.repeat(30), limit)).toBe(2)
  expect(endBias('x'.repeat(300), undefined)).toBe(0)
})
