import { link, mkdtemp, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { PbfWriter } from 'pbf'
import { beforeEach, describe, expect, test } from 'vitest'
import { checkOnnx } from './onnx-file.ts'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'broadside-'))
})

/** Messages of onnx.proto3 by field number: [field, value], where a list is a message inside. */
type Value = string | number | Uint8Array | Field[]
type Field = readonly [number, Value]
function write(fields: Field[], into = new PbfWriter()): PbfWriter {
  for (const [tag, value] of fields) {
    if (typeof value === 'string') into.writeBytesField(tag, new TextEncoder().encode(value))
    else if (typeof value === 'number') into.writeVarintField(tag, value)
    else if (value instanceof Uint8Array) into.writeBytesField(tag, value)
    else into.writeMessage(tag, (inner: Field[], writer) => void write(inner, writer), value)
  }
  return into
}
async function check(...fields: Field[]) {
  const file = join(dir, 'model.onnx')
  await writeFile(file, write([[1, 8], ...fields]).finish())
  return checkOnnx(file)
}
const graph = (...fields: Field[]): Field => [7, fields]
const floats = (dims: number[], ...more: Field[]): Field => [
  5,
  [...dims.map((dim): Field => [1, dim]), [2, 1], [8, 'weight'], ...more],
]
const outside = (location: string, more: Record<string, string> = {}): Field[] => [
  [14, 1],
  ...Object.entries({ location, ...more }).map(
    ([key, value]): Field => [
      13,
      [
        [1, key],
        [2, value],
      ],
    ],
  ),
]
const refused = (message: RegExp) => ({
  code: 'invalid-model',
  message: expect.stringMatching(message),
  where: { file: join(dir, 'model.onnx') },
})

test('every graph that we ship or test with is fine', async () => {
  const tiny = join(import.meta.dirname, '../../../models/tiny')
  for (const path of await readdir(tiny, { recursive: true })) {
    if (path.endsWith('.onnx')) expect((await checkOnnx(join(tiny, path))).nodes).toBeGreaterThan(0)
  }
})

test('a small graph with its weights inside is fine', async () => {
  expect(await check(graph([1, [[4, 'Relu']]], floats([2, 2], [9, new Uint8Array(16)])))).toEqual({
    external: [],
    nodes: 1,
    convolutions: [],
  })
})

describe('refuses', () => {
  test('what is no protobuf, and a protobuf without a graph', async () => {
    await writeFile(join(dir, 'model.onnx'), 'hello, this is text')
    await expect(checkOnnx(join(dir, 'model.onnx'))).rejects.toMatchObject(refused(/not an ONNX file/))
    await expect(check()).rejects.toMatchObject(refused(/holds no graph/))
  })

  test('custom operators, wherever they hide', async () => {
    const custom: Field = [
      1,
      [
        [4, 'Evil'],
        [7, 'ai.onnx.contrib'],
      ],
    ]
    await expect(check(graph(custom))).rejects.toMatchObject(refused(/custom operators \(ai\.onnx\.contrib\)/))
    await expect(
      check(
        graph([
          1,
          [
            [4, 'If'],
            [5, [[6, [custom]]]],
          ],
        ]),
      ),
    ).rejects.toMatchObject(refused(/custom operators/))
    await expect(check(graph(), [25, [[7, [[7, 'pkg']]]]])).rejects.toMatchObject(refused(/custom operators \(pkg\)/))
  })

  test('but not operators that the file defines itself', async () => {
    const own: Field = [
      25,
      [
        [1, 'Swish'],
        [10, 'pkg'],
        [7, [[4, 'Mul']]],
      ],
    ]
    expect(
      (
        await check(
          graph([
            1,
            [
              [4, 'Swish'],
              [7, 'pkg'],
            ],
          ]),
          own,
        )
      ).nodes,
    ).toBe(1)
  })

  test('a tensor larger than its bytes', async () => {
    await expect(check(graph(floats([1000, 1000], [9, new Uint8Array(16)])))).rejects.toMatchObject(
      refused(/"weight" \[1000, 1000\] with only/),
    )
    await expect(
      check(
        graph([
          1,
          [
            [
              5,
              [
                [
                  5,
                  [
                    [1, 1 << 30],
                    [2, 1],
                  ],
                ],
              ],
            ],
          ],
        ]),
      ),
    ).rejects.toMatchObject(refused(/with only 0 bytes/))
  })

  test('a tensor of impossible size', async () => {
    await expect(check(graph(floats([1e9, 1e9])))).rejects.toMatchObject(refused(/impossible size/))
    await expect(check(graph(floats([2 ** 53 - 1, 2 ** 53 - 1])))).rejects.toMatchObject(refused(/impossible size/))
  })

  test('thousands of functions and endless nesting', async () => {
    const functions = Array.from(
      { length: 3000 },
      (_, at): Field => [
        25,
        [
          [1, `f${at}`],
          [10, 'pkg'],
        ],
      ],
    )
    await expect(check(graph(), ...functions)).rejects.toMatchObject(refused(/more than 256 functions/))
    let nested: Field[] = [[4, 'Relu']]
    for (let depth = 0; depth < 40; depth++)
      nested = [
        [4, 'If'],
        [5, [[6, [[1, nested]]]]],
      ]
    await expect(check(graph([1, nested]))).rejects.toMatchObject(refused(/more than 16 deep/))
  })
})

