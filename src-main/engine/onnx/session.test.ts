import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openGraph } from './session.ts'
import { float32, int64 } from './tensor.ts'

const tiny = (path: string) => join(import.meta.dirname, '../../../models/tiny', path)
const INT32_GRAPH =
  'CAg6UAofCglpbnB1dF9pZHMSAXkiBENhc3QqCQoCdG8YAaABAhIBZ1oYCglpbnB1dF9pZHMSCwoJCAYSBQoDEgFuYhAKAXkSCwoJCAESBQoDEgFuQgQKABAN'
const denoiser = () => openGraph(tiny('tiny-diffusion/denoiser.onnx'), { device: 'cpu', threads: 1 })
const feeds = () => ({
  sample: float32(new Float32Array(16).fill(0.5), [1, 4, 2, 2]),
  timestep: float32(Float32Array.of(500), [1]),
  encoder_hidden_states: float32(new Float32Array(8), [1, 1, 8]),
  reference: float32(new Float32Array(20), [1, 5, 2, 2]),
})

test('a graph knows its inputs and outputs by name, type and dims', async () => {
  const graph = await denoiser()
  expect(graph.inputs[0]).toEqual({ name: 'sample', type: 'float32', dims: ['b', 4, 'h', 'w'] })
  expect(graph.outputs).toEqual([{ name: 'out_sample', type: 'float32', dims: ['b', 4, 'h', 'w'] }])
  await graph.close()
})

test('equal feeds give equal bytes in buffers of their own, and the meter counts', async () => {
  const meter = { seconds: 0, runs: 0 }
  const graph = await openGraph(tiny('tiny-diffusion/denoiser.onnx'), { device: 'cpu', threads: 1, meter })
  const first = (await graph.run(feeds())).out_sample!
  const second = (await graph.run(feeds())).out_sample!
  expect(first.dims).toEqual([1, 4, 2, 2])
  expect(second.data).toEqual(first.data)
  expect(second.data.buffer).not.toBe(first.data.buffer)
  expect(meter.runs).toBe(2)
  expect(meter.seconds).toBeGreaterThan(0)
  await graph.close()
  await graph.close()
  await expect(graph.run(feeds())).rejects.toMatchObject({ code: 'internal' })
})

test('all missing and unknown inputs are named at once', async () => {
  const graph = await denoiser()
  const { sample, timestep } = feeds()
  await expect(graph.run({ sample, timestep, colour: sample })).rejects.toMatchObject({
    code: 'invalid-input',
    message: expect.stringMatching(/missing encoder_hidden_states .*, reference .*; unknown colour/),
  })
})

test.each([
  ['another dtype', { sample: int64([1, 2, 3, 4], [1, 4, 1, 1]) }, /"sample": expected .*float32.*, got int64/],
  [
    'a wrong dim',
    { sample: float32(new Float32Array(12), [1, 3, 2, 2]) },
    /expected sample float32\[b, 4, h, w\], got \[1, 3, 2, 2\]/,
  ],
  ['another rank', { timestep: float32(Float32Array.of(1), []) }, /"timestep": expected .*\[b\], got \[\]/],
  ['too little data', { sample: float32(new Float32Array(8), [1, 4, 2, 2]) }, /needs 16 values, got 8/],
  ['NaN', { sample: float32(new Float32Array(16).fill(Number.NaN), [1, 4, 2, 2]) }, /not finite/],
  ['infinity', { timestep: float32(Float32Array.of(Number.POSITIVE_INFINITY), [1]) }, /not finite/],
])('refuses %s, naming input, expected and received', async (_, wrong, message) => {
  const graph = await denoiser()
  await expect(graph.run({ ...feeds(), ...wrong })).rejects.toMatchObject({
    code: 'invalid-input',
    message: expect.stringMatching(message),
    where: { field: Object.keys(wrong)[0] },
  })
})

test('what only the kernels can see is still one typed error with file and dims', async () => {
  const graph = await denoiser()
  const wrong = { ...feeds(), reference: float32(new Float32Array(5), [1, 5, 1, 1]) }
  await expect(graph.run(wrong)).rejects.toMatchObject({
    code: 'invalid-model',
    message: expect.stringMatching(/sample \[1, 4, 2, 2\].*reference \[1, 5, 1, 1\]/),
    where: { file: expect.stringContaining('denoiser.onnx') },
  })
})

test('a file that is no ONNX and a file that is not there are invalid models with their name', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'broadside-')), 'hello.onnx')
  await writeFile(file, 'hello')
  for (const path of [file, `${file}.gone`]) {
    await expect(openGraph(path, { device: 'cpu' })).rejects.toMatchObject({
      code: 'invalid-model',
      where: { file: path },
    })
  }
})

test('only the outputs asked for are copied out', async () => {
  const graph = await openGraph(tiny('tiny-gan/mapping.onnx'), { device: 'cpu', threads: 1, outputs: ['w_mean'] })
  const results = await graph.run({
    z: float32(new Float32Array(8), [1, 8]),
    label: float32(new Float32Array(3), [1, 3]),
  })
  expect(Object.keys(results)).toEqual(['w_mean'])
})

test('ids go into graphs of int32 as well', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'broadside-')), 'int32.onnx')
  // input_ids int32[n] → Cast → y float32[n]
  await writeFile(file, Buffer.from(INT32_GRAPH, 'base64'))
  const graph = await openGraph(file, { device: 'cpu' })
  const { y } = await graph.run({ input_ids: int64([3, 49407], [2]) })
  expect([...y!.data]).toEqual([3, 49407])
})
