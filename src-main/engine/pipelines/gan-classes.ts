import type { PackageOf } from '#shared/models/manifest.ts'
import type { MakeResult } from '#shared/work/tasks.ts'

type GanConfig = PackageOf<'gan'>['config']

/** Words that people put around a class and that choose nothing. */
const AROUND = new Set(
  (
    'a an the of with and in on some my for pattern patterns texture textures seamless background wallpaper print tile ' +
    'packaging style mix mixed 的 和 与 图案 纹理 花纹 无缝 背景 底纹 包装 风格 一个 一种 混合'
  ).split(' '),
)

const words: Record<'en' | 'zh', Intl.Segmenter> = {
  en: new Intl.Segmenter('en', { granularity: 'word' }),
  zh: new Intl.Segmenter('zh', { granularity: 'word' }),
}

export interface ClassReading {
  /** Indices into `classes`, each once, in the order of the prompt. */
  classes: number[]
  reading: NonNullable<MakeResult['reading']>
}

/** Which classes a prompt names, in English or Chinese: at each place the longest name wins, the rest is reported. */
export function readClasses(prompt: string, { classes, classesZh }: GanConfig): ClassReading {
  const names = [...spellings(classes), ...(classesZh ?? []).map((name, index) => ({ name: fold(name), index }))]
    .filter(({ name }) => name !== '')
    .sort((a, b) => b.name.length - a.name.length)
  const text = fold(prompt)
  const found: number[] = []
  const understood: ClassReading['reading']['understood'] = []
  let rest = ''
  for (let at = 0; at < text.length; ) {
    const hit = names.find(({ name }) => text.startsWith(name, at) && standsAlone(text, at, name))
    if (hit === undefined) {
      rest += text[at++]
      continue
    }
    if (!found.includes(hit.index)) found.push(hit.index)
    understood.push({ text: hit.name, role: 'class', name: classes[hit.index]! })
    rest += ' '
    at += hit.name.length
  }
  return { classes: found, reading: { understood, unknown: unknownWords(rest) } }
}

/** One-hot, or an equal share for each of several: [1, K]. */
export function classLabel(chosen: readonly number[], classes: number): Float32Array {
  const label = new Float32Array(classes)
  for (const index of chosen) label[index] = 1 / chosen.length
  return label
}

/** A class as it is written in the package, with spaces for its dashes, and in the singular. */
function spellings(classes: readonly string[]): { name: string; index: number }[] {
  return classes.flatMap((written, index) => {
    const name = fold(written)
    const spaced = name.replace(/[-_]+/g, ' ')
    const all = new Set([name, spaced, spaced.replace(/s$/, ''), `${spaced}s`])
    return [...all].map((spelling) => ({ name: spelling, index }))
  })
}

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim()
}

/** "dots" is not in "polkadots"; Chinese has no spaces to look for. */
function standsAlone(text: string, at: number, name: string): boolean {
  if (!/^[\p{Script=Latin}\d]/u.test(name)) return true
  const before = text[at - 1] ?? ' '
  const after = text[at + name.length] ?? ' '
  return !/[\p{Script=Latin}\d]/u.test(before) && !/[\p{Script=Latin}\d]/u.test(after)
}

function unknownWords(rest: string): string[] {
  const unknown = new Set<string>()
  for (const { segment, isWordLike } of words[/\p{Script=Han}/u.test(rest) ? 'zh' : 'en'].segment(rest)) {
    if (isWordLike && !AROUND.has(segment)) unknown.add(segment)
  }
  return [...unknown]
}
