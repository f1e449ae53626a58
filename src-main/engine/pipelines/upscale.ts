import { StudioError } from '#shared/errors.ts'
import { graphScales, type Passes, passesTo } from '#shared/models/passes.ts'
import type { RawPicture } from '#shared/work/picture.ts'
import type { Graph } from '../onnx/graph.ts'
import { float32 } from '../onnx/tensor.ts'
import type { OpenPackage, Pipeline } from './pipeline.ts'
import { mirror, planTiles, type Tile, type TileRules, tileWeights } from './tiles.ts'
import { scaleAlpha, underpaint } from './upscale-alpha.ts'

type Config = OpenPackage<'upscaler'>['manifest']['config']

/** 16,384 × 16,384: 0.8 GB of pixels, more than a poster of 1.3 m at 300 dpi. */
const MOST_PIXELS = 2 ** 28

/**
 * Enlarge tile by tile: any size of picture, the memory of one row of tiles, no visible seams. What the package has no
 * graph for is made in passes; each starts from the 8-bit pixels of the last one, as if that had been kept.
 */
export const upscale: Pipeline<'upscaler', 'upscale'> = {
  family: 'upscaler',
  kind: 'upscale',
  async run(pkg, recipe, { signal, report, picture: pictureOf }) {
    const { config } = pkg.manifest
    const scales = passesOf(config, recipe.scale)
    let picture = await pictureOf(recipe.input)
    checkSize(picture, recipe.scale)
    const passes = await planPasses(pkg, picture, scales, recipe.tile)

    report({ type: 'stage', stage: 'enlarging' })
    const steps = passes.reduce((sum, { down, across }) => sum + down.length * across.length, 0)
    let step = 0
    const stepped = () => report({ type: 'step', step: ++step, steps })
    for (const pass of passes) picture = await enlarge(picture, pass, signal, stepped)
    return { pictures: [picture] }
  },
}

/** One graph over the whole picture. */
interface Pass {
  graph: Graph
  scale: number
  down: readonly Tile[]
  across: readonly Tile[]
}

/** All of them ahead, so that the first step knows how many there will be. */
async function planPasses(
  pkg: OpenPackage<'upscaler'>,
  { width, height }: RawPicture,
  scales: Passes,
  tile: number | undefined,
): Promise<Pass[]> {
  const passes: Pass[] = []
  let before = 1
  for (const scale of scales) {
    const graph = await pkg.graph(String(scale))
    const [rows, columns] = rulesOf(graph, pkg.manifest.config, tile)
    passes.push({ graph, scale, down: planTiles(height * before, rows), across: planTiles(width * before, columns) })
    before *= scale
  }
  return passes
}

async function enlarge(
  input: RawPicture,
  { graph, scale, down, across }: Pass,
  signal: AbortSignal,
  stepped: () => void,
): Promise<RawPicture> {
  const colours = underpaint(input)
  const band = openBand(input, scale, down)
  for (const row of down) {
    for (const column of across) {
      signal.throwIfAborted()
      const planes = cut(colours, row, column)
      const { output } = await graph.run({ input: float32(planes, [1, 3, row.size, column.size]) })
      checkOutput(output, row.size * scale, column.size * scale)
      band.add(output.data, row, column)
      stepped()
    }
    band.flush(row)
  }
  return band.picture
}

/** Tile rules for height and width. A graph exported for one size gets tiles of that size. */
function rulesOf(
  graph: Graph,
  { tile, overlap, multiple }: Config,
  wanted: number | undefined,
): [TileRules, TileRules] {
  const dims = graph.inputs.find((port) => port.name === 'input')?.dims
  const along = (axis: number): TileRules => {
    const side = dims?.[axis]
    if (typeof side !== 'number') return { tile: wanted ?? tile, overlap, multiple, fixed: false }
    return { tile: side, overlap: Math.min(overlap, Math.floor(side / 4)), multiple: 1, fixed: true }
  }
  return [along(2), along(3)]
}

