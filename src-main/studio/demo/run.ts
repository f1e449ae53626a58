import { dirname, join } from 'node:path'
import type { StudioApi, UsableModel } from '#shared/contract/studio-api.ts'
import { limitOf } from '#shared/copy/channels.ts'
import { type Document, parseDocument } from '#shared/document/document.ts'
import type { PicturePalette } from '#shared/document/palette.ts'
import { assetsOf } from '#shared/document/resolve.ts'
import { makeFromTemplate } from '#shared/document/templates/templates.ts'
import type { CompositionRecipe } from '#shared/recipe/composition.ts'
import type { Recipe } from '#shared/recipe/recipe.ts'
import type { CopyLine } from '#shared/work/tasks.ts'
import { ensureFolder, sweepTemporaries, writeWhole } from '../files.ts'
import { PROGRAM } from '../program.ts'
import { countWords, type LineRole, rankLines } from './choose-lines.ts'
import { bestMatch } from './choose-pattern.ts'
import { createMakers, type MadePicture, type Makers, round, type Timing } from './makers.ts'
import { type CopyPlan, type DemoPlan, type PatternPlan, type PosterPlan, sizeOf } from './plan.ts'
import { type SheetCell, sheetDocument } from './sheet.ts'

export interface DemoModels {
  image: string
  pattern: string
  upscaler: string
  text: string
}

export const STARTERS: DemoModels = {
  image: 'poster-diffusion',
  pattern: 'pattern-gan',
  upscaler: 'poster-upscaler',
  text: 'copy-lm',
}

export interface DemoOptions {
  studio: StudioApi
  plan: DemoPlan
  out: string
  models?: DemoModels
  signal?: AbortSignal
  onProgress?(progress: { stage: string; done: number }): void
  onFile?(file: DemoFile): void
}

export interface DemoFile {
  /** In the demo's folder. */
  path: string
  kind: 'poster' | 'pattern' | 'tiled' | 'sheet'
  sha256: string
  caption: string
  recipe?: unknown
  /** Seconds for each step of its making. */
  timings: Record<string, Timing>
}

/** A file, and its place on the contact sheet when it has one. */
interface Kept {
  file: DemoFile
  cell?: SheetCell
}

/** Roughly what each stage takes of the whole, for the bar: pictures are nearly everything. */
const SHARES = { writing: 0.1, pictures: 0.55, patterns: 0.08, posters: 0.25, sheet: 0.02 } as const
type Stage = keyof typeof SHARES

/** Candidates of each product and language; the best are chosen. */
const HEADLINES = 20
const TAGLINES = 20
/** Tiles to choose from for each product. */
const TILES = 8
const ENLARGED = 4

/** From one brief to a folder of posters. Files appear under their names only when they are whole. */
export async function runDemo(options: DemoOptions): Promise<DemoFile[]> {
  const { studio, plan, out, signal } = options
  const started = performance.now()
  const progress = createProgress(options)
  const makers = createMakers(studio, signal, ({ step, steps }) => progress.within(step / steps))
  const ids = options.models ?? STARTERS
  const [image, pattern, upscaler, text] = await Promise.all(
    [ids.image, ids.pattern, ids.upscaler, ids.text].map((id) => studio.models.get(id)),
  )
  const files: DemoFile[] = []
  const cells: SheetCell[] = []
  const keep = async ({ file, cell }: Kept) => {
    if (cell) cells.push(cell)
    const path = join(out, file.path)
    await ensureFolder(dirname(path))
    await studio.library.export(file.sha256, path, { replace: true })
    files.push(file)
    options.onFile?.(file)
  }
  for (const folder of ['', 'posters', 'patterns']) await sweepTemporaries(join(out, folder))

  // One model after the other: a worker keeps the last one it loaded.
  progress.begin('writing', plan.copy.length)
  const candidates: Candidates[] = []
  for (const copy of plan.copy) {
    candidates.push(await writeLines(copy, text!, makers))
    progress.next()
  }
  const lines = new Map<PosterPlan, PosterLines>()
  for (const written of candidates) {
    const { copy } = written
    const sameLanguage = candidates.filter((other) => other.copy.language === copy.language)
    const known = countWords(
      sameLanguage.flatMap((other) => [...other.headlines, ...other.taglines]),
      copy.language,
    )
    const chosen = chooseLines(written, known)
    const posters = plan.posters.filter((one) => one.product === copy.product && one.language === copy.language)
    for (const [at, poster] of posters.entries()) lines.set(poster, chosen[at]!)
  }

  progress.begin('pictures', plan.posters.length)
  const pictures = new Map<PosterPlan, MadePicture>()
  for (const poster of plan.posters) {
    pictures.set(poster, await makers.picture(image!, { seed: poster.seed, prompt: poster.prompt }))
    progress.next()
  }

  progress.begin('patterns', plan.patterns.length)
  const patterns = new Map<string, MadePicture>()
  for (const planned of plan.patterns) {
    const beside = plan.posters.filter((poster) => poster.product === planned.product)
    const colours = await Promise.all(beside.map((poster) => paletteOf(options, pictures.get(poster)!)))
    patterns.set(planned.product.id, await matchingPattern(options, planned, pattern!, colours, makers))
    progress.next()
  }

  // While one poster is composed in the imaging worker, the next picture is enlarged in the other.
  progress.begin('posters', plan.posters.length)
  let composing: Promise<void> = Promise.resolve()
  for (const poster of plan.posters) {
    const art = pictures.get(poster)!
    const wish = { seed: 0, inputs: [art.artifact.sha256], scale: ENLARGED }
    const enlarged = await makers.picture(upscaler!, wish)
    await composing
    composing = composePoster(
      options,
      poster,
      art,
      enlarged,
      patterns.get(poster.product.id)!,
      lines.get(poster)!,
    ).then(keep)
    composing.catch(() => {}) // told where it is awaited
    progress.next()
  }
  await composing

  progress.begin('sheet', plan.patterns.length + 1)
  for (const planned of plan.patterns) {
    for (const kept of await tileFiles(options, planned, patterns.get(planned.product.id)!)) await keep(kept)
    progress.next()
  }
  await keep({ file: await contactSheet(options, cells) })
  progress.next()
  await writeManifest(options, files, [image!, pattern!, upscaler!, text!], (performance.now() - started) / 1000)
  return files
}

