import { execFile } from 'node:child_process'
import type { Probe } from './devices.ts'
import { onnxRuntime } from './runtime.ts'
import { firstLine } from './session.ts'

/**
 * A graph driver may hang for good or take its process with it, so a device is tried in a process of its own:
 * the same entry file, started with `--probe DEVICE`.
 */
export const PROBE_FLAG = '--probe'

/** `y = x + x`, float32[2]. */
const ADD_GRAPH = 'CAg6NQoOCgF4CgF4EgF5IgNBZGQSAWdaDwoBeBIKCggIARIECgIIAmIPCgF5EgoKCAgBEgQKAggCQgQKABAN'

/** How long a driver may take to start; the software Vulkan of Chromium needs about one second. */
const PATIENCE_MS = 20_000

/** A probe that starts `entry` (a file that calls `answerProbe`) and kills it when it takes too long. */
export function probeWith(entry: string, patienceMs = PATIENCE_MS): Probe {
  return (device) =>
    new Promise((resolve) => {
      const options = { timeout: patienceMs, killSignal: 'SIGKILL' as const, maxBuffer: 1 << 20 }
      execFile(process.execPath, [...process.execArgv, entry, PROBE_FLAG, device], options, (error, stdout) => {
        if (!error) return resolve(undefined)
        if (error.killed) return resolve(`the driver did not answer within ${patienceMs / 1000} s`)
        resolve(stdout.trim() || `the driver ended the process (${error.signal ?? `code ${error.code}`})`)
      })
    })
}

/** The child's side: exit code 0 when the device computes 1 + 1 = 2, else the reason on stdout. */
export async function answerProbe(device: string): Promise<never> {
  try {
    const ort = onnxRuntime()
    const session = await ort.InferenceSession.create(Buffer.from(ADD_GRAPH, 'base64'), {
      executionProviders: [device],
      logSeverityLevel: 4,
    })
    const results = await session.run({ x: new ort.Tensor('float32', Float32Array.of(1, 2), [2]) })
    const [two, four] = results.y!.data as Float32Array
    if (two === 2 && four === 4) process.exit(0)
    process.stdout.write(`it computed 1 + 1 = ${two} and 2 + 2 = ${four}`)
  } catch (thrown) {
    process.stdout.write(firstLine(thrown))
  }
  process.exit(1)
}
