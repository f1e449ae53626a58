import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { WorkerLane } from '#main/workers/supervisor.ts'
import type { Device } from '#shared/contract/studio-api.ts'
import { devicesResult } from '#shared/work/tasks.ts'
import { writeWhole } from './files.ts'

/**
 * What a service can run on. Trying every device takes seconds and may hang a driver, so a window does not wait for it:
 * it is told what was found last time, and soon after the start everything is tried again beside the work.
 */
export interface DeviceList {
  soFar(): Device[]
  /** Look at what was found last time, then try them in a while. */
  open(): Promise<void>
  close(): Promise<void>
}

export interface DeviceListOptions {
  home: string
  /** A worker of its own: no job waits behind this. */
  lane(): WorkerLane
  onFound(devices: Device[]): void
}

const fileSchema = z.strictObject({ format: z.literal(1), devices: devicesResult.shape.devices })

/** Nothing is known and somebody may want to choose; or only the drivers may have changed. */
const SOON_MS = 1000
const LATER_MS = 15_000

export function createDeviceList({ home, lane, onFound }: DeviceListOptions): DeviceList {
  const file = join(home, 'devices.json')
  let devices: Device[] = [{ id: 'cpu', name: 'CPU', available: true }]
  let probing: WorkerLane | undefined
  let timer: NodeJS.Timeout | undefined

  async function probe(): Promise<void> {
    probing = lane()
    try {
      const found = (await probing.run({ task: 'devices' })).devices
      if (JSON.stringify(found) === JSON.stringify(devices)) return
      devices = found
      onFound(devices)
      await writeWhole(file, `${JSON.stringify({ format: 1, devices })}\n`)
    } finally {
      await probing.close()
    }
  }

  return {
    soFar: () => devices,
    async open() {
      const known = await readFile(file, 'utf8')
        .then((text) => fileSchema.parse(JSON.parse(text)).devices)
        .catch(() => undefined) // the first start, or a file of another version
      if (known) devices = known
      // What fails here is known in the end: the processor, and "doctor" says more about the others.
      timer = setTimeout(() => void probe().catch(() => {}), known ? LATER_MS : SOON_MS).unref()
    },
    async close() {
      clearTimeout(timer)
      await probing?.close()
    },
  }
}