interface PosterLines {
  headline: string
  tagline: string
  recipes: Recipe[]
  timing: Timing
}

interface Candidates {
  copy: CopyPlan
  headlines: readonly CopyLine[]
  taglines: readonly CopyLine[]
  recipes: Recipe[]
  timing: Timing
}

async function writeLines(copy: CopyPlan, model: UsableModel, makers: Makers): Promise<Candidates> {
  const { product, language, seed } = copy
  const write = (channel: string, count: number, from: number) => {
    const limit = limitOf(channel, language)
    return makers.lines(model, {
      brief: { product: product.name[language], ...product.brief, mustSay: [], mustNotSay: [] },
      language,
      channel,
      count,
      seed: from,
      ...(limit ? { limit } : {}),
    })
  }
  const headlines = await write('poster-headline', HEADLINES, seed)
  const taglines = await write('tagline', TAGLINES, (seed + HEADLINES) % 2 ** 32)
  return {
    copy,
    headlines: headlines.lines,
    taglines: taglines.lines,
    recipes: [headlines.recipe, taglines.recipe],
    timing: { seconds: round(headlines.timing.seconds + taglines.timing.seconds) },
  }
}

/** The best headlines and taglines of a product, one pair for each of its posters. */
function chooseLines(
  { copy, headlines, taglines, recipes, timing }: Candidates,
  known: Map<string, number>,
): PosterLines[] {
  const { product, language, posters } = copy
  const about = { language, product: product.name[language], known }
  const pairs: PosterLines[] = []
  const used: string[] = []
  const best = (lines: readonly CopyLine[], role: LineRole, instead: string) => {
    const ranked = rankLines(lines, { role, ...about, beside: used })
    const line = ranked.find((one) => !used.includes(one)) ?? instead
    used.push(line)
    return line
  }
  for (let at = 0; at < posters; at++) {
    const headline = best(headlines, 'headline', product.name[language])
    const tagline = best(taglines, 'tagline', product.callToAction[language])
    pairs.push({ headline, tagline, recipes, timing })
  }
  return pairs
}

/** Of several tiles the one whose colours go with the product's pictures. */
async function matchingPattern(
  options: DemoOptions,
  { prompt, seed }: PatternPlan,
  model: UsableModel,
  colours: readonly PicturePalette[],
  makers: Makers,
): Promise<MadePicture> {
  const tiles: MadePicture[] = []
  for (let at = 0; at < TILES; at++) tiles.push(await makers.picture(model, { seed: (seed + at) % 2 ** 32, prompt }))
  const palettes = await Promise.all(tiles.map((tile) => paletteOf(options, tile)))
  return tiles[bestMatch(colours, palettes)]!
}

function paletteOf({ studio, signal }: DemoOptions, { artifact }: MadePicture): Promise<PicturePalette> {
  return studio.pictures.palette(artifact.sha256, signal ? { signal } : {})
}

