import { language, say, type Word } from '../app/language.svelte.ts'
import type { Axis } from './axes.ts'
import { words } from './words.ts'

/** How the axes of a plan are called and counted. */

const COUNTED: Readonly<Record<Axis, readonly [one: Word, many: Word]>> = {
  rows: [words.oneRow, words.nRows],
  pictures: [words.onePicture, words.nPictures],
  seeds: [words.oneSeed, words.nSeeds],
  copy: [words.oneCopy, words.nCopy],
  artboards: [words.oneArtboard, words.nArtboards],
  formats: [words.oneFormat, words.nFormats],
}

export const axisTitle = (axis: Axis): string => say(words[axis])

export const countText = (axis: Axis, count: number): string => counted(COUNTED[axis], count)

export const filesText = (files: number): string => counted([words.oneFile, words.nFiles], files)

/** "1 file", "1,440 files" */
export const counted = ([one, many]: readonly [Word, Word], count: number): string =>
  count === 1 ? say(one) : say(many, { n: count.toLocaleString(language.current) })
