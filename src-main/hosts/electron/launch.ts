import { resolve } from 'node:path'

/** Project files among the words of a command line: "broadside poster.broadside". Flags are Chromium's. */
export function projectsOf(argv: readonly string[], folder: string): string[] {
  return argv
    .slice(1)
    .filter((word) => !word.startsWith('-') && /\.broadside$/i.test(word))
    .map((word) => resolve(folder, word))
}
