import type { Channel } from '../copy/channels.ts'
import type { Document } from '../document/document.ts'
import type { PicturePalette } from '../document/palette.ts'
import type { StudioErrorData } from '../errors.ts'
import type { ModelPackage } from '../models/manifest.ts'
import type { CompositionRecipe } from '../recipe/composition.ts'
import type { Recipe, RecipeOf } from '../recipe/recipe.ts'
import type { ReadTable } from '../table/table.ts'
import type { CopyLine, MakeResult, ReadDielineTask, ResultOf } from '../work/tasks.ts'
import type { Artifact } from './artifact.ts'
import type { Batches } from './batch.ts'
import type { JobTarget, NumberedEvent } from './events.ts'
import type { ExportedFile, ExportRequest, TakeawayFile, TextExportRequest } from './exports.ts'
import type { Device, JobState, Preview, Reading } from './job.ts'
import type { Projects } from './project.ts'

export type { Device, JobState, Reading } from './job.ts'

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
  channels: {
    /** The writer's own, or those that ship. A damaged list is told, never replaced. */
    list(): Promise<Channel[]>
    /** Takes the place of the whole list; gives it as it is kept. */
    save(channels: readonly Channel[]): Promise<Channel[]>
  }
  pictures: {
    /** Bring a picture file into the library, to start from it or to enlarge it. An SVG is drawn `width` px wide. */
    bring(path: string, options?: CallOptions & { width?: number }): Promise<Artifact>
    /** What a dieline layer needs of an SVG file. */
    dieline(path: string, options?: CallOptions): Promise<ResultOf<ReadDielineTask>>
    /** What a picture file says about its making. */
    read(path: string, options?: CallOptions): Promise<PictureFacts>
    /** The colours of a picture of the library. */
    palette(sha256: string, options?: CallOptions): Promise<PicturePalette>
    /** A sheet of thumbnails with captions, as a PNG in the library. */
    sheet(request: SheetRequest, options?: CallOptions): Promise<Artifact>
    /** File of an artifact; with a side, a picture at most that wide and high, or itself when it is no larger. */
    level(sha256: string, side?: PyramidSide, options?: CallOptions): Promise<PictureFile>
    /** File of a picture at exactly this size: without loss, the pixels that an export draws. */
    exact(sha256: string, size: ExactSize, options?: CallOptions): Promise<PictureFile>
    /** Raw RGB pixels of a running job at that step or a later one. */
    preview(job: string, step: number): Preview | undefined
  }
  tables: {
    /** The table in a CSV, TSV, XLSX or JSON file. Errors are `invalid-file` and name row and column. */
    read(path: string, options?: CallOptions): Promise<ReadTable>
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
    /** How a prompt will be read; undefined for a model that takes any words. */
    read(id: string, prompt: string): Promise<Reading | undefined>
    /** Load it ahead of its first job. Where anything is being made nothing happens: a job's model stays loaded. */
    open(id: string): Promise<void>
    add(path: string, hints: ImportHints, options?: CallOptions): Promise<UsableModel>
    remove(id: string): Promise<void>
    /** Hash every file and open every graph. */
    verify(id: string, options?: CallOptions): Promise<Verified>
  }
  /** What it can run on. Asking takes seconds, so it is asked once; told as an event when it is known. */
  devices(options?: CallOptions): Promise<Devices>
  /** What is known by now without asking; the processor always is. */
  devicesSoFar(): Devices['devices']
  library: {
    find(query?: LibraryQuery): Promise<Artifact[]>
    /** `not-found` when there is none. */
    get(sha256: string): Promise<Artifact>
    star(sha256: string, starred: boolean): Promise<Artifact>
    /** Out of sight. The bytes stay: documents and recipes name them by their sha256. */
    discard(sha256: string): Promise<void>
    /** Prompts used before, newest first, each once per model. */
    prompts(limit: number): Promise<{ prompt: string; model: string; used: number }[]>
    /** What this recipe made before, when its bytes are still there. */
    madeBefore(recipe: Recipe): Promise<Artifact[]>
    pathOf(sha256: string): Promise<string>
    /**
     * Put a copy of an artifact under this name; gives the path. Same bytes there: no copy. Other bytes there: a free
     * name beside it, or with `replace` in their place.
     */
    export(sha256: string, path: string, options?: { replace?: boolean }): Promise<string>
    /**
     * A copy of an artifact, or of an export with these bytes, that stays until the service ends: for a drag to the
     * desktop. Gives its path; an export keeps its own name.
     */
    handOut(sha256: string, nameOf: (artifact: Artifact) => string): Promise<string>
  }
  jobs: {
    list(limit?: number): Promise<JobSummary[]>
    /** Stand in the line; gives their ids. They are made also when nobody waits for them, and after a restart. */
    submit(jobs: readonly JobRequest[]): Promise<string[]>
    /**
     * This will probably be submitted next: where a device has nothing else to do, its beginning is made now. Only the
     * newest wish counts, and what cannot be begun is no error before it is submitted.
     */
    expect(recipe: Recipe, device?: string): Promise<void>
    /** A running job stops at its next step; a waiting one leaves the line. Ended ones stay as they are. */
    cancel(ids: readonly string[]): Promise<void>
    /** The same recipe as a new job. */
    retry(id: string): Promise<string>
    /** Before another waiting job, or to the end. */
    move(id: string, before?: string): Promise<void>
    /** Forget ended jobs. What they made stays in the library. */
    clear(): Promise<void>
  }
  projects: Projects
  documents: {
    /** The document in a project file, its pictures in the library; the project itself is not opened. */
    read(path: string): Promise<Document>
  }
  batches: Batches
  exports: {
    render(request: ExportRequest, options?: CallOptions): Promise<ExportedFile>
    /** Words as a file in UTF-8. */
    text(request: TextExportRequest): Promise<TakeawayFile>
    /** `not-found` when there is none, or no more. */
    file(id: string): TakeawayFile & { path: string }
    /** A copy of one under this name or a free one beside it; gives the path. */
    save(id: string, path: string): Promise<string>
  }
  /** Take in a file that arrives now; it lies at `path` as long as `use` runs, and errors call it by its name. */
  receive<T>(upload: Upload, use: (path: string) => Promise<T>): Promise<T>
  /** What happens, from the event of that id on; starts with a snapshot when that is unknown or too long ago. */
  events(options?: { after?: string | undefined; signal?: AbortSignal | undefined }): AsyncIterable<NumberedEvent>
  /** Lock the data folder now and make the jobs that wait. A service does this; one call does not need it. */
  start(address?: ServiceAddress): Promise<void>
  close(): Promise<void>
}

/** Where a service listens; kept beside the lock of the data folder, for this user's other processes. */
export interface ServiceAddress {
  url: string
  token: string
}

export interface JobRequest {
  recipe: Recipe
  device?: string
  target?: JobTarget
}

export interface LibraryQuery {
  text?: string
  kind?: Artifact['kind']
  recipeHash?: string
  starred?: boolean
  limit?: number
  /** Made before this; milliseconds since 1970. */
  before?: number
}

export const PYRAMID_SIDES = [128, 256, 512, 1024, 2048] as const
export type PyramidSide = (typeof PYRAMID_SIDES)[number]

/** px, as `drawnSize` of the scene says it. */
export interface ExactSize {
  width: number
  height: number
}

/** A file on its way here. */
export interface Upload {
  /** As the user knows it, for messages. */
  name: string
  /** Puts it there, or throws a StudioError that says why not. */
  writeTo(path: string): Promise<void>
}

export interface PictureFile {
  path: string
  /** "image/webp" */
  type: string
  /** Of the whole picture, whatever the size of the file; unknown of a thumbnail. */
  whole?: ExactSize
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
  devices: Device[]
}
