import { writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { StudioError, toStudioError } from '#shared/errors.ts'
import type { RawFile, RawPicture } from '#shared/work/picture.ts'
import type { MakeTask, TaskContext, TaskHandler } from '#shared/work/tasks.ts'
import { runtimeVersion } from '../../engine/onnx/runtime.ts'
import type { PipelineContext } from '../../engine/pipelines/pipeline.ts'
import { pipelineFor } from '../../engine/pipelines/registry.ts'
import { closePackage, packageFor } from './packages.ts'
import { previewBudget } from './previews.ts'

/** Makes what one recipe says: pixels go to raw files in `outDir`, everything else into the answer. */
export const made: TaskHandler<MakeTask> = async (task, context) => {
  const pipeline = pipelineFor(task.manifest.family)
  if (pipeline.kind !== task.recipe.kind) {
    throw new StudioError({
      code: 'usage',
      message: `${task.manifest.id} is a ${task.manifest.family} model and cannot make a recipe of kind ${task.recipe.kind}`,
      where: { field: 'recipe.model.id' },
      remedy: 'Choose a model of that kind.',
    })
  }
  const pkg = await packageFor(task)
  const before = { ...pkg.meter, load: pkg.loadSeconds }
  const started = performance.now()
  try {
    // The table of pipelines pairs family and kind, which was checked above; TypeScript cannot see it.
    const {
      pictures = [],
      lines = [],
      reading,
    } = await pipeline.run(pkg as never, task.recipe as never, pipelineContext(task, context))
    const loadSeconds = pkg.loadSeconds - before.load
    const ran = {
      device: pkg.device,
      runtime: runtimeVersion(),
      seconds: (performance.now() - started) / 1000 - loadSeconds,
      loadSeconds,
      sessionSeconds: pkg.meter.seconds - before.seconds,
      sessionRuns: pkg.meter.runs - before.runs,
      peakRssBytes: process.resourceUsage().maxRSS * 1024,
    }
    const files = pictures.map((picture, at) => writeRaw(join(task.outDir, `picture-${at}.raw`), picture))
    return { pictures: files, lines, ...(reading ? { reading } : {}), ran }
  } catch (thrown) {
    // A graph that failed may have left its session in any state.
    if (toStudioError(thrown).code !== 'cancelled') await closePackage()
    throw thrown
  }
}

function pipelineContext({ inputs, outDir, previews }: MakeTask, { signal, report }: TaskContext): PipelineContext {
  const budget = previewBudget()
  return {
    signal,
    get previews() {
      return previews && budget.allows()
    },
    report(event) {
      if (event.type === 'step') budget.stepped(event.step, event.steps)
      if (event.type === 'stage') budget.begun()
      if (event.type !== 'preview') return report(event)
      const { picture, step, sketch } = event
      if (!sketch) budget.shown()
      report({ type: 'preview', step, picture: writeRaw(join(outDir, `preview-${step}.raw`), picture) })
    },
    async picture(sha256) {
      const file = inputs[sha256]
      if (file) return readRaw(file)
      throw new StudioError({
        code: 'not-found',
        message: `the recipe's input ${sha256} was not given`,
        where: { field: 'recipe.inputs' },
      })
    },
  }
}

function writeRaw(path: string, { width, height, channels, data }: RawPicture): RawFile {
  try {
    writeFileSync(path, data)
  } catch (thrown) {
    throw toStudioError(thrown, { file: path })
  }
  return { path, width, height, channels }
}

async function readRaw({ path, width, height, channels }: RawFile): Promise<RawPicture> {
  const data = await readFile(path).catch((thrown) => Promise.reject(toStudioError(thrown, { file: path })))
  if (data.length !== width * height * channels) {
    throw new StudioError({
      code: 'invalid-file',
      message: `${width}×${height} pixels of ${channels} bytes were announced, the file has ${data.length} bytes`,
      where: { file: path },
    })
  }
  return { width, height, channels, data }
}
