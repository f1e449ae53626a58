import { readFile } from 'node:fs/promises'

/** Whether this system tells us the memory of another process without starting a program. */
export const canReadMemory = process.platform === 'linux'

/** Resident bytes of a process, or undefined when it is gone or the system does not say. */
export async function residentBytes(pid: number): Promise<number | undefined> {
  if (!canReadMemory) return undefined
  const status = await readFile(`/proc/${pid}/status`, 'latin1').catch(() => '')
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024
}
