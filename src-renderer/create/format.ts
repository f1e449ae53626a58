import { language, say } from '../app/language.svelte.ts'
import { words } from './words.ts'

/** "2 s", "3 min": never "0 s" for something that is not over. */
export function duration(seconds: number): string {
  return seconds < 90
    ? say(words.seconds, { n: Math.max(1, Math.ceil(seconds)) })
    : say(words.minutes, { n: Math.round(seconds / 60) })
}

export function fileSize(bytes: number): string {
  const mb = bytes / 1e6
  const digits = mb < 10 ? 1 : 0
  return mb >= 1000
    ? `${(mb / 1000).toFixed(1)} GB`
    : `${mb.toLocaleString(language.current, { maximumFractionDigits: digits })} MB`
}
