import type { Column, Row } from '#shared/document/table.ts'

/** px */
export const LEAST_WIDTH = 56
export const MOST_WIDTH = 640
export const WIDTH_STEP = 24

const LOOKED_AT = 60
/** Of a letter, about; wide ones of Chinese and Japanese take two. */
const PER_UNIT = 8
const BESIDE: Record<Column['kind'], number> = { text: 28, picture: 56, colour: 46, flag: 40 }

/** As wide as its header and the first cells need, within reason. */
export function firstWidth({ id, name, kind }: Column, rows: readonly Row[]): number {
  const texts = rows.slice(0, LOOKED_AT).map(({ cells }) => (kind === 'picture' ? '' : (cells[id] ?? '')))
  const units = Math.max(unitsOf(name) + 3, ...texts.map(unitsOf))
  return Math.round(Math.min(280, Math.max(84, units * PER_UNIT + BESIDE[kind])))
}

function unitsOf(text: string): number {
  const line = text.split('\n', 1)[0]!.slice(0, 60)
  return [...line].reduce((sum, sign) => sum + (/[\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef]/.test(sign) ? 2 : 1), 0)
}

export const withinWidth = (width: number): number => Math.round(Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, width)))
