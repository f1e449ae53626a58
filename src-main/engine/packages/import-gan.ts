import type { BareGraph } from './bare-graph.ts'
import type { Plan, Source } from './plan.ts'

/** Recognised, not yet adapted. */
export async function ganGenerator(_source: Source, _bare: BareGraph): Promise<Plan | undefined> {
  return undefined
}
