import { join } from 'node:path'
import { type Command, Option } from 'commander'
import type { ImageRecipe } from '#shared/contract/studio-api.ts'
import { StudioError } from '#shared/errors.ts'
import { SAMPLERS, SCHEDULES } from '#shared/recipe/diffusion.ts'
import { draftImage, type ImageWish } from '#shared/recipe/draft.ts'
import type { Recipe } from '#shared/recipe/recipe.ts'
import { VAE_OPERATIONS } from '#shared/recipe/vae.ts'
import { pictureName } from '../../names.ts'
import { collect, integer, MAX_COUNT, MAX_SEED, number, randomSeed, seed, seedAnd, size } from '../flags.ts'
import type { CommonFlags, Host } from '../host.ts'
import { makeFiles } from '../make-files.ts'
import { type AddCommand, withCommonFlags } from './command.ts'

interface Flags extends CommonFlags {
  model: string
  prompt?: string
  negative?: string
  seed?: number
  count: number
  size?: [number, number]
  fast?: boolean
  steps?: number
  guidance?: number
  sampler?: string
  schedule?: string
  init?: string[]
  strength?: number
  mask?: string
  reference?: string
  truncation?: number
  mix?: { seed: number; number: number }
  interpolate?: { seed: number; number: number }
  operation?: string
  amount?: number
  temperature?: number
  frames?: number
  device?: string
  out: string
}

export const addMakeImage: AddCommand = (program, run) => {
  const command = makeGroup(program)
    .command('image')
    .description('make pictures with a diffusion model, a GAN or a VAE')
    .requiredOption('--model <id>', 'which model ("broadside models list")')
    .option('--prompt <text>', 'what to show; for a GAN the words choose the class')
    .option('--negative <text>', 'what not to show')
    .option('--seed <n>', `0 to ${MAX_SEED}; the same seed makes the same picture (default: random, printed)`, seed)
    .option('--count <n>', 'pictures, with seeds N, N+1, …', integer(1, MAX_COUNT), 1)
    .option('--size <WxH>', 'px (default: the model’s own)', size)
    .option('--fast', 'the few steps that the model has for a quick look')
    .option('--steps <n>', 'denoising steps', integer(-MAX_SEED, MAX_SEED))
    .option('--guidance <n>', 'how closely to follow the prompt', number())
    .addOption(new Option('--sampler <name>', 'how to step').choices(SAMPLERS))
    .addOption(new Option('--schedule <name>', 'where the steps lie').choices(SCHEDULES))
    .option('--init <file>', 'picture to start from; twice for --operation remix and walk', collect)
    .option('--strength <s>', '0 keeps the init picture, 1 ignores it', number())
    .option('--mask <file>', 'white is repainted, the rest of the init picture stays', String)
    .option('--reference <file>', 'a picture of the subject: a logo, a product, a sketch', String)
    .option('--truncation <t>', 'GAN: 0 the mean of the class, 1 its full variety', number())
    .option('--mix <seed:layer>', 'GAN: take the style of another seed from this layer on', seedAnd('LAYER'))
    .option('--interpolate <seed:frames>', 'GAN: a strip of pictures from the seed to this one', seedAnd('FRAMES'))
    .addOption(new Option('--operation <name>', 'VAE: what to do').choices(VAE_OPERATIONS))
    .option('--amount <a>', 'VAE remix: 0 the first picture, 1 the second', number())
    .option('--temperature <t>', 'VAE sample: how far from the mean', number())
    .option('--frames <n>', 'VAE walk: pictures in the strip', integer(-MAX_SEED, MAX_SEED))
    .option('--device <id>', 'where to run ("broadside doctor" lists devices)')
    .requiredOption('--out <dir>', 'folder for the pictures')
  withCommonFlags(command).action((flags: Flags) => run('make image', flags, (host) => makeImage(host, flags)))
}

export function makeGroup(program: Command): Command {
  return (
    program.commands.find((one) => one.name() === 'make') ??
    program.command('make').description('make pictures or copy')
  )
}

async function makeImage(host: Host, flags: Flags): Promise<void> {
  const { studio, output, signal } = host
  const first = flags.seed ?? randomSeed()
  if (first + flags.count - 1 > MAX_SEED)
    throw new StudioError({
      code: 'usage',
      message: `--seed ${first} with --count ${flags.count} goes past the last seed, ${MAX_SEED}`,
      where: { field: 'seed' },
      remedy: 'Choose a smaller seed.',
    })
  const model = await studio.models.get(flags.model)
  const draft = (seed: number, given: Given) =>
    draftImage(model.manifest, model.hash, wishOf(flags, seed, given)) as ImageRecipe
  // What the model does not do is said before the first file is touched; the sha256 stands in for the real ones.
  draft(first, {
    inputs: (flags.init ?? []).map(() => NO_PICTURE),
    mask: flags.mask && NO_PICTURE,
    reference: flags.reference && NO_PICTURE,
  })

  const bring = async (path: string) => (await studio.pictures.bring(path, { signal })).sha256
  const inputs: string[] = []
  for (const path of flags.init ?? []) inputs.push(await bring(path))
  const given: Given = {
    inputs,
    mask: flags.mask && (await bring(flags.mask)),
    reference: flags.reference && (await bring(flags.reference)),
  }
  if (flags.seed === undefined) output.note(`seed ${first}`)
  const recipes = Array.from({ length: flags.count }, (_, at) => draft(first + at, given))

  const files = await makeFiles(host, {
    what: model.id,
    recipes,
    ...(flags.device === undefined ? {} : { device: flags.device }),
    pathOf: (recipe) =>
      join(flags.out, pictureName(model.id, wordsOf(recipe), 'seed' in recipe ? recipe.seed : 0, 'png')),
  })
  output.event({ event: 'result', files })
}

const NO_PICTURE = '0'.repeat(64)

/** Pictures by sha256. */
interface Given {
  inputs: string[]
  mask: string | undefined
  reference: string | undefined
}

function wishOf(flags: Flags, seed: number, { inputs, mask, reference }: Given): ImageWish {
  const { prompt, negative, size, fast, steps, guidance, sampler, schedule, strength, truncation } = flags
  const { operation, amount, temperature, frames, mix, interpolate } = flags
  const given = {
    ...{ prompt, negative, size, fast, steps, guidance, sampler, schedule, strength, mask, reference, truncation },
    ...{ operation, amount, temperature, frames },
    mix: mix && { seed: mix.seed, from: mix.number },
    interpolate: interpolate && { to: interpolate.seed, frames: interpolate.number },
  }
  const wish = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
  return { ...wish, seed, inputs }
}

function wordsOf(recipe: Recipe): string {
  switch (recipe.kind) {
    case 'diffusion':
    case 'gan':
      return recipe.prompt
    case 'vae':
      return recipe.operation
    default:
      return ''
  }
}
