import { format, isDateFormat, isValidFormat } from 'numfmt'
import { SaxesParser, type SaxesTagPlain } from 'saxes'

/** How a spreadsheet shows its numbers: "0.00" makes 19.90 of 19.9. */

/**
 * What a file need not spell out (ECMA-376, 18.8.30). Money is always spelled out, and 14 and 22 are the short date of
 * whoever looks: such a date is written as ISO.
 */
const BUILT_IN: Readonly<Record<string, string>> = {
  ...{ 1: '0', 2: '0.00', 3: '#,##0', 4: '#,##0.00', 9: '0%', 10: '0.00%', 11: '0.00E+00', 12: '# ?/?', 13: '# ??/??' },
  ...{ 15: 'd-mmm-yy', 16: 'd-mmm', 17: 'mmm-yy', 18: 'h:mm AM/PM', 19: 'h:mm:ss AM/PM', 20: 'h:mm', 21: 'h:mm:ss' },
  ...{ 37: '#,##0;(#,##0)', 38: '#,##0;(#,##0)', 39: '#,##0.00;(#,##0.00)', 40: '#,##0.00;(#,##0.00)' },
  ...{ 45: 'mm:ss', 46: '[h]:mm:ss', 47: 'mmss.0', 48: '##0.0E+0' },
}

/** More is in no file that a spreadsheet wrote. */
const LONGEST = 255

/** From styles.xml, by number of the style: its format, or undefined where a value is shown as it is. */
export function formatsOf(styles: string): (string | undefined)[] {
  const own = new Map<string, string>()
  const formats: (string | undefined)[] = []
  let ofCells = false
  eachTag(styles, {
    open(name, { numFmtId = '', formatCode = '' }) {
      if (name === 'cellXfs') ofCells = true
      if (name === 'numFmt') own.set(numFmtId, formatCode)
      if (name === 'xf' && ofCells) formats.push(usable(own.get(numFmtId) ?? BUILT_IN[numFmtId]))
    },
    close(name) {
      if (name === 'cellXfs') ofCells = false
    },
  })
  return formats
}

function usable(code: string | undefined): string | undefined {
  if (code === undefined || code.length > LONGEST || /^(?:general|@)?$/i.test(code)) return undefined
  // The date and the time as the system of whoever looks writes them.
  if (/\[\$-f[48]00\]/i.test(code) || !isValidFormat(code)) return undefined
  // A currency's country chooses no decimal comma: that is the reader's, and CSV of the same table has none.
  return isDateFormat(code) ? code : code.replace(/\[\$([^\]-]*)-[^\]]*\]/g, (_, sign) => (sign ? `[$${sign}]` : ''))
}

/** A number, a date as days since the last one of 1899, or a text, as its cell shows it; room for a bracket is none. */
export function shownAs(value: number | string, code: string): string {
  const text = format(code, value)
  return typeof value === 'string' ? text : text.trim()
}

export interface Workbook {
  /** Path of the first sheet in the archive. */
  first: string | undefined
  styles: string
}

/** From workbook.xml and its relations. */
export function workbookOf(workbook: string, relations: string): Workbook {
  const targets = new Map<string, string>()
  let styles = 'xl/styles.xml'
  eachTag(relations, {
    open(name, { Id = '', Type = '', Target = '' }) {
      if (name !== 'Relationship') return
      const path = Target.startsWith('/') ? Target.slice(1) : `xl/${Target}`
      targets.set(Id, path)
      if (Type.endsWith('/styles')) styles = path
    },
  })
  const ids: (string | undefined)[] = []
  eachTag(workbook, {
    open(name, attributes) {
      if (name !== 'sheet' || !attributes.name) return
      ids.push(Object.entries(attributes).find(([key]) => key.endsWith(':id'))?.[1])
    },
  })
  return { first: targets.get(ids[0] ?? ''), styles }
}

interface Ears {
  open(name: string, attributes: Readonly<Record<string, string>>): void
  close?(name: string): void
}

/** Names without the prefix that a file gives them. Throws for what is no XML. */
function eachTag(xml: string, { open, close }: Ears): void {
  const parser = new SaxesParser({ xmlns: false })
  const local = ({ name }: Pick<SaxesTagPlain, 'name'>) => name.slice(name.indexOf(':') + 1)
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentag', (tag) => open(local(tag), tag.attributes))
  if (close) parser.on('closetag', (tag) => close(local(tag)))
  parser.write(xml).close()
}
