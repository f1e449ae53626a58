import { z } from 'zod'
import { dielineKind } from '../document/layers/dieline.ts'
import { type ModelPackage, modelPackageSchema } from '../models/manifest.ts'
import { sha256Schema } from '../recipe/common.ts'
import type { Recipe } from '../recipe/recipe.ts'
import type { FileFormat } from './formats.ts'
import { type RawFile, rawFileSchema } from './picture.ts'

/**
 * What the service asks of its workers, and what they answer. Messages stay under 1 MB; pixels go through files
 * (picture.ts). A worker runs models and files that nobody vouches for, so every answer is parsed before use.
 */

// ── inference worker ────────────────────────────────────────────────────────────────────────────

/** `cpu`, or an execution provider of ONNX Runtime such as `webgpu`, `cuda`, `dml`, `coreml`. */
export type DeviceId = string

export interface DevicesTask {
  task: 'devices'
}
export const devicesResult = z.strictObject({
  runtime: z.string(), // "onnxruntime-node 1.30.0"
  devices: z.array(
    z.strictObject({ id: z.string(), name: z.string(), available: z.boolean(), reason: z.string().optional() }),
  ),
})

/** Read the folder at `path` or the bare .onnx files in it and write a model package to `out`: see engine/packages. */
export interface ImportTask {
  task: 'import'
  path: string
  /** Empty folder that receives the package's files and model.json. */
  out: string
  hints: { id?: string; family?: string; licence?: string }
}
export const importResult = z.strictObject({ manifest: modelPackageSchema })

/** Load a package before anybody waits for it, and begin what will probably be asked of it. */
export interface OpenTask {
  task: 'open'
  packageDir: string
  manifest: ModelPackage
  /** Of the package's family, and without input pictures. */
  recipe?: Recipe
  device: DeviceId
}
export const openResult = z.strictObject({ loadSeconds: z.number() })

/** Check sha256 and graph signature of a package; open every session once. */
export interface VerifyTask {
  task: 'verify'
  packageDir: string
  manifest: ModelPackage
  device: DeviceId
}
export const verifyResult = z.strictObject({
  files: z.number().int(),
  bytes: z.number().int(),
  loadSeconds: z.number(),
})

/** Make what one recipe says. */
export interface MakeTask {
  task: 'make'
  packageDir: string
  manifest: ModelPackage
  recipe: Recipe
  /** The recipe's input pictures by their sha256, already decoded by the imaging worker. */
  inputs: Record<string, RawFile>
  /** Existing empty folder for the results' pixels and previews. */
  outDir: string
  device: DeviceId
  /** Send a `preview` event per step. */
  previews: boolean
}
export const copyLineSchema = z.strictObject({
  text: z.string(),
  /** Length in the limit's unit (characters when there is no limit). */
  count: z.number().int(),
  limit: z.number().int().optional(),
  tokens: z.number().int(),
  finish: z.enum(['eos', 'stop', 'limit', 'length']),
})
export const makeResult = z.strictObject({
  pictures: z.array(rawFileSchema).default([]),
  lines: z.array(copyLineSchema).default([]),
  /** How the prompt was read; unknown words are reported, never dropped silently. */
  reading: z
    .strictObject({
      understood: z.array(z.strictObject({ text: z.string(), role: z.string(), name: z.string() })),
      unknown: z.array(z.string()),
    })
    .optional(),
  ran: z.strictObject({
    device: z.string(),
    runtime: z.string(),
    /** Wall seconds of the pipeline, without loading the package. */
    seconds: z.number(),
    loadSeconds: z.number(),
    /** Sum of the bare `session.run` times in it. */
    sessionSeconds: z.number(),
    sessionRuns: z.number().int(),
    peakRssBytes: z.number(),
  }),
})
export type CopyLine = z.infer<typeof copyLineSchema>
export type MakeResult = z.infer<typeof makeResult>

export type InferenceTask = DevicesTask | ImportTask | OpenTask | VerifyTask | MakeTask

// ── imaging worker ──────────────────────────────────────────────────────────────────────────────

/** Decode an image file (PNG, JPEG, WebP, TIFF, GIF, AVIF; SVG is refused here) to raw pixels. */
export interface DecodeTask {
  task: 'decode'
  path: string
  out: string
  /** Fit inside these px, cover-cropped, when given. */
  resize?: { width: number; height: number; fit: 'cover' | 'contain' | 'fill' }
}
export const decodeResult = rawFileSchema

export interface MadeBy {
  /** The recipe as stored; written to iTXt `broadside`, XMP, and A1111 `parameters`. */
  recipe: unknown
  recipeHash: string
  /** A1111 infotext. */
  parameters: string
  /** Program and version, runtime, device, model name. */
  ran: Record<string, string | number>
}

