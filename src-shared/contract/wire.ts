import { eventIterator, oc, type } from '@orpc/contract'
import { z } from 'zod'
import { type Channel, channelListSchema } from '../copy/channels.ts'
import type { PicturePalette } from '../document/palette.ts'
import type { Patch } from '../document/patch.ts'
import { sessionSchema } from '../document/session.ts'
import type { StudioErrorData } from '../errors.ts'
import { sha256Schema } from '../recipe/common.ts'
import { recipeSchema } from '../recipe/recipe.ts'
import type { Artifact } from './artifact.ts'
import {
  type Batch,
  type BatchEstimate,
  batchOnly,
  type Cells,
  cellsRequest,
  deviceOnly,
  estimateRequest,
  lockRequest,
  rerollRequest,
  starRequest,
  startRequest,
} from './batch.ts'
import type { StudioEvent } from './events.ts'
import { type ExportedFile, exportRequest, type TakeawayFile, textExportRequest } from './exports.ts'
import type { OpenProject, ProjectSummary } from './project.ts'
import type { Devices, ModelEntry, Reading, Verified } from './studio-api.ts'

/**
 * The calls between a window and the service, over one WebSocket. Pixels go by HTTP (docs/architecture.md lists the
 * addresses). Inputs are parsed; outputs are ours. Every failure is a StudioError as data.
 */

const procedure = oc.errors({ STUDIO: { data: type<StudioErrorData>() } })

const id = z.string().min(1).max(100)
const box = z.strictObject({
  x: z.number(),
  y: z.number(),
  width: z.number().positive(),
  height: z.number().positive(),
})

export const targetSchema = z.strictObject({
  project: id,
  action: z.enum(['place', 'fill', 'results']),
  id: id.optional(),
  box: box.optional(),
  mask: sha256Schema.optional(),
  window: id,
})

/** Read by the service in parts (parsePatchInParts): a step may touch every layer there is. */
const unreadStep = z.custom<Patch>((value) => typeof value === 'object' && value !== null)

const submission = z.strictObject({
  recipe: recipeSchema,
  device: z.string().max(40).default('cpu'),
  target: targetSchema.optional(),
})

export type { ExportedFile, ExportRequest } from './exports.ts'

export interface Hello {
  program: string
  /** Where the service keeps its things, for people. */
  home: string
  /** Those known so far; all of them come as a `devices` event some seconds after the first start. */
  devices: Devices['devices']
  /** Ids of projects with edits that a program that ended early left behind. */
  recoverable: string[]
}

