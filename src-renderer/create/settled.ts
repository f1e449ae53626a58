/** What the panel was last set to. Best effort: a page that cannot remember starts with what the model suggests. */

const KEY = 'create'

export function remembered(): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}')
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

export const remember = (value: object): void => localStorage.setItem(KEY, JSON.stringify(value))
