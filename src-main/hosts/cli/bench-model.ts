import type { Made, UsableModel } from '#shared/contract/studio-api.ts'
import { StudioError } from '#shared/errors.ts'
import { draftCopy, draftImage } from '#shared/recipe/draft.ts'
import type { Host } from './host.ts'

interface Flags {
  rounds: number
  device?: string
}

/** Make a default recipe a few times and print what it takes; the first round, which loads the model, is not counted. */
export async function benchModel(host: Host, id: string, flags: Flags): Promise<void> {
  const { studio, output, signal } = host
  const model = await studio.models.get(id)
  const options = { signal, ...(flags.device === undefined ? {} : { device: flags.device }) }
  const rounds: Made[] = []
  for (let round = 0; round <= flags.rounds; round++) {
    rounds.push(await makeOne(host, model, round, options))
    output.progress({ what: `bench ${id}`, done: (round + 1) / (flags.rounds + 1) })
  }
  const [first, ...counted] = rounds as [Made, ...Made[]]
  const seconds = counted.map((made) => made.ran.seconds)
  const measured = {
    loadSeconds: first.ran.loadSeconds,
    seconds: median(seconds),
    fastest: Math.min(...seconds),
    slowest: Math.max(...seconds),
    overhead: median(counted.map((made) => made.ran.seconds / made.ran.sessionSeconds)),
    peakMiB: Math.max(...rounds.map((made) => made.ran.peakRssBytes)) / 2 ** 20,
    ...tokensPerSecond(counted),
  }
  for (const [name, value] of Object.entries(measured)) output.say(`${name.padEnd(16)} ${value.toFixed(3)}`)
  output.say(`on ${first.ran.device}, ${first.ran.runtime}, ${flags.rounds} rounds`)
  output.event({
    event: 'result',
    id,
    device: first.ran.device,
    runtime: first.ran.runtime,
    rounds: flags.rounds,
    ...measured,
  })
}

async function makeOne(host: Host, { manifest, hash }: UsableModel, seed: number, options: object): Promise<Made> {
  const { studio } = host
  switch (manifest.family) {
    case 'text':
      return studio.copy.write(
        draftCopy(manifest, hash, {
          brief: { product: 'Lumo', category: 'citrus soda', mustSay: [], mustNotSay: [] },
          language: 'en',
          channel: 'tagline',
          count: 10,
          seed,
        }),
        options,
      )
    case 'upscaler':
      throw new StudioError({
        code: 'unsupported',
        message: `${manifest.id} needs a picture to enlarge`,
        remedy: 'Use "broadside upscale FILE --json", which tells the seconds.',
      })
    default: {
      const recipe = draftImage(manifest, hash, { seed })
      if (recipe.kind === 'text') throw new Error('unreachable')
      return studio.images.generate(recipe, options)
    }
  }
}

/** Tokens that were drawn, those of candidates that no line was made of too: a run of the graph gives one. */
function tokensPerSecond(rounds: readonly Made[]): { tokensPerSecond?: number } {
  if (!rounds.every((made) => 'lines' in made)) return {}
  return { tokensPerSecond: median(rounds.map(({ ran }) => ran.sessionRuns / ran.seconds)) }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
