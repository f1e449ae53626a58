import type { Limit } from '../recipe/text.ts'

/** Lines of copy as files that other programs read. */

export const COPY_FORMATS = ['txt', 'csv', 'md'] as const
export type CopyFormat = (typeof COPY_FORMATS)[number]

export interface LineToExport {
  text: string
  /** For people: "Poster headline". */
  channel: string
  language: string
  count: number
  limit?: Limit | undefined
  starred: boolean
}

/** `txt`: the lines alone, an empty one between channels. `csv` opens in spreadsheets. `md`: a list per channel. */
export function copyText(format: CopyFormat, lines: readonly LineToExport[]): string {
  switch (format) {
    case 'txt':
      return groups(lines)
        .map(([, group]) => group.map(({ text }) => `${text}\n`).join(''))
        .join('\n')
    case 'csv':
      return `\ufeff${[HEADER, ...lines.map(cells)].map((row) => `${row.map(cell).join(',')}\r\n`).join('')}`
    case 'md':
      return groups(lines)
        .map(([channel, group]) => `## ${escaped(channel)}\n\n${group.map(bullet).join('')}`)
        .join('\n')
  }
}

const groups = (lines: readonly LineToExport[]) => [...Map.groupBy(lines, ({ channel }) => channel)]

const HEADER = ['channel', 'language', 'text', 'count', 'limit', 'unit', 'starred']

const cells = ({ channel, language, text, count, limit, starred }: LineToExport): string[] => [
  ...[channel, language, text, String(count), String(limit?.max ?? '')],
  ...[limit?.unit ?? '', starred ? 'yes' : 'no'],
]

/** Quoted where it must be. A text that a spreadsheet would take for a formula gets an apostrophe in front. */
function cell(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

const bullet = ({ text, count, limit, starred }: LineToExport): string =>
  `- ${starred ? '★ ' : ''}${escaped(text)}${limit ? ` (${count}/${limit.max})` : ''}\n`

/** A line of copy is words: nothing in it is a mark-up of its own. */
const escaped = (text: string): string => text.replace(/[\\`*_{}[\]<>#|~!]/g, '\\$&').replace(/\s+/gu, ' ')
