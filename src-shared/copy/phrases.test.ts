import { expect, test } from 'vitest'
import { firstHeld, holds, likeness, says } from './phrases.ts'

test('a phrase is found whatever its case, width and spacing', () => {
  expect(holds('The CHEAPEST tea', 'cheap')).toBe(true)
  expect(holds('Ｃｈｅａｐ tea', 'cheap')).toBe(true)
  expect(holds('New   recipe', 'new recipe')).toBe(true)
  expect(holds('全网最低价', '最低')).toBe(true)
  expect(holds('Fine tea', 'cheap')).toBe(false)
})

test('a phrase is said when it stands for itself', () => {
  expect(says('Fresh at 7. Every day', 'fresh at 7')).toBe(true)
  expect(says('Fresh at 72', 'fresh at 7')).toBe(false)
  expect(says('Fresh at 72, fresh at 7!', 'fresh at 7')).toBe(true)
  expect(says('Renewed', 'new')).toBe(false)
  expect(says('零添加的好茶', '零添加')).toBe(true)
  expect(says('买1送1元', '1元')).toBe(true)
  expect(says('满11元', '1元')).toBe(false)
})

test('an empty phrase is in no text', () => {
  expect(firstHeld('anything', ['', ' '])).toBeUndefined()
  expect(firstHeld('the best tea', ['cheap', 'best'])).toBe('best')
})

test('lines that differ in signs are the same, in one word nearly so, otherwise not', () => {
  expect(likeness('Shop now', 'Shop now!')).toBe(1)
  expect(likeness('Slow mornings, bright tea', 'Slow morning, bright tea')).toBeGreaterThan(0.85)
  expect(likeness('Slow mornings, bright tea', 'Leaves with a long memory')).toBeLessThan(0.4)
  expect(likeness('一口清爽，整天轻盈', '一口清爽整天轻盈。')).toBe(1)
})