describe('weights outside the file', () => {
  const external = (location: string, more?: Record<string, string>) =>
    check(graph(floats([4], ...outside(location, more))))

  test('are found when they lie beside it', async () => {
    await writeFile(join(dir, 'model.onnx_data'), new Uint8Array(32))
    expect((await external('model.onnx_data', { offset: '16', length: '16' })).external).toEqual(['model.onnx_data'])
  })

  test.each([
    '../model.onnx_data',
    '/etc/passwd',
    'sub/x.onnx_data',
    '..',
    '',
    'C:\\x.bin',
    'a\u0000.bin',
    '.hidden.bin',
    'file:///x.bin',
  ])('are refused at "%s"', async (location) => {
    await expect(external(location)).rejects.toMatchObject(refused(/not a plain file name/))
  })

  test('are refused when missing, too short, shifted beyond the end, or a link of any kind', async () => {
    await expect(external('model.onnx_data')).rejects.toMatchObject(refused(/needs model\.onnx_data beside it/))
    await writeFile(join(dir, 'short.bin'), new Uint8Array(15))
    await expect(external('short.bin')).rejects.toMatchObject(refused(/needs 16 bytes/))
    await expect(external('short.bin', { offset: '-8' })).rejects.toMatchObject(refused(/impossible place/))
    await expect(external('short.bin', { length: '4' })).rejects.toMatchObject(refused(/impossible place/))
    await writeFile(join(dir, 'real.bin'), new Uint8Array(16))
    await symlink('real.bin', join(dir, 'soft.bin'))
    await link(join(dir, 'real.bin'), join(dir, 'hard.bin'))
    await expect(external('soft.bin')).rejects.toMatchObject(refused(/link/))
    await expect(external('hard.bin')).rejects.toMatchObject(refused(/hard link/))
  })
})

test('whatever bytes change, the answer is a summary or one typed error', async () => {
  const good = await readFile(join(import.meta.dirname, '../../../models/tiny/tiny-diffusion/denoiser.onnx'))
  const file = join(dir, 'model.onnx')
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
      fc.nat(good.length),
      async (flips, cut) => {
        const bytes = Uint8Array.from(good.subarray(0, cut % 3 === 0 ? cut : good.length))
        for (const [at, value] of flips) if (at < bytes.length) bytes[at] = value
        await writeFile(file, bytes)
        const answer = await checkOnnx(file).catch((error) => error)
        expect(answer.code === 'invalid-model' || typeof answer.nodes === 'number').toBe(true)
      },
    ),
    { numRuns: 300 },
  )
})
