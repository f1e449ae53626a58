import type { Family, PackageOf } from '#shared/models/manifest.ts'
import type { Recipe, RecipeKind, RecipeOf } from '#shared/recipe/recipe.ts'
import type { RawPicture } from '#shared/work/picture.ts'
import type { CopyLine, MakeResult } from '#shared/work/tasks.ts'
import type { Graph } from '../onnx/graph.ts'

/** A package opened on a device. Graphs open at first use and stay open until the package is closed. */
export interface OpenPackage<F extends Family = Family> {
  readonly manifest: PackageOf<F>
  readonly device: string
  /** The graph of a session role in `config.sessions`, e.g. "denoiser". */
  graph(role: string): Promise<Graph>
  /** A non-graph file of the package; its size is bounded by the manifest. */
  readFile(path: string): Promise<Uint8Array>
  /** Parsed once per package: tokenizers, vocabularies, reference banks. */
  memo<T>(key: string, make: () => Promise<T>): Promise<T>
}

export type PipelineEvent =
  | { type: 'stage'; stage: string }
  | { type: 'step'; step: number; steps: number }
  /** `sketch`: it cost no decode. */
  | { type: 'preview'; picture: RawPicture; step: number; sketch?: true }
  /** Line `line` now reads: the first `from` code units of what it was, then `text`. */
  | { type: 'token'; line: number; text: string; from: number }

export interface PipelineContext {
  signal: AbortSignal
  /** Whether anybody looks at previews: they cost a decode. */
  previews: boolean
  report(event: PipelineEvent): void
  /** The recipe's input pictures by sha256. */
  picture(sha256: string): Promise<RawPicture>
}

/** What is there before a run: nobody looks at previews yet. */
export type BeginContext = Omit<PipelineContext, 'previews'>

export interface Made {
  pictures?: RawPicture[]
  lines?: CopyLine[]
  reading?: MakeResult['reading']
}

/** How a model family turns a recipe into a picture or lines: validate → encode → latents → loop → decode. */
export interface Pipeline<F extends Family, K extends RecipeKind> {
  family: F
  kind: K
  /** Read what every recipe needs beside the graphs, ahead of the first one. */
  prepare?(pkg: OpenPackage<F>): Promise<void>
  /** Do the beginning of what will probably be asked for next; `run` goes on from there when it is asked for just that. */
  begin?(pkg: OpenPackage<F>, recipe: RecipeOf<K>, context: BeginContext): Promise<void>
  run(pkg: OpenPackage<F>, recipe: RecipeOf<K>, context: PipelineContext): Promise<Made>
}

export type AnyPipeline = {
  family: Family
  kind: Recipe['kind']
  prepare?: (pkg: never) => Promise<void>
  begin?: (pkg: never, recipe: never, context: BeginContext) => Promise<void>
  run: (pkg: never, recipe: never, context: PipelineContext) => Promise<Made>
}
