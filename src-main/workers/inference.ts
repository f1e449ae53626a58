import { constants, setPriority } from 'node:os'
import { listDevices } from '../engine/onnx/devices.ts'
import { answerProbe, PROBE_FLAG, probeWith } from '../engine/onnx/probe.ts'
import { importPackage } from '../engine/packages/import.ts'
import { made } from './inference/make.ts'
import { open } from './inference/open.ts'
import { verify } from './inference/verify.ts'
import { serve } from './serve.ts'

/** The process that runs models: started by the service, one task at a time, may be killed at any moment. */

const entry = process.argv[1]!
const device = process.argv[2] === PROBE_FLAG ? process.argv[3] : undefined

if (device !== undefined) {
  // The same file, started by itself to try a device that may hang.
  await answerProbe(device)
} else {
  // A picture a moment later is no loss, a canvas that stutters is. Threads that start after this are below too.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL)
  serve({
    devices: () => listDevices(probeWith(entry)),
    import: async ({ path, out, hints }, { signal }) => ({ manifest: await importPackage(path, out, hints, signal) }),
    open,
    verify,
    make: made,
  })
}
