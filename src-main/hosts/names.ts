import { basename, extname } from 'node:path'
import type { Artifact } from '#shared/contract/artifact.ts'

const LONGEST = 40

/** The words of a prompt as a part of a file name: letters and digits of any script, dashes between. */
export function slug(text: string): string {
  const words = text
    .normalize('NFKC')
    .toLowerCase()
    .split(/[^\p{Letter}\p{Number}]+/u)
    .filter((word) => word !== '')
  let name = ''
  for (const word of words) {
    const longer = name === '' ? word : `${name}-${word}`
    if ([...longer].length > LONGEST) break
    name = longer
  }
  return name === '' && words.length > 0 ? [...words[0]!].slice(0, LONGEST).join('') : name
}

/** `poster-diffusion-a-fox-7.png` */
export function pictureName(model: string, words: string, seed: number, extension: string): string {
  return `${[model, slug(words), String(seed)].filter((part) => part !== '').join('-')}.${extension}`
}

/** `fox.jpg` enlarged four times: `fox-x4.png` */
export function enlargedName(file: string, scale: number): string {
  return `${basename(file, extname(file))}-x${scale}.png`
}

/** For something of the library that leaves it; what has no prompt or seed is told apart by its bytes. */
export function artifactName({ model, recipe, extension, sha256 }: Artifact): string {
  const { prompt, seed } = (recipe ?? {}) as Record<string, unknown>
  const words = typeof prompt === 'string' ? slug(prompt) : ''
  const which = typeof seed === 'number' ? String(seed) : sha256.slice(0, 8)
  return `${[model ?? 'picture', words, which].filter((part) => part !== '').join('-')}.${extension}`
}
