import type { Device } from '#shared/contract/studio-api.ts'
import { StudioError } from '#shared/errors.ts'

/** What a batch can be made on. */
export interface KnownDevices {
  /** Found so far. */
  soFar(): readonly Device[]
  /** Every one tried now, which takes seconds. */
  try(): Promise<readonly Device[]>
}

/** Throws a StudioError before the first file when nothing can be made on it here. */
export async function requireDevice(id: string, devices: KnownDevices): Promise<void> {
  const works = (known: readonly Device[]) => known.some((device) => device.id === id && device.available)
  if (works(devices.soFar())) return
  const tried = await devices.try()
  if (works(tried)) return
  const found = tried.find((device) => device.id === id)
  const usable = tried.filter(({ available }) => available).map((device) => device.id)
  throw new StudioError({
    code: 'usage',
    message: found
      ? `the device "${id}" does not work here${found.reason ? `: ${found.reason}` : ''}`
      : `there is no device "${id.slice(0, 40)}" here`,
    where: { field: 'device' },
    remedy: `There are ${usable.join(', ')}; "broadside doctor" says what is missing for others.`,
  })
}
