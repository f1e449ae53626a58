const KEY = 'window'
/** A page that is loaded again waits so long for the one before it to let go of the name. */
const PATIENCE_MS = 1000

/** As this tab called itself last. */
export function rememberedId(): string {
  const known = sessionStorage.getItem(KEY)
  return known ?? renamed()
}

/**
 * The name that this window has for itself alone. It outlasts reloads, so a duplicated tab begins with a copy of the
 * other's: who has a name holds a lock on it, and a copy takes another one.
 */
export async function ownId(wanted: string): Promise<{ id: string; isCopy: boolean }> {
  if (await held(wanted)) return { id: wanted, isCopy: false }
  const id = renamed()
  await held(id)
  return { id, isCopy: true }
}

function renamed(): string {
  const id = crypto.randomUUID()
  sessionStorage.setItem(KEY, id)
  return id
}

/** Until the page ends; false when another one has it. */
function held(id: string): Promise<boolean> {
  return new Promise((resolve) => {
    navigator.locks
      .request(`window ${id}`, { signal: AbortSignal.timeout(PATIENCE_MS) }, () => {
        resolve(true)
        return new Promise(() => {})
      })
      .catch(() => resolve(false)) // the time is over
  })
}