/** A tile's colours as planes 0…1, [3, h, w]; beyond the picture's right and lower rim it is mirrored. */
function cut({ width, height, channels, data }: RawPicture, row: Tile, column: Tile): Float32Array {
  const area = row.size * column.size
  const planes = new Float32Array(3 * area)
  const places = Int32Array.from({ length: column.size }, (_, x) => mirror(column.start + x, width) * channels)
  for (let y = 0, to = 0; y < row.size; y++) {
    const line = mirror(row.start + y, height) * width * channels
    for (let x = 0; x < column.size; x++, to++) {
      const from = line + places[x]!
      planes[to] = data[from]! / 255
      planes[area + to] = data[from + 1]! / 255
      planes[2 * area + to] = data[from + 2]! / 255
    }
  }
  return planes
}

/** The rows of output that tiles are being added to, and the picture that finished rows go to. */
function openBand(input: RawPicture, scale: number, rows: readonly Tile[]) {
  const width = input.width * scale
  const height = input.height * scale
  const { channels } = input
  const line = width * 3
  const tallest = Math.max(...rows.map((row) => row.end - row.from)) * scale
  const sums = new Float32Array(tallest * line) // interleaved RGB, weighted sums
  const pixels = new Uint8ClampedArray(width * height * channels) // clamps and rounds by itself
  const picture: RawPicture = { width, height, channels, data: new Uint8Array(pixels.buffer) }
  return {
    picture,
    /** Add the part of a tile that counts. `tile`: planes [3, h, w] of the output. */
    add(tile: Float32Array, row: Tile, column: Tile) {
      const side = column.size * scale
      const area = row.size * scale * side
      const down = tileWeights(row, scale)
      const across = tileWeights(column, scale)
      for (let y = 0; y < down.length; y++) {
        const weight = down[y]!
        const from = (y + (row.from - row.start) * scale) * side + (column.from - column.start) * scale
        const to = y * line + column.from * scale * 3
        for (let x = 0; x < across.length; x++) {
          const share = weight * across[x]!
          const at = to + x * 3
          sums[at]! += share * tile[from + x]!
          sums[at + 1]! += share * tile[from + area + x]!
          sums[at + 2]! += share * tile[from + 2 * area + x]!
        }
      }
    },
    /** No later tile reaches above the falling end of this row: those lines become pixels, the rest moves up. */
    flush(row: Tile) {
      const lines = (row.fall - row.from) * scale
      const first = row.from * scale
      let check = 0
      for (let from = 0, to = first * width * channels; from < lines * line; from += 3, to += channels) {
        const red = sums[from]!
        const green = sums[from + 1]!
        const blue = sums[from + 2]!
        check += red + green + blue
        pixels[to] = red * 255
        pixels[to + 1] = green * 255
        pixels[to + 2] = blue * 255
      }
      if (!Number.isFinite(check)) throw notNumbers()
      if (channels === 4) scaleAlpha(input, scale, picture.data, first, first + lines)
      sums.copyWithin(0, lines * line, (row.end - row.from) * scale * line)
      sums.fill(0, (row.end - row.fall) * scale * line)
    },
  }
}

function passesOf(config: Config, scale: number): Passes {
  const passes = passesTo(scale, config)
  if (passes) return passes
  throw new StudioError({
    code: 'usage',
    message: `this model does not enlarge ${scale} times`,
    where: { field: 'recipe.scale' },
    remedy: `It has ${graphScales(config).join(', ')} and what they make in passes.`,
  })
}

function checkSize({ width, height }: RawPicture, scale: number): void {
  if (width * height * scale * scale <= MOST_PIXELS) return
  throw new StudioError({
    code: 'unsupported',
    message: `${width * scale} × ${height * scale} px is more than the studio makes in one piece`,
    where: { field: 'recipe.scale' },
    remedy: 'Use a smaller scale or picture.',
  })
}

type Output = Awaited<ReturnType<Graph['run']>>[string]
function checkOutput(output: Output | undefined, height: number, width: number): asserts output is Output {
  if (output && output.dims.join() === [1, 3, height, width].join()) return
  throw new StudioError({
    code: 'invalid-model',
    message: `a tile should come back as [1, 3, ${height}, ${width}], the model gave [${output?.dims.join(', ')}]`,
    remedy: 'The package may be damaged or not of this scale: run `broadside models verify`.',
  })
}

function notNumbers(): StudioError {
  return new StudioError({
    code: 'invalid-model',
    message: 'the model gave values that are not numbers',
    remedy: 'Try another device; if it stays, the package is damaged: run `broadside models verify`.',
  })
}
