import type { PicturePalette } from '../document/palette.ts'
import type { StudioErrorData } from '../errors.ts'
import type { ModelPackage } from '../models/manifest.ts'
import type { CompositionRecipe } from '../recipe/composition.ts'
import type { Recipe, RecipeOf } from '../recipe/recipe.ts'
import type { CopyLine, MakeResult } from '../work/tasks.ts'
import type { Artifact } from './artifact.ts'

/** What the command line, the renderer and the REST API may ask of the studio. */
export interface StudioApi {
  images: {
    /** Make the picture (or strip) of a diffusion, GAN, VAE or upscaler recipe. */
    generate(recipe: ImageRecipe, options?: CallOptions): Promise<Made>
  }
  copy: {
    /** Write the lines of a text recipe; tokens stream as events. */
    write(recipe: RecipeOf<'text'>, options?: CallOptions): Promise<MadeCopy>
  }
  pictures: {
    /** Bring a picture file into the library, to start from it or to enlarge it. */
    bring(path: string, options?: CallOptions): Promise<Artifact>
    /** What a picture file says about its making. */
    read(path: string, options?: CallOptions): Promise<PictureFacts>
    /** The colours of a picture of the library. */
    palette(sha256: string, options?: CallOptions): Promise<PicturePalette>
    /** A sheet of thumbnails with captions, as a PNG in the library. */
    sheet(request: SheetRequest, options?: CallOptions): Promise<Artifact>
  }
  /** Render an artboard of a document over pictures of the library. */
  compose(recipe: CompositionRecipe, options?: CallOptions): Promise<Artifact>
  /** Read the recipe inside a file, make it again, compare. */
  remake(path: string, options?: CallOptions): Promise<Remade>
  models: {
    list(): Promise<ModelEntry[]>
    /** An unknown id is `not-found`, with the known ones and the nearest in the remedy. */
    get(id: string): Promise<UsableModel>
    /** The words that the model knows, by role ("subject", "class", "tone"); empty when it takes any. */
    words(id: string): Promise<Record<string, string[]>>
    add(path: string, hints: ImportHints, options?: CallOptions): Promise<UsableModel>
    remove(id: string): Promise<void>
    /** Hash every file and open every graph. */
    verify(id: string, options?: CallOptions): Promise<Verified>
  }
  devices(options?: CallOptions): Promise<Devices>
  library: {
    find(query?: { text?: string; recipeHash?: string; limit?: number }): Promise<Artifact[]>
    /** What this recipe made before, when its bytes are still there. */
    madeBefore(recipe: Recipe): Promise<Artifact[]>
    pathOf(sha256: string): Promise<string>
    /**
     * Put a copy of an artifact under this name; gives the path. Same bytes there: no copy. Other bytes there: a free
     * name beside it, or with `replace` in their place.
     */
    export(sha256: string, path: string, options?: { replace?: boolean }): Promise<string>
  }
  jobs: {
    list(limit?: number): Promise<JobSummary[]>
  }
  close(): Promise<void>
}

export type ImageRecipe = Exclude<Recipe, { kind: 'text' }>

export interface CallOptions {
  signal?: AbortSignal
  onEvent?: (event: JobEvent) => void
  /** Where to run: "cpu" (default), "webgpu", … */
  device?: string
  /** Send a picture of every step; each costs a decode. */
  previews?: boolean
}

export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled'

export type JobEvent =
  | { event: 'job'; job: string; state: JobState }
  | { event: 'stage'; job: string; stage: string }
  | { event: 'step'; job: string; step: number; steps: number }
  | { event: 'preview'; job: string; step: number; path: string; width: number; height: number }
  /** A line now reads its first `from` code units (all of them when left out), then `text`: lines may step back. */
  | { event: 'token'; job: string; line: number; text: string; from?: number }

export interface JobSummary {
  id: string
  state: JobState
  model: string
  artifacts: string[]
  error?: StudioErrorData
  queued: number
  changed: number
}

export type Ran = MakeResult['ran']
export type Reading = NonNullable<MakeResult['reading']>

export interface Made {
  job: string
  recipe: Recipe
  recipeHash: string
  artifacts: Artifact[]
  ran: Ran
  /** Wall seconds from request to result, waiting in the queue included, and the part that was encoding. */
  seconds: { total: number; encode: number }
  /** How the prompt was read; unknown words are told, never dropped silently. */
  reading?: Reading
}

export interface MadeCopy extends Made {
  lines: CopyLine[]
}

export interface PictureFacts {
  width: number
  height: number
  format: string
  recipe?: unknown
  recipeHash?: string
  parameters?: string
  ran?: Record<string, unknown>
}

export interface Remade {
  /** `bytes`: the very same file; `content`: the same pixels or lines, other metadata; `different`: not the same. */
  equal: 'bytes' | 'content' | 'different'
  /** sha256 of the file that was given and of what came out. */
  before: string
  artifact: Artifact
  recipe: Recipe | CompositionRecipe
}

export interface SheetRequest {
  title: string
  cells: { sha256: string; caption: string }[]
  columns: number
  /** px */
  cellWidth: number
}

export interface ModelEntry {
  id: string
  /** Shipped with the program or added by the user. */
  source: 'starter' | 'added'
  folder: string
  manifest?: ModelPackage
  hash?: string
  /** Why the package cannot be used. */
  error?: StudioErrorData
}

export interface UsableModel extends ModelEntry {
  manifest: ModelPackage
  hash: string
}

export interface ImportHints {
  id?: string
  family?: string
  licence?: string
}

export interface Verified {
  id: string
  files: number
  bytes: number
  loadSeconds: number
}

export interface Devices {
  runtime: string
  devices: { id: string; name: string; available: boolean; reason?: string | undefined }[]
}
