/**
 * A number as people write it, without an exponent: "1.0E+21" is 1000000000000000000000. `rounded`: to the 15 digits that
 * a spreadsheet shows, so that 19.989999999999998 is the 19.99 that was typed.
 */
export function plainNumber(text: string, rounded = true): string {
  const number = Number(text)
  if (text.trim() === '' || !Number.isFinite(number)) return text
  const parts = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(rounded ? shortest(text, number) : text.trim())
  if (!parts) return text
  const [, sign, whole, fraction, exponent = '0'] = parts
  const shift = Number(exponent)
  if (shift === 0) return rounded ? `${sign}${whole || '0'}${fraction ? `.${fraction}` : ''}` : text.trim()
  // Beyond this nobody reads it as digits.
  if (Math.abs(shift) > 40) return text
  const digits = `${whole}${fraction}`
  const point = whole!.length + shift
  const padded = point <= 0 ? `${'0'.repeat(1 - point)}${digits}` : digits.padEnd(point, '0')
  const at = Math.max(1, point)
  const tail = padded.slice(at).replace(/0+$/, '')
  return `${sign === '-' ? '-' : ''}${padded.slice(0, at).replace(/^0+(?=\d)/, '')}${tail ? `.${tail}` : ''}`
}

function shortest(text: string, number: number): string {
  const digits = text.replace(/e.*$/i, '').replace(/[^\d]/g, '').replace(/^0+/, '')
  return digits.length > 15 ? String(Number(number.toPrecision(15))) : String(number)
}
