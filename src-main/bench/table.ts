import { met, type Reading } from './measure.ts'

export function table(readings: readonly Reading[]): string {
  const rows = readings.map((reading) => [
    reading.group,
    reading.name,
    `${format(reading.value)} ${reading.unit}`.trim(),
    bar(reading),
    reading.note ?? '',
  ])
  const head = ['group', 'what', 'measured', 'bar', 'note']
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)))
  const line = (cells: string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  return [line(head), line(widths.map((width) => '─'.repeat(width))), ...rows.map(line)].join('\n')
}

function bar(reading: Reading): string {
  if (reading.most === undefined && reading.least === undefined) return ''
  const limit = reading.most === undefined ? `≥ ${format(reading.least ?? 0)}` : `≤ ${format(reading.most)}`
  return `${limit} ${met(reading) ? '✓' : '✗'}`
}

function format(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(3)
}
