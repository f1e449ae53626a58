import { join } from 'node:path'
import type { ImageRecipe } from '#shared/contract/studio-api.ts'
import { LARGEST_SCALE } from '#shared/models/passes.ts'
import { draftImage } from '#shared/recipe/draft.ts'
import { enlargedName } from '../../names.ts'
import { integer } from '../flags.ts'
import type { CommonFlags, Host } from '../host.ts'
import { makeFiles } from '../make-files.ts'
import { type AddCommand, withCommonFlags } from './command.ts'

interface Flags extends CommonFlags {
  model: string
  scale?: number
  device?: string
  out: string
}

export const addUpscale: AddCommand = (program, run) => {
  const command = program
    .command('upscale')
    .description('make larger versions of pictures')
    .argument('<file...>', 'PNG, JPEG, WebP, TIFF, GIF or AVIF')
    .requiredOption('--model <id>', 'which upscaler ("broadside models list")')
    .option(
      '--scale <n>',
      'times larger; more than the model does at once is made in passes (default: the most in one)',
      integer(1, LARGEST_SCALE),
    )
    .option('--device <id>', 'where to run ("broadside doctor" lists devices)')
    .requiredOption('--out <dir>', 'folder for the pictures')
  withCommonFlags(command).action((files: string[], flags: Flags) =>
    run('upscale', flags, (host) => upscale(host, files, flags)),
  )
}

async function upscale(host: Host, files: string[], flags: Flags): Promise<void> {
  const { studio, output, signal } = host
  const model = await studio.models.get(flags.model)
  const draft = (input: string) =>
    draftImage(model.manifest, model.hash, {
      seed: 0,
      inputs: [input],
      ...(flags.scale === undefined ? {} : { scale: flags.scale }),
    }) as Extract<ImageRecipe, { kind: 'upscale' }>
  draft('0'.repeat(64)) // a wrong model or scale is said before the first picture is read

  const recipes: ReturnType<typeof draft>[] = []
  for (const file of files) recipes.push(draft((await studio.pictures.bring(file, { signal })).sha256))
  const made = await makeFiles(host, {
    what: model.id,
    recipes,
    ...(flags.device === undefined ? {} : { device: flags.device }),
    pathOf: (_, at) => join(flags.out, enlargedName(files[at]!, recipes[at]!.scale)),
  })
  output.event({ event: 'result', files: made })
}
