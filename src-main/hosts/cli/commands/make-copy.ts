import { join } from 'node:path'
import { Option } from 'commander'
import { ensureFolder } from '#main/studio/files.ts'
import type { MadeCopy } from '#shared/contract/studio-api.ts'
import { CHANNELS, type Channel, findChannel, limitOf } from '#shared/copy/channels.ts'
import { readVocabulary } from '#shared/copy/vocabulary.ts'
import { StudioError } from '#shared/errors.ts'
import { draftCopy } from '#shared/recipe/draft.ts'
import { LANGUAGES, type Limit } from '#shared/recipe/text.ts'
import { slug } from '../../names.ts'
import { briefFrom } from '../brief.ts'
import { integer, MAX_SEED, number, randomSeed, seed } from '../flags.ts'
import type { CommonFlags, Host } from '../host.ts'
import { timesOf } from '../make-files.ts'
import { type AddCommand, withCommonFlags } from './command.ts'
import { makeGroup } from './make-image.ts'

interface Flags extends CommonFlags {
  model: string
  brief: string
  channel?: string
  tone?: string
  lang?: (typeof LANGUAGES)[number]
  framework?: string
  count?: number
  seed?: number
  temperature?: number
  candidates?: number
  device?: string
  out?: string
}

const DEFAULT_MODEL = 'copy-lm'
const DEFAULT_CHANNEL = 'poster-headline'
const DEFAULT_COUNT = 5

export const addMakeCopy: AddCommand = (program, run) => {
  const command = makeGroup(program)
    .command('copy')
    .description('write headlines, taglines and other lines from a brief')
    .requiredOption('--brief <text|file.json>', 'what it is about, in words or as a JSON file')
    .option('--model <id>', 'which text model ("broadside models list")', DEFAULT_MODEL)
    .option(
      '--channel <id>',
      `where it appears: ${CHANNELS.map(({ id }) => id).join(', ')}, or one of your own (default: that of the brief, else ${DEFAULT_CHANNEL})`,
    )
    .option('--tone <name>', 'how it should sound')
    .addOption(new Option('--lang <code>', 'language (default: that of the brief)').choices(LANGUAGES))
    .option('--framework <name>', 'how to argue: AIDA, PAS, FAB, …')
    .option('--count <n>', `lines (default: that of the brief, else ${DEFAULT_COUNT})`, integer(1, 100))
    .option('--seed <n>', `0 to ${MAX_SEED} (default: random, printed)`, seed)
    .option('--temperature <t>', '0 always takes the likeliest word', number(0, 5))
    .option(
      '--candidates <n>',
      'lines drawn for each one given, the likeliest is taken (default: by the model)',
      integer(1, 16),
    )
    .option('--device <id>', 'where to run ("broadside doctor" lists devices)')
    .option('--out <dir>', 'also write the lines with their recipe to a JSON file here')
  withCommonFlags(command).action((flags: Flags) => run('make copy', flags, (host) => makeCopy(host, flags)))
}

async function makeCopy(host: Host, flags: Flags): Promise<void> {
  const { studio, output, signal } = host
  const channels = await studio.channels.list()
  if (flags.channel !== undefined && !findChannel(flags.channel, channels))
    throw unknownChannel(flags.channel, channels)
  const model = await studio.models.get(flags.model)
  const vocabulary = model.manifest.family === 'text' ? model.manifest.config.vocabulary : {}
  const read = await briefFrom(flags.brief, readVocabulary(vocabulary))
  const language = flags.lang ?? read.language
  const channel = flags.channel ?? read.channel ?? DEFAULT_CHANNEL
  const framework = flags.framework ?? read.framework
  const limit = read.limit ?? limitOf(channel, language, channels)
  const count = flags.count ?? read.count ?? DEFAULT_COUNT
  const chosen = flags.seed ?? randomSeed()
  const recipe = draftCopy(model.manifest, model.hash, {
    brief: { ...read.brief, ...(flags.tone === undefined ? {} : { tone: flags.tone }) },
    language,
    channel,
    count,
    seed: chosen,
    ...(limit ? { limit } : {}),
    ...(framework === undefined ? {} : { framework }),
    ...(flags.temperature === undefined ? {} : { temperature: flags.temperature }),
    ...(flags.candidates === undefined ? {} : { candidates: flags.candidates }),
  })
  output.event({ event: 'brief', brief: recipe.brief, language, channel, understood: read.understood })
  if (flags.seed === undefined) output.note(`seed ${chosen}`)

  const made = await studio.copy.write(recipe, {
    signal,
    ...(flags.device === undefined ? {} : { device: flags.device }),
    onEvent(event) {
      output.event({ ...event })
      if (event.event === 'step') output.progress({ what: 'writing', done: event.step / event.steps })
    },
  })
  tell(host, made, limit)
  const { sha256 } = made.artifacts[0]!
  const files = []
  if (flags.out !== undefined) {
    await ensureFolder(flags.out)
    const name = [model.id, slug(recipe.brief.product), channel, language, String(chosen)].join('-')
    const path = await studio.library.export(sha256, join(flags.out, `${name}.json`))
    files.push({ path, sha256, recipe })
    output.say(path)
  }
  output.event({ event: 'copy', sha256, ...timesOf(made) })
  const lines = made.lines.map(({ text, count, limit: most }) => ({ text, count, limit: most ?? limit?.max }))
  output.event({ event: 'result', lines, files, recipe })
}

function tell({ output }: Host, { lines }: MadeCopy, limit: Limit | undefined): void {
  for (const { text, count } of lines) output.say(`${text}${limit ? `  (${count}/${limit.max} ${limit.unit})` : ''}`)
}

function unknownChannel(id: string, channels: readonly Channel[]): StudioError {
  return new StudioError({
    code: 'usage',
    message: `--channel: there is no channel "${id.slice(0, 60)}"`,
    where: { field: 'channel' },
    remedy: `Known: ${channels.map((channel) => channel.id).join(', ')}.`,
  })
}