export const contract = {
  system: {
    hello: procedure.output(type<Hello>()),
    /** From sequence number `after` on; starts with a snapshot when that is unknown or too long ago. */
    events: procedure.output(eventIterator(type<StudioEvent>())),
  },
  models: {
    list: procedure.output(type<ModelEntry[]>()),
    /** Words that the model knows, by role, each with its other language: "fox 狐狸". */
    words: procedure.input(z.strictObject({ id })).output(type<Record<string, string[]>>()),
    /** How a prompt will be read; undefined for a model that takes any words. */
    read: procedure.input(z.strictObject({ id, prompt: z.string().max(2000) })).output(type<Reading | undefined>()),
    /** Load it ahead of its first job, unless anything is being made. */
    open: procedure.input(z.strictObject({ id })).output(type<void>()),
    /** Hash every file and open every graph. */
    verify: procedure.input(z.strictObject({ id })).output(type<Verified>()),
  },
  channels: {
    list: procedure.output(type<Channel[]>()),
    save: procedure.input(z.strictObject({ channels: channelListSchema })).output(type<Channel[]>()),
  },
  jobs: {
    submit: procedure
      .input(z.strictObject({ jobs: z.array(submission).min(1).max(500) }))
      .output(type<{ ids: string[] }>()),
    /** This will probably be submitted next: its beginning may be made now. */
    expect: procedure.input(submission.omit({ target: true })).output(type<void>()),
    /** A running job stops at its next step; a waiting one leaves the queue. */
    cancel: procedure.input(z.strictObject({ ids: z.array(id).max(500) })).output(type<void>()),
    /** The same recipe as a new job. */
    retry: procedure.input(z.strictObject({ id })).output(type<{ id: string }>()),
    /** Before another waiting job, or to the end. */
    move: procedure.input(z.strictObject({ id, before: id.optional() })).output(type<void>()),
    /** Forget finished jobs. What they made stays in the library. */
    clear: procedure.output(type<void>()),
  },
  library: {
    find: procedure
      .input(
        z.strictObject({
          text: z.string().max(400).optional(),
          kind: z.enum(['picture', 'copy', 'composition', 'input']).optional(),
          starred: z.boolean().optional(),
          limit: z.number().int().min(1).max(1000).default(200),
          /** Older than this; for the next page. */
          before: z.number().int().optional(),
        }),
      )
      .output(type<Artifact[]>()),
    get: procedure.input(z.strictObject({ sha256: sha256Schema })).output(type<Artifact>()),
    star: procedure.input(z.strictObject({ sha256: sha256Schema, starred: z.boolean() })).output(type<Artifact>()),
    /** Out of sight; the bytes go when no project needs them. */
    discard: procedure.input(z.strictObject({ sha256: sha256Schema })).output(type<void>()),
    palette: procedure.input(z.strictObject({ sha256: sha256Schema })).output(type<PicturePalette>()),
    /** Prompts used before, newest first. */
    prompts: procedure
      .input(z.strictObject({ limit: z.number().int().min(1).max(500).default(100) }))
      .output(type<{ prompt: string; model: string; used: number }[]>()),
  },
  projects: {
    list: procedure.output(type<ProjectSummary[]>()),
    create: procedure
      .input(
        z.strictObject({ name: z.string().min(1).max(200), document: z.unknown().optional(), window: id.optional() }),
      )
      .output(type<OpenProject>()),
    /** `window`: who asks, the same over every connection of one window. */
    open: procedure.input(z.strictObject({ id, window: id.optional() })).output(type<OpenProject>()),
    /** Steps on top of revision `base`; in the journal on the disk when this returns. */
    append: procedure
      .input(z.strictObject({ handle: id, base: z.number().int().min(0), steps: z.array(unreadStep).min(1).max(1000) }))
      .output(type<{ revision: number }>()),
    session: procedure.input(z.strictObject({ handle: id, session: sessionSchema })).output(type<void>()),
    save: procedure.input(z.strictObject({ handle: id })).output(type<{ revision: number; at: number }>()),
    /** Under another name, or at a place the shell was told by the user. */
    saveAs: procedure
      .input(z.strictObject({ handle: id, name: z.string().min(1).max(200), place: id.optional() }))
      .output(type<OpenProject>()),
    /** Throw unsaved edits away: back to the file. */
    revert: procedure.input(z.strictObject({ handle: id })).output(type<OpenProject>()),
    close: procedure.input(z.strictObject({ handle: id })).output(type<void>()),
    remove: procedure.input(z.strictObject({ id })).output(type<void>()),
  },
  batch: {
    estimate: procedure.input(estimateRequest).output(type<BatchEstimate>()),
    start: procedure.input(startRequest).output(type<{ id: string }>()),
    requireDevice: procedure.input(deviceOnly).output(type<void>()),
    pause: procedure.input(batchOnly).output(type<void>()),
    resume: procedure.input(batchOnly).output(type<void>()),
    cancel: procedure.input(batchOnly).output(type<void>()),
    list: procedure.output(type<Batch[]>()),
    get: procedure.input(batchOnly).output(type<Batch>()),
    /** A window of the cells that the filter lets through. */
    cells: procedure.input(cellsRequest).output(type<Cells>()),
    reroll: procedure.input(rerollRequest).output(type<void>()),
    lock: procedure.input(lockRequest).output(type<void>()),
    star: procedure.input(starRequest).output(type<void>()),
    exportStarred: procedure.input(batchOnly).output(type<TakeawayFile>()),
    remove: procedure.input(batchOnly).output(type<void>()),
  },
  exports: {
    render: procedure.input(exportRequest).output(type<ExportedFile>()),
    text: procedure.input(textExportRequest).output(type<TakeawayFile>()),
  },
}

export type Contract = typeof contract
