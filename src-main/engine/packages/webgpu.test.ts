import { existsSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { probeWith } from '../onnx/probe.ts'
import { openGraph } from '../onnx/session.ts'
import { float32 } from '../onnx/tensor.ts'
import { floats, input, node, onnxModel, output } from './onnx-write.ts'
import { isWrongOnWebGpu, refuseWhatWebGpuGetsWrong } from './webgpu.ts'

/** A 3×3 convolution of `channels` channels to `out`. */
async function convolution(channels: number, out = 4): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), 'broadside-')), 'conv.onnx')
  const weights = Float32Array.from({ length: out * channels * 9 }, (_, at) => Math.cos(at))
  const graph = onnxModel([
    node({ op: 'Conv', inputs: ['x', 'w'], output: 'y' }),
    [2, 'conv'],
    floats('w', [out, channels, 3, 3], weights),
    input('x', ['b', channels, 'h', 'w']),
    output('y', ['b', out, 'h2', 'w2']),
  ])
  await writeFile(file, graph)
  return file
}

describe('graphs that WebGPU computes wrongly', () => {
  test.each([6, 9, 15, 18, 33])('%i channels are refused with the way out', async (channels) => {
    await expect(refuseWhatWebGpuGetsWrong(await convolution(channels))).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining(`3×3 convolutions of ${channels} channels`),
      remedy: 'Use the device cpu for this model.',
    })
  })

  test.each([1, 2, 3, 4, 5, 8, 12, 17, 24, 64])('%i channels are fine', async (channels) => {
    await refuseWhatWebGpuGetsWrong(await convolution(channels))
  })

  test('kernels of one pixel, and outputs that are no multiple of 4, are fine', () => {
    expect(isWrongOnWebGpu([2, 9, 3, 3])).toBe(false)
    expect(isWrongOnWebGpu([4, 9, 1, 1])).toBe(false)
  })
})

const SOFTWARE_VULKAN = '/usr/lib/chromium/vk_swiftshader_icd.json'
if (process.env.VK_ICD_FILENAMES === undefined && existsSync(SOFTWARE_VULKAN))
  process.env.VK_ICD_FILENAMES = SOFTWARE_VULKAN
const reason = await probeWith(join(import.meta.dirname, '../../workers/inference.ts'))('webgpu')
const note = reason === undefined ? '' : ` (skipped: ${reason})`

test.skipIf(reason !== undefined)(
  `the refusal is right about this runtime: remove it when this fails${note}`,
  { timeout: 120_000 },
  async () => {
    for (const [channels, out] of [
      [3, 4],
      [6, 4],
      [8, 4],
      [9, 8],
      [9, 2],
    ] as const) {
      const file = await convolution(channels, out)
      const x = float32(
        Float32Array.from({ length: channels * 64 }, (_, at) => Math.sin(at)),
        [1, channels, 8, 8],
      )
      const [cpu, gpu] = [await openGraph(file, { device: 'cpu' }), await openGraph(file, { device: 'webgpu' })]
      const [right, tried] = [(await cpu.run({ x })).y!.data, (await gpu.run({ x })).y!.data]
      const worst = right.reduce((most, value, at) => Math.max(most, Math.abs(value - tried[at]!)), 0)
      expect(worst > 1e-3).toBe(isWrongOnWebGpu([out, channels, 3, 3]))
    }
  },
)
