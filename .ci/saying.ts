import process from 'node:process'

/** What a check says while it runs. */

export const say = (line: string): void => {
  process.stderr.write(`${line}\n`)
}

/** One line for what was done and how long it took. */
export async function within<T>(what: string, work: () => T | Promise<T>): Promise<T> {
  const started = performance.now()
  const result = await work()
  say(`✓ ${what} (${((performance.now() - started) / 1000).toFixed(1)} s)`)
  return result
}

/** `wrong` names what is not as it should be; the check goes on, and fails at its end. */
export function expect(what: string, wrong: () => readonly string[]): void {
  const found = wrong()
  say(found.length === 0 ? `✓ ${what}` : `✗ ${what}: ${found.slice(0, 10).join(', ')}`)
  if (found.length > 0) process.exitCode = 1
}
