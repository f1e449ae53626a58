import { z } from 'zod'
import { planSpecSchema } from '../batch/plan.ts'
import { idSchema } from './layers/layer.ts'

/** Place of an entry in its axis, from 0. */
const place = z.number().int().min(0)

/**
 * Axes that are locked to one of their entries for now; the others stay in the plan. A row is named by its id, since
 * rows move. A place that is no longer there locks nothing.
 */
const locksSchema = z.strictObject({
  rows: idSchema.optional(),
  pictures: place.optional(),
  seeds: place.optional(),
  copy: place.optional(),
  artboards: place.optional(),
  formats: place.optional(),
})

/** A batch plan that is kept with its document. */
export const planRecordSchema = z.strictObject({
  type: z.literal('plan'),
  id: idSchema,
  name: z.string().max(200).default(''),
  order: z.number().default(0),
  spec: planSpecSchema,
  locks: locksSchema.default({}),
})

export type PlanRecord = z.output<typeof planRecordSchema>
export type PlanLocks = PlanRecord['locks']
