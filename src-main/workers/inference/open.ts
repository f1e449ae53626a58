import { StudioError } from '#shared/errors.ts'
import type { OpenTask, TaskHandler } from '#shared/work/tasks.ts'
import { pipelineFor } from '../../engine/pipelines/registry.ts'
import { packageFor } from './packages.ts'

/** A package with its graphs and tables, ready for the first job. */
export const open: TaskHandler<OpenTask> = async (task, { signal }) => {
  const pkg = await packageFor(task)
  for (const role of Object.keys(task.manifest.config.sessions)) {
    signal.throwIfAborted()
    await pkg.graph(role)
  }
  const pipeline = pipelineFor(task.manifest.family)
  await pipeline.prepare?.(pkg as never)
  if (task.recipe?.kind === pipeline.kind)
    await pipeline.begin?.(pkg as never, task.recipe as never, { signal, report() {}, picture: nothingGiven })
  return { loadSeconds: pkg.loadSeconds }
}

async function nothingGiven(sha256: string): Promise<never> {
  throw new StudioError({ code: 'not-found', message: `the recipe's input ${sha256} was not given` })
}
