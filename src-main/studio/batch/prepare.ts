import { setImmediate as breathe } from 'node:timers/promises'
import { type Expansion, expandSteps, type FileTask, type Model, type Rerolls, type Row } from '#shared/batch/expand.ts'
import { parsePlan } from '#shared/batch/plan.ts'
import { adaptArtboard } from '#shared/document/adapt.ts'
import { type Document, parseDocument } from '#shared/document/document.ts'
import type { Binding } from '#shared/document/resolve.ts'
import { StudioError } from '#shared/errors.ts'
import type { Room } from '../room.ts'
import type { KeptPlan } from './registry.ts'
import { usesOf } from './variation.ts'

/** A plan that is ready to be carried out: expanded, with the document that each file is drawn from. */
export interface Prepared extends Expansion {
  plan: KeptPlan
  device: string
  document: Document
  uses: ReadonlyMap<string, ReadonlySet<Binding>>
  layoutOf(task: Pick<FileTask, 'artboard' | 'size'>): Document
}

/** The service answers others at least this often while it expands. ms */
const TURN_MS = 8

/** Throws a StudioError for what makes the whole plan impossible. */
export async function prepare(room: Room, kept: KeptPlan, rerolls: Rerolls = new Map()): Promise<Prepared> {
  const document = parseDocument(kept.document)
  const plan = parsePlan({ ...kept.spec, format: 1, kind: 'batch', document: withoutTable(document) })
  const steps = expandSteps(plan, kept.rows, await modelsOf(room), rerolls)
  let since = performance.now()
  let step = steps.next()
  while (!step.done) {
    if (performance.now() - since > TURN_MS) {
      await breathe()
      since = performance.now()
    }
    step = steps.next()
  }
  const layouts = new Map<string, Document>()
  const bare = withoutTable(document)
  return {
    ...step.value,
    plan: kept,
    device: plan.device,
    document,
    uses: usesOf(document),
    layoutOf({ artboard, size }) {
      if (!size) return bare
      const key = JSON.stringify([artboard, size])
      const known = layouts.get(key)
      if (known) return known
      const adapted = adaptArtboard(bare, artboard, size)
      layouts.set(key, adapted)
      return adapted
    },
  }
}

/** What a file is made from does not hang on how many rows there are besides its own. */
const withoutTable = (document: Document): Document => ({ ...document, columns: [], rows: [], plans: [] })

async function modelsOf(room: Room): Promise<Map<string, Model>> {
  const models = new Map<string, Model>()
  for (const { id, manifest, hash } of await room.models.list())
    if (manifest && hash !== undefined) models.set(id, { manifest, hash })
  return models
}

/** Columns that the first row has and another one lacks would be filled by whatever the document says. */
export function requireEqualRows(rows: readonly Row[]): void {
  const columns = Object.keys(rows[0] ?? {})
  for (const [at, row] of rows.entries()) {
    const missing = columns.find((column) => row[column] === undefined)
    if (missing === undefined && Object.keys(row).length === columns.length) continue
    throw new StudioError({
      code: 'usage',
      message: `row ${at + 1} has other columns than row 1`,
      where: { field: missing ?? 'rows', line: at + 1 },
      remedy: 'Give every row the same columns; empty cells are fine.',
    })
  }
}
