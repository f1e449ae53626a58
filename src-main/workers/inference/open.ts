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
  await pipelineFor(task.manifest.family).prepare?.(pkg as never)
  return { loadSeconds: pkg.loadSeconds }
}
