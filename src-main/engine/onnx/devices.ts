import { cpus } from 'node:os'
import type { z } from 'zod'
import type { devicesResult } from '#shared/work/tasks.ts'
import { onnxRuntime, runtimeVersion } from './runtime.ts'

export type Devices = z.output<typeof devicesResult>

/** Opens and runs a one-node graph on the device somewhere that may hang or crash; undefined when it worked. */
export type Probe = (device: string) => Promise<string | undefined>

const NAMES: Record<string, string> = {
  webgpu: 'GPU (WebGPU)',
  cuda: 'NVIDIA GPU (CUDA)',
  dml: 'GPU (DirectML)',
  coreml: 'Apple GPU and Neural Engine (Core ML)',
}

/** The devices that this build of ONNX Runtime knows, and whether they work here: a driver may be missing or old. */
export async function listDevices(probe: Probe): Promise<Devices> {
  const known = onnxRuntime()
    .listSupportedBackends()
    .map(({ name }) => name)
    .filter((name) => name in NAMES)
  const processor = cpus()[0]?.model.trim() ?? 'CPU'
  const devices: Devices['devices'] = [
    { id: 'cpu', name: `CPU (${processor}, ${cpus().length} threads)`, available: true },
  ]
  for (const id of known) {
    const reason = await probe(id)
    devices.push({ id, name: NAMES[id]!, available: reason === undefined, ...(reason === undefined ? {} : { reason }) })
  }
  return { runtime: runtimeVersion(), devices }
}
