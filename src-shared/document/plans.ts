import { z } from 'zod'
import { planSpecSchema } from '../batch/plan.ts'
import { idSchema } from './layers/layer.ts'

/** A batch plan that is kept with its document. */
export const planRecordSchema = z.strictObject({
  type: z.literal('plan'),
  id: idSchema,
  name: z.string().max(200).default(''),
  order: z.number().default(0),
  spec: planSpecSchema,
})

export type PlanRecord = z.output<typeof planRecordSchema>
