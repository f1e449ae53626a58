import type { Command } from 'commander'
import type { ModelEntry } from '#shared/contract/studio-api.ts'
import { StudioError } from '#shared/errors.ts'
import type { ModelPackage } from '#shared/models/manifest.ts'
import { graphScales, reachable } from '#shared/models/passes.ts'
import { benchModel } from '../bench-model.ts'
import { integer } from '../flags.ts'
import type { CommonFlags, Host, OwnHost } from '../host.ts'
import { table } from '../table.ts'
import { type AddCommand, withCommonFlags } from './command.ts'

export const addModels: AddCommand = (program, run, runAlone) => {
  const group = program.command('models').description('list, add and check model packages')
  const sub = (command: Command) => withCommonFlags(command)

  sub(group.command('list').description('all models at hand')).action((flags: CommonFlags) =>
    run('models list', flags, list),
  )
  sub(group.command('info').argument('<id>').description('what a model makes, and the words it knows')).action(
    (id: string, flags: CommonFlags) => run('models info', flags, (host) => info(host, id)),
  )
  sub(
    group
      .command('add')
      .argument('<path...>', 'a model package, a diffusers or transformers ONNX folder, or a bare .onnx file')
      .description('copy a model into the data folder')
      .option('--id <id>', 'call it this')
      .option('--family <name>', 'diffusion, gan, vae, upscaler or text, when the files do not say')
      .option('--licence <name>', 'its licence, when the files do not say'),
  ).action((paths: string[], flags: CommonFlags & { id?: string; family?: string; licence?: string }) =>
    runAlone('models add', flags, (host) => add(host, paths, flags)),
  )
  sub(group.command('remove').argument('<id>').description('remove a model that was added')).action(
    (id: string, flags: CommonFlags) => runAlone('models remove', flags, (host) => remove(host, id)),
  )
  sub(group.command('verify').argument('[id]').description('hash every file and open every graph')).action(
    (id: string | undefined, flags: CommonFlags) => run('models verify', flags, (host) => verify(host, id)),
  )
  sub(
    group
      .command('bench')
      .argument('<id>')
      .description('measure load and speed on this machine')
      .option('--rounds <n>', 'how often', integer(1, 100), 5)
      .option('--device <id>', 'where to run ("broadside doctor" lists devices)'),
  ).action((id: string, flags: CommonFlags & { rounds: number; device?: string }) =>
    run('models bench', flags, (host) => benchModel(host, id, flags)),
  )
}

async function list({ studio, output }: Host): Promise<void> {
  const models = await studio.models.list()
  const rows = models.map((model) => [
    model.id,
    model.manifest?.family ?? 'unusable',
    model.manifest ? `${megabytes(model.manifest)} MB` : '',
    model.source,
    model.manifest?.description ?? model.error?.message ?? '',
  ])
  for (const line of table(['id', 'family', 'size', 'from', ''], rows)) output.say(line)
  output.event({ event: 'result', models: models.map(summary) })
}

async function info({ studio, output }: Host, id: string): Promise<void> {
  const model = await studio.models.get(id)
  const { manifest } = model
  const words = await studio.models.words(id)
  output.say(
    `${manifest.name} ${manifest.version}  (${manifest.family}, ${megabytes(manifest)} MB, ${manifest.licence})`,
  )
  output.say(manifest.description)
  for (const line of facts(manifest)) output.say(line)
  for (const credit of manifest.attribution) output.say(`from ${credit}`)
  for (const [name, value] of Object.entries(manifest.metrics ?? {})) output.say(`measured ${name}: ${inline(value)}`)
  output.say(`hash ${model.hash}`)
  output.say(`folder ${model.folder}`)
  for (const [role, known] of Object.entries(words)) output.say(`${role} words: ${known.join(', ')}`)
  output.event({ event: 'result', model: { ...summary(model), manifest, words } })
}

async function add(
  { studio, output, signal }: OwnHost,
  paths: string[],
  flags: { id?: string; family?: string; licence?: string },
): Promise<void> {
  const { id, family, licence } = flags
  if (id !== undefined && paths.length > 1)
    throw new StudioError({
      code: 'usage',
      message: `--id names one model, and ${paths.length} paths were given`,
      where: { field: 'id' },
      remedy: 'Add them one by one.',
    })
  const hints = Object.fromEntries(Object.entries({ id, family, licence }).filter(([, value]) => value !== undefined))
  const models = new Map<string, ModelEntry>() // both halves of a pair are the same model
  for (const path of paths) {
    const model = await studio.models.add(path, hints, { signal })
    if (!models.has(model.id))
      output.say(`${model.id} is there (${model.manifest.family}, ${megabytes(model.manifest)} MB)`)
    models.set(model.id, model)
  }
  output.event({ event: 'result', models: [...models.values()].map(summary) })
}

async function remove({ studio, output }: OwnHost, id: string): Promise<void> {
  await studio.models.remove(id)
  output.say(`${id} is removed`)
  output.event({ event: 'result', removed: id })
}

/** All of them when no id is given; the first that fails is the error, after the others were checked. */
async function verify({ studio, output, signal }: Host, id: string | undefined): Promise<void> {
  const ids = id === undefined ? (await studio.models.list()).map((model) => model.id) : [id]
  const verified = []
  const failures: unknown[] = []
  for (const one of ids) {
    try {
      const result = await studio.models.verify(one, { signal })
      verified.push(result)
      output.event({ event: 'verified', ...result })
      output.say(`${one}: ${result.files} files, ${result.bytes} bytes, opens in ${result.loadSeconds.toFixed(2)} s`)
    } catch (error) {
      if (signal.aborted || ids.length === 1) throw error
      output.note(`${one}: failed`)
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
  output.event({ event: 'result', verified })
}

function summary({ id, source, folder, hash, manifest, error }: ModelEntry) {
  return { id, family: manifest?.family, version: manifest?.version, source, folder, hash, error }
}

function megabytes(manifest: ModelPackage): string {
  const bytes = Object.values(manifest.files).reduce((sum, file) => sum + file.bytes, 0)
  return (bytes / 1e6).toFixed(1)
}

function facts(manifest: ModelPackage): string[] {
  switch (manifest.family) {
    case 'diffusion': {
      const { size, defaults, limits } = manifest.config
      return [
        `size ${size.default.join('×')} px; ${size.min} to ${size.max} in steps of ${size.multiple}`,
        `steps ${defaults.steps} (${limits.steps.join(' to ')}), guidance ${defaults.guidance} (${limits.guidance.join(' to ')}), sampler ${defaults.sampler}`,
      ]
    }
    case 'gan': {
      const { size, styles, seamless, defaults } = manifest.config
      return [
        `size ${size.join('×')} px${seamless ? ', seamless' : ''}; truncation ${defaults.truncation}; ${styles} layers to mix`,
      ]
    }
    case 'vae': {
      const { size, latent } = manifest.config
      const operations = latent.prior ? 'sample, reconstruct, remix, walk' : 'reconstruct, remix, walk'
      return [
        `size ${size.default.join('×')} px; ${size.min} to ${size.max} in steps of ${size.multiple}; ${operations}`,
      ]
    }
    case 'upscaler':
      return [
        `scales ×${graphScales(manifest.config).join(', ×')}, in passes ×${reachable(graphScales(manifest.config)).at(-1)?.scale}; tiles of ${manifest.config.tile} px`,
      ]
    case 'text':
      return [`${manifest.config.layers} layers, context of ${manifest.config.context} tokens`]
  }
}

function inline(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
