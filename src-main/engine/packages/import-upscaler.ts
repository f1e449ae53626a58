import { Generator } from '../noise/generator.ts'
import { float32 } from '../onnx/tensor.ts'
import { type BareGraph, channels, graphFiles } from './bare-graph.ts'
import { cannotImport, described, type Plan, type Source } from './plan.ts'

/** Changes under this are invisible in 8 bits, so they do not count as seen by the graph. */
const VISIBLE = 1 / 1024

/** A graph from one picture to a larger one: its scale, its size multiple and how far it looks are measured. */
export async function upscaler(source: Source, bare: BareGraph): Promise<Plan | undefined> {
  const { graph, file, name } = bare
  const [input, output] = [graph.inputs[0], graph.outputs[0]]
  if (graph.inputs.length !== 1 || input?.dims.length !== 4 || output?.dims.length !== 4) return undefined
  if (input.type !== 'float32' || (channels(input) ?? 3) !== 3 || (channels(output) ?? 3) !== 3) return undefined
  if (input.dims.slice(2).some((dim) => typeof dim === 'number')) {
    throw cannotImport(
      file,
      `only takes pictures of ${input.dims.slice(2).join('×')} px`,
      'Export it with free height and width.',
    )
  }

  const run = async (width: number, height: number, data: Float32Array) => {
    const results = await graph.run({ [input.name]: float32(data, [1, 3, height, width]) })
    return results[output.name]!
  }
  const noise = (width: number, height: number) => new Generator(1).rand(3 * width * height)
  const multiple = await smallestMultiple((side) => run(side, side, noise(side, side)))
  if (multiple === undefined) throw cannotImport(file, 'fails on every small picture that was tried')

  const [width, height] = [64, 48]
  const { dims } = await run(width, height, noise(width, height))
  const scale = dims[2]! / height
  if (dims[3] !== width * scale || !Number.isInteger(scale) || scale < 2 || scale > 8) return undefined
  const reach = await howFar(run, scale)
  return {
    manifest: {
      ...described(source, name.replace(/\.onnx$/i, ''), `Enlarges pictures ${scale}×.`),
      family: 'upscaler',
      ...(input.name === 'input' && output.name === 'output'
        ? {}
        : { bindings: { [scale]: { input: input.name, output: output.name } } }),
      config: {
        sessions: { [scale]: `x${scale}.onnx` },
        tile: 192,
        overlap: Math.min(64, Math.max(8, reach)),
        multiple,
      },
    },
    files: graphFiles(bare, `x${scale}.onnx`),
  }
}

/** Which sizes the graph takes: some fold pixels into channels first and need even sides. */
async function smallestMultiple(works: (side: number) => Promise<unknown>): Promise<number | undefined> {
  for (const [multiple, side] of [
    [1, 33],
    [2, 34],
    [4, 36],
    [8, 40],
    [16, 48],
    [32, 32],
  ] as const) {
    const fits = await works(side).then(
      () => true,
      () => false,
    )
    if (fits) return multiple
  }
  return undefined
}

/** Input px from a changed pixel to the furthest visible change in the output. */
async function howFar(
  run: (width: number, height: number, data: Float32Array) => Promise<{ data: Float32Array }>,
  scale: number,
): Promise<number> {
  const side = 96
  const middle = side / 2
  const before = new Generator(2).rand(3 * side * side)
  const after = before.slice()
  for (let channel = 0; channel < 3; channel++) {
    const at = channel * side * side + middle * side + middle
    after[at] = before[at]! > 0.5 ? 0 : 1
  }
  const [a, b] = [await run(side, side, before), await run(side, side, after)]
  let reach = 0
  for (let at = 0; at < a.data.length; at++) {
    if (Math.abs(a.data[at]! - b.data[at]!) < VISIBLE) continue
    const pixel = at % (side * scale) ** 2
    const [y, x] = [Math.floor(pixel / (side * scale) / scale), Math.floor((pixel % (side * scale)) / scale)]
    reach = Math.max(reach, Math.abs(x - middle), Math.abs(y - middle))
  }
  return reach
}