/** Encode raw pixels with the recipe inside. Writes to `out` (a temporary name; the service renames). */
export interface EncodeTask {
  task: 'encode'
  picture: RawFile
  format: FileFormat
  quality?: number
  dpi?: number
  madeBy?: MadeBy
  out: string
}
export const encodeResult = z.strictObject({
  sha256: z.string(),
  bytes: z.number().int(),
  width: z.number().int(),
  height: z.number().int(),
})

/** Read what a picture says about its making, from any of the three places. */
export interface ReadMetadataTask {
  task: 'read-metadata'
  path: string
}
export const readMetadataResult = z.strictObject({
  width: z.number().int(),
  height: z.number().int(),
  format: z.string(),
  recipe: z.unknown().optional(),
  recipeHash: z.string().optional(),
  parameters: z.string().optional(),
  ran: z.record(z.string(), z.unknown()).optional(),
})

/** Render an artboard of a document, or a selection of its layers. Assets are files by their sha256. */
export interface ComposeTask {
  task: 'compose'
  document: unknown // src-shared/document, parsed in the worker
  artboard: string
  /** px per document px. */
  scale: number
  assets: Record<string, string>
  /** Ids of the layers to render on nothing; all of the artboard when left out. */
  only?: string[]
  /** With the bleed around the artboard. */
  bleed?: boolean
  /** With the dielines. */
  dielines?: boolean
  format: FileFormat
  quality?: number
  dpi?: number
  madeBy?: MadeBy
  out: string
  /** A small JPEG of the finished file, at most `side` px wide and high. */
  thumbnail?: { out: string; side: number }
}

export const composeResult = encodeResult.extend({
  /** Texts that did not fit (src-shared/scene/overflow.ts). */
  overflows: z
    .array(
      z.strictObject({
        layer: z.string().max(200),
        name: z.string().max(200),
        how: z.enum(['shrunk', 'over']),
        by: z.number(),
      }),
    )
    .max(5000),
})

/** Read a dieline from an SVG file: what a dieline layer needs. */
export interface ReadDielineTask {
  task: 'read-dieline'
  path: string
}
export const readDielineResult = z.strictObject({
  viewBox: dielineKind.schema.shape.viewBox,
  paths: dielineKind.schema.shape.paths,
  /** When the file says it in units of the real world. */
  sizeMm: z.strictObject({ width: z.number().positive(), height: z.number().positive() }).optional(),
  /** What the file has besides lines and is left out: `text`, `image`, `use`, `damaged path`. */
  ignored: z.array(z.string().max(100)).max(100),
})

/** Draw an SVG file to a PNG, `width` px wide (its own size when left out), after a search for what could run. */
export interface RasteriseSvgTask {
  task: 'rasterise-svg'
  path: string
  width?: number
  out: string
}
export const rasteriseSvgResult = encodeResult.extend({
  /** Its letters were drawn with whatever fonts this machine has. */
  hasText: z.boolean(),
})

/** A sheet of thumbnails with captions. */
export interface ContactSheetTask {
  task: 'contact-sheet'
  title: string
  cells: { path: string; caption: string }[]
  columns: number
  cellWidth: number
  format: 'png' | 'jpeg' | 'webp'
  out: string
}

/** A contact sheet as a PDF with real text. */
export interface PdfSheetTask {
  task: 'pdf-sheet'
  /** A file: too long for a message. pdfSheetSchema as JSON. */
  request: string
  out: string
}
export const pdfSheetSchema = z.strictObject({
  title: z.string().max(200),
  /** Number of the first cell. */
  first: z.number().int().min(1),
  cells: z
    .array(
      z.strictObject({
        /** A thumbnail; left out: an empty frame. */
        path: z.string().optional(),
        caption: z.string().max(500),
        note: z.string().max(500).optional(),
      }),
    )
    .max(5000),
})
export type PdfSheet = z.output<typeof pdfSheetSchema>
export const pdfSheetResult = z.strictObject({
  sha256: z.string(),
  bytes: z.number().int(),
  pages: z.number().int(),
})

/** A small JPEG of a picture file, at most `side` px wide and high. */
export interface ThumbnailTask {
  task: 'thumbnail'
  path: string
  side: number
  out: string
}
export const thumbnailResult = z.strictObject({ bytes: z.number().int() })

/** Write a project file to `out` (a temporary name; the service renames). */
export interface PackTask {
  task: 'pack'
  /** Files: document.json, the thumbnail, the pictures by the sha256 of their bytes. */
  document: string
  thumbnail?: string
  pictures: { sha256: string; path: string }[]
  out: string
}
export const packResult = z.strictObject({ bytes: z.number().int() })

