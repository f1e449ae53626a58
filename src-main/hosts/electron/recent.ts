import { basename, extname } from 'node:path'
import { z } from 'zod'
import type { Kept } from './kept.ts'

/** Project files opened or saved, newest first: the menu "Open recent". */
export interface RecentFiles {
  list(): readonly string[]
  add(path: string): void
  remove(path: string): void
  clear(): void
}

const MOST = 10

export const recentSchema = z.array(z.string().min(1).max(4096)).max(MOST)

export function recentFiles(kept: Kept<string[]>, onChange: () => void): RecentFiles {
  let paths = kept.read()
  const set = (next: string[]) => {
    paths = next
    kept.write(paths)
    onChange()
  }
  const without = (path: string) => paths.filter((other) => other !== path)
  return {
    list: () => paths,
    add: (path) => set([path, ...without(path)].slice(0, MOST)),
    remove: (path) => set(without(path)),
    clear: () => set([]),
  }
}

/** "Citrus Soda" of "/home/me/Citrus Soda.broadside". */
export const projectName = (path: string) => basename(path, extname(path))
