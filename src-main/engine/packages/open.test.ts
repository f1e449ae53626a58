import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Family, modelPackageSchema, type PackageOf } from '#shared/models/manifest.ts'
import { parse } from '#shared/validate.ts'
import { float32 } from '../onnx/tensor.ts'
import { openPackage } from './open.ts'

const tiny = (family: Family) => join(import.meta.dirname, `../../../models/tiny/tiny-${family}`)
async function manifestOf<F extends Family>(dir: string, _family: F): Promise<PackageOf<F>> {
  const json = JSON.parse(await readFile(join(dir, 'model.json'), 'utf8'))
  return parse(modelPackageSchema, json, { what: 'model.json' }) as PackageOf<F>
}
const cpu = { device: 'cpu', threads: 1 }

test.each([
  ['diffusion', ['textEncoder', 'denoiser', 'vaeEncoder', 'vaeDecoder']],
  ['gan', ['mapping', 'synthesis']],
  ['vae', ['encoder', 'decoder']],
  ['upscaler', ['2', '4']],
  ['text', ['model']],
] as const)('every graph of the tiny %s package opens once under its role', async (family, roles) => {
  const pkg = openPackage(tiny(family), await manifestOf(tiny(family), family), cpu)
  for (const role of roles) expect(await pkg.graph(role)).toBe(await pkg.graph(role))
  expect(pkg.loadSeconds).toBeGreaterThan(0)
  await pkg.close()
})

test('a role that the package lacks is named', async () => {
  const pkg = openPackage(tiny('gan'), await manifestOf(tiny('gan'), 'gan'), cpu)
  await expect(pkg.graph('denoiser')).rejects.toMatchObject({
    code: 'invalid-model',
    message: expect.stringMatching(/no denoiser/),
  })
})

test('a graph with other inputs or outputs than its role is refused before it runs', async () => {
  const manifest = await manifestOf(tiny('vae'), 'vae')
  const sessions = { encoder: 'decoder.onnx', decoder: 'decoder.onnx' }
  const pkg = openPackage(tiny('vae'), { ...manifest, config: { ...manifest.config, sessions } }, cpu)
  await expect(pkg.graph('encoder')).rejects.toMatchObject({
    code: 'invalid-model',
    message: 'the encoder graph has no input image, has no output latent, asks for unknown input latent',
    where: { file: join(tiny('vae'), 'decoder.onnx') },
  })
})

test('bindings give a graph with names of its own the names of its role', async () => {
  const manifest = await manifestOf(tiny('vae'), 'vae')
  const swapped = {
    ...manifest,
    config: { ...manifest.config, sessions: { encoder: 'decoder.onnx', decoder: 'encoder.onnx' } },
  }
  const bindings = { encoder: { image: 'latent', latent: 'image' } }
  const pkg = openPackage(tiny('vae'), { ...swapped, bindings }, cpu)
  const graph = await pkg.graph('encoder')
  expect(graph.inputs[0]?.name).toBe('image')
  const { latent } = await graph.run({ image: float32(new Float32Array(4), [1, 4, 1, 1]) })
  expect(latent?.dims).toEqual([1, 3, 8, 8])
})

test('a graph whose bytes changed is not opened', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'broadside-'))
  await cp(tiny('gan'), dir, { recursive: true })
  const pkg = openPackage(dir, await manifestOf(dir, 'gan'), cpu)
  const bytes = await readFile(join(dir, 'mapping.onnx'))
  bytes[400]! ^= 1
  await writeFile(join(dir, 'mapping.onnx'), bytes)
  await expect(pkg.graph('mapping')).rejects.toMatchObject({
    code: 'integrity',
    message: expect.stringContaining('mapping.onnx'),
    where: { file: join(dir, 'mapping.onnx') },
  })
  await pkg.graph('synthesis')
  await pkg.close()
})

test('data files are read whole, and only as long as the manifest says', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'broadside-'))
  await cp(tiny('text'), dir, { recursive: true })
  const pkg = openPackage(dir, await manifestOf(dir, 'text'), cpu)
  expect((await pkg.readFile('tokenizer.json')).length).toBe(pkg.manifest.files['tokenizer.json']!.bytes)
  await writeFile(join(dir, 'tokenizer.json'), '{}')
  await expect(pkg.readFile('tokenizer.json')).rejects.toMatchObject({ code: 'integrity' })
  await expect(pkg.readFile('../secret')).rejects.toMatchObject({ code: 'invalid-model' })
})

test('a memo is made once, and again after it failed', async () => {
  const pkg = openPackage(tiny('gan'), await manifestOf(tiny('gan'), 'gan'), cpu)
  let made = 0
  const make = async () => {
    if (++made === 1) throw new Error('first')
    return made
  }
  await expect(pkg.memo('key', make)).rejects.toThrow('first')
  expect(await pkg.memo('key', make)).toBe(2)
  expect(await pkg.memo('key', make)).toBe(2)
})