async function composePoster(
  options: DemoOptions,
  poster: PosterPlan,
  art: MadePicture,
  enlarged: MadePicture,
  pattern: MadePicture,
  lines: PosterLines,
): Promise<Kept> {
  const started = performance.now()
  const { studio, plan, signal } = options
  const { product, language, template } = poster
  const size = sizeOf(poster)
  const document = makeFromTemplate(
    template,
    {
      art: picture(enlarged),
      pattern: picture(pattern),
      texts: {
        headline: lines.headline,
        tagline: lines.tagline,
        brand: plan.house.name[language],
        callToAction: product.callToAction[language],
      },
      language,
      palette: await paletteOf(options, art),
    },
    [{ id: poster.size, name: size.name, width: size.width, height: size.height }],
  )
  const recipe = composition(document, poster.size, [art, enlarged, pattern])
  const artifact = await studio.compose(recipe, signal ? { signal } : {})
  const file: DemoFile = {
    path: `${poster.file}.png`,
    kind: 'poster',
    sha256: artifact.sha256,
    caption: `${lines.headline} — ${product.name[language]}`,
    recipe: { pictures: recipe.recipes, lines: lines.recipes, prompt: poster.prompt, template },
    timings: {
      picture: art.timing,
      enlarge: enlarged.timing,
      lines: lines.timing,
      compose: { seconds: round((performance.now() - started) / 1000) },
    },
  }
  return { file, cell: { product, artifact } }
}

/** The tile itself, and two by two of it: that it repeats without a seam is seen best. */
async function tileFiles({ studio, signal }: DemoOptions, planned: PatternPlan, tile: MadePicture): Promise<Kept[]> {
  const { sha256, width = 256, height = 256 } = tile.artifact
  const name = `${planned.product.name.en}: ${planned.prompt}`
  const side = { width: 2 * width, height: 2 * height }
  const document = parseDocument({
    format: 1,
    name,
    artboards: [{ type: 'artboard', id: 'tiled', ...side }],
    layers: [
      {
        type: 'image',
        id: 'tile',
        parent: 'tiled',
        order: 0,
        x: 0,
        y: 0,
        ...side,
        asset: sha256,
        fit: 'tile',
        tileSize: width,
      },
    ],
  })
  const tiled = await studio.compose(composition(document, 'tiled', [tile]), signal ? { signal } : {})
  return [
    {
      file: {
        path: `${planned.file}.png`,
        kind: 'pattern',
        sha256,
        caption: name,
        recipe: tile.recipe,
        timings: { picture: tile.timing },
      },
    },
    {
      file: {
        path: `${planned.file}-2x2.png`,
        kind: 'tiled',
        sha256: tiled.sha256,
        caption: `${name}, 2 × 2`,
        timings: {},
      },
      cell: { product: planned.product, artifact: tiled },
    },
  ]
}

function composition(document: Document, artboard: string, parts: readonly MadePicture[]): CompositionRecipe {
  const pictures = assetsOf(document, artboard)
  const used = new Set(pictures)
  for (const { recipe, artifact } of parts)
    if (used.has(artifact.sha256) && recipe.kind === 'upscale') used.add(recipe.input)
  const recipes = Object.fromEntries(
    parts.filter(({ artifact }) => used.has(artifact.sha256)).map(({ artifact, recipe }) => [artifact.sha256, recipe]),
  )
  return { format: 1, kind: 'composition', document, artboard, scale: 1, pictures, recipes }
}

function picture({ artifact, recipe }: MadePicture) {
  return { asset: artifact.sha256, width: artifact.width ?? 1, height: artifact.height ?? 1, recipe }
}

async function contactSheet({ studio, plan, signal }: DemoOptions, cells: readonly SheetCell[]): Promise<DemoFile> {
  const started = performance.now()
  const document = sheetDocument(plan.house, cells)
  const sheet = await studio.compose(composition(document, 'sheet', []), signal ? { signal } : {})
  const timings = { compose: { seconds: round((performance.now() - started) / 1000) } }
  return { path: 'contact-sheet.png', kind: 'sheet', sha256: sheet.sha256, caption: plan.house.name.en, timings }
}

async function writeManifest(
  { plan, out }: DemoOptions,
  files: readonly DemoFile[],
  models: readonly UsableModel[],
  seconds: number,
): Promise<void> {
  const manifest = {
    format: 1,
    program: PROGRAM,
    house: plan.house.name,
    seconds: round(seconds),
    models: Object.fromEntries(models.map(({ id, hash, manifest: { version } }) => [id, { version, hash }])),
    files,
  }
  await writeWhole(join(out, 'manifest.json'), `${JSON.stringify(manifest, undefined, 2)}\n`)
}

function createProgress({ onProgress }: DemoOptions) {
  let stage: Stage = 'writing'
  let count = 1
  let finished = 0
  const tell = (part: number) => {
    const names = Object.keys(SHARES) as Stage[]
    const before = names.slice(0, names.indexOf(stage)).reduce((sum, name) => sum + SHARES[name], 0)
    onProgress?.({ stage, done: before + SHARES[stage] * Math.min(1, (finished + part) / count) })
  }
  return {
    begin(next: Stage, of: number) {
      stage = next
      count = Math.max(1, of)
      finished = 0
      tell(0)
    },
    within: tell,
    next() {
      finished++
      tell(0)
    },
  }
}
