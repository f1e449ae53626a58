import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { modelPackageSchema } from '#shared/models/manifest.ts'
import type { Graph, Port } from '../onnx/graph.ts'
import { checkSignature, signatureOf } from './signature.ts'

const port = (name: string, type = 'float32'): Port => ({ name, type, dims: [] })
const graph = (inputs: Port[], outputs: Port[]): Graph => ({ file: 'x.onnx', inputs, outputs, run: async () => ({}) })
const manifest = async (family: string) =>
  modelPackageSchema.parse(
    JSON.parse(await readFile(join(import.meta.dirname, `../../../models/tiny/tiny-${family}/model.json`), 'utf8')),
  )
const denoiser = async () => signatureOf(await manifest('diffusion'), 'denoiser')!
const needed = ['sample', 'timestep', 'encoder_hidden_states'].map((name) => port(name))

test('a graph may have its optional inputs and more outputs than its role needs', async () => {
  checkSignature(graph(needed, [port('out_sample')]), 'denoiser', await denoiser())
  checkSignature(
    graph([...needed, port('reference')], [port('out_sample'), port('extra', 'int64')]),
    'denoiser',
    await denoiser(),
  )
})

test.each([
  ['lacks inputs', graph(needed.slice(1), [port('out_sample')]), 'has no input sample'],
  ['lacks outputs', graph(needed, [port('latent')]), 'has no output out_sample'],
  [
    'asks for more',
    graph([...needed, port('text_embeds')], [port('out_sample')]),
    'asks for unknown input text_embeds',
  ],
  [
    'is float16',
    graph([...needed.slice(1), port('sample', 'float16')], [port('out_sample', 'float16')]),
    'float16 of sample, float16 of out_sample',
  ],
])('a graph that %s is refused with the names', async (_, wrong, message) => {
  const signature = await denoiser()
  expect(() => checkSignature(wrong, 'denoiser', signature)).toThrow(
    expect.objectContaining({
      code: 'invalid-model',
      message: expect.stringContaining(message),
      where: { file: 'x.onnx' },
    }),
  )
})

test('a text model needs keys and values of every layer', async () => {
  const signature = signatureOf(await manifest('text'), 'model')!
  expect(signature.inputs).toEqual([
    'input_ids',
    ...[0, 1].flatMap((n) => [`past_key_values.${n}.key`, `past_key_values.${n}.value`]),
  ])
  expect(signature.outputs).toHaveLength(5)
})

test('a role that the family does not have has no signature', async () => {
  expect(signatureOf(await manifest('gan'), 'denoiser')).toBeUndefined()
})