/** Check a project file; document.json and thumbnail.webp go into the empty folder `out`, the pictures are listed. */
export interface UnpackTask {
  task: 'unpack'
  path: string
  out: string
}
export const unpackResult = z.strictObject({
  pictures: z.array(sha256Schema),
  thumbnail: z.boolean(),
})

/** Copy pictures out of a project file into the folder `out`, as `<sha256>.<extension>`. */
export interface UnpackPicturesTask {
  task: 'unpack-pictures'
  path: string
  pictures: string[]
  out: string
}
export const unpackPicturesResult = z.strictObject({
  /** File names in `out`. */
  files: z.array(z.strictObject({ sha256: sha256Schema, name: z.string().regex(/^[0-9a-f]{64}\.[a-z0-9]{1,5}$/) })),
  /** Their bytes are not what their name says, or they are not there; nothing of them is in `out`. */
  damaged: z.array(sha256Schema),
})

/** Read a table from a CSV, TSV, XLSX or JSON file; it goes to `out` as JSON (src-shared/table), too long for a message. */
export interface ReadTableTask {
  task: 'read-table'
  path: string
  out: string
}
export const readTableResult = z.strictObject({ bytes: z.number().int() })

export type ImagingTask =
  | DecodeTask
  | EncodeTask
  | ReadMetadataTask
  | ComposeTask
  | ReadDielineTask
  | RasteriseSvgTask
  | ContactSheetTask
  | PdfSheetTask
  | ThumbnailTask
  | PackTask
  | UnpackTask
  | UnpackPicturesTask
  | ReadTableTask

export const taskResults = {
  devices: devicesResult,
  import: importResult,
  open: openResult,
  verify: verifyResult,
  make: makeResult,
  decode: decodeResult,
  encode: encodeResult,
  'read-metadata': readMetadataResult,
  compose: composeResult,
  'read-dieline': readDielineResult,
  'rasterise-svg': rasteriseSvgResult,
  'contact-sheet': encodeResult,
  'pdf-sheet': pdfSheetResult,
  thumbnail: thumbnailResult,
  pack: packResult,
  unpack: unpackResult,
  'unpack-pictures': unpackPicturesResult,
  'read-table': readTableResult,
} as const

export type Task = InferenceTask | ImagingTask
export type ResultOf<T extends Task> = z.output<(typeof taskResults)[T['task']]>

// ── messages ────────────────────────────────────────────────────────────────────────────────────

export const taskEventSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('stage'), stage: z.string().max(40) }),
  z.strictObject({ type: z.literal('step'), step: z.number().int(), steps: z.number().int() }),
  z.strictObject({ type: z.literal('preview'), picture: rawFileSchema, step: z.number().int() }),
  /** Line `line` now reads: the first `from` code units of what it was, then `text`. Without `from`: append. */
  z.strictObject({
    type: z.literal('token'),
    line: z.number().int(),
    text: z.string().max(4000),
    from: z.number().int().min(0).optional(),
  }),
])
export type TaskEvent = z.infer<typeof taskEventSchema>

export type ToWorker =
  | { type: 'run'; id: number; task: Task }
  /** Stop between two steps. The supervisor kills the process when that takes too long. */
  | { type: 'cancel'; id: number }

export const fromWorkerSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready') }),
  z.strictObject({ type: z.literal('event'), id: z.number().int(), event: taskEventSchema }),
  z.strictObject({ type: z.literal('done'), id: z.number().int(), result: z.unknown() }),
  z.strictObject({
    type: z.literal('failed'),
    id: z.number().int(),
    error: z.strictObject({
      code: z.string(),
      message: z.string().max(10_000),
      where: z
        .strictObject({ file: z.string().optional(), field: z.string().optional(), line: z.number().optional() })
        .optional(),
      remedy: z.string().max(2000).optional(),
    }),
  }),
])
export type FromWorker = z.infer<typeof fromWorkerSchema>

/** A worker's side: one function per task name. Throwing a StudioError (or anything) becomes `failed`. */
export type TaskHandler<T extends Task> = (task: T, context: TaskContext) => Promise<ResultOf<T>>
export interface TaskContext {
  signal: AbortSignal
  report(event: TaskEvent): void
}

/** The service's side of one worker, restarts included. Implemented by workers/supervisor.ts. */
export interface Lane {
  run<T extends Task>(task: T, options?: RunOptions): Promise<ResultOf<T>>
  close(): Promise<void>
}
export interface RunOptions {
  signal?: AbortSignal
  onEvent?: (event: TaskEvent) => void
  /** The task left the queue and goes to the worker now. */
  onStart?: () => void
  /** Kill the worker when the task is not done by then. */
  wallClockMs?: number
  /** A task of the same key that killed two workers is refused (`quarantined`). */
  quarantineKey?: string
}
