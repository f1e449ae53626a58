import { expect, test } from 'vitest'
import type { PackageOf } from '#shared/models/manifest.ts'
import { classLabel, readClasses } from './gan-classes.ts'

const config = {
  classes: ['terrazzo', 'stripes', 'paper-cut', 'dots', 'stripes-diagonal'],
  classesZh: ['水磨石', '条纹', '剪纸', '圆点', '斜条纹'],
} as PackageOf<'gan'>['config']
const read = (prompt: string) => {
  const { classes, reading } = readClasses(prompt, config)
  return { classes: classes.map((index) => config.classes[index]), unknown: reading.unknown }
}

test('a word of the prompt chooses the class, in either language', () => {
  expect(read('a Terrazzo pattern')).toEqual({ classes: ['terrazzo'], unknown: [] })
  expect(read('水磨石图案')).toEqual({ classes: ['terrazzo'], unknown: [] })
  expect(read('paper cut')).toEqual({ classes: ['paper-cut'], unknown: [] })
  expect(read('one stripe, one dot').classes).toEqual(['stripes', 'dots'])
})

test('the longest name wins', () => {
  expect(read('stripes diagonal').classes).toEqual(['stripes-diagonal'])
  expect(read('斜条纹').classes).toEqual(['stripes-diagonal'])
})

test('a name inside another word is not meant', () => {
  expect(read('polkadots')).toEqual({ classes: [], unknown: ['polkadots'] })
})

test('what chooses nothing is reported, once', () => {
  expect(read('dragon terrazzo dragon')).toEqual({ classes: ['terrazzo'], unknown: ['dragon'] })
  expect(read('恐龙条纹').unknown).toEqual(['恐龙'])
  expect(read('')).toEqual({ classes: [], unknown: [] })
})

test('several classes share the label equally', () => {
  expect([...classLabel([0, 3], 5)]).toEqual([0.5, 0, 0, 0.5, 0])
  expect([...classLabel([2], 5)]).toEqual([0, 0, 1, 0, 0])
})
