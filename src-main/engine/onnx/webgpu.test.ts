import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { probeWith } from './probe.ts'
import { openGraph } from './session.ts'
import { float32 } from './tensor.ts'

/** Chromium brings a Vulkan that runs on the CPU: slow, but the same code path as a GPU. */
const SOFTWARE_VULKAN = '/usr/lib/chromium/vk_swiftshader_icd.json'
if (process.env.VK_ICD_FILENAMES === undefined && existsSync(SOFTWARE_VULKAN))
  process.env.VK_ICD_FILENAMES = SOFTWARE_VULKAN

const root = join(import.meta.dirname, '../../..')
const reason = await probeWith(join(root, 'src-main/workers/inference.ts'))('webgpu')
const note = reason === undefined ? '' : ` (skipped: ${reason})`

test.skipIf(reason !== undefined)(`WebGPU computes what the CPU computes${note}`, { timeout: 120_000 }, async () => {
  const file = join(root, 'models/tiny/tiny-diffusion/denoiser.onnx')
  const values = (count: number) => Float32Array.from({ length: count }, (_, at) => Math.sin(at))
  const feeds = {
    sample: float32(values(2 * 4 * 64), [2, 4, 8, 8]),
    timestep: float32(Float32Array.of(700, 300), [2]),
    encoder_hidden_states: float32(values(2 * 3 * 8), [2, 3, 8]),
    reference: float32(values(2 * 5 * 64), [2, 5, 8, 8]),
  }
  const [cpu, gpu] = await Promise.all(
    ['cpu', 'webgpu'].map(async (device) => {
      const graph = await openGraph(file, { device })
      const { out_sample: out } = await graph.run(feeds)
      await graph.close()
      return out!.data
    }),
  )
  const worst = cpu!.reduce((most, value, at) => Math.max(most, Math.abs(value - gpu![at]!)), 0)
  expect(worst).toBeLessThan(1e-4)
})
