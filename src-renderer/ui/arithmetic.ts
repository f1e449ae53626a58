/** The value of a typed sum ("210/2 + 3", "12,5"); undefined when it is none. + − × ÷ and brackets, nothing else. */
export function evaluate(text: string): number | undefined {
  const tokens = text.replaceAll(',', '.').replaceAll('×', '*').replaceAll('÷', '/').replaceAll('−', '-')
  const parts = tokens.match(/\d*\.?\d+|[-+*/()]/g)
  if (!parts || parts.join('') !== tokens.replace(/\s+/g, '')) return undefined
  let at = 0
  const atom = (): number => {
    const part = parts[at++]
    if (part === '-') return -atom()
    if (part === '+') return atom()
    if (part === '(') {
      const value = sum()
      return parts[at++] === ')' ? value : Number.NaN
    }
    return part === undefined ? Number.NaN : Number(part)
  }
  const product = (): number => {
    let value = atom()
    while (parts[at] === '*' || parts[at] === '/') value = parts[at++] === '*' ? value * atom() : value / atom()
    return value
  }
  const sum = (): number => {
    let value = product()
    while (parts[at] === '+' || parts[at] === '-') value = parts[at++] === '+' ? value + product() : value - product()
    return value
  }
  const value = sum()
  return at === parts.length && Number.isFinite(value) ? value : undefined
}
