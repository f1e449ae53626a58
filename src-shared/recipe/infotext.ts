import type { Recipe } from './recipe.ts'

/**
 * A1111 infotext: prompt, negative prompt and one line of settings, the text that most picture tools read. It is made
 * from the recipe and says less than it; remaking uses the recipe itself.
 */

const SAMPLER_NAMES = {
  euler: 'Euler',
  'euler-ancestral': 'Euler a',
  'dpmpp-2m': 'DPM++ 2M',
  ddim: 'DDIM',
  lcm: 'LCM',
} as const

const SCHEDULE_NAMES = { karras: 'Karras', exponential: 'Exponential', flow: 'Flow', linear: 'Uniform' } as const

type Settings = [name: string, value: string | number][]

/** `version`: the program's, e.g. "Broadside 0.1.0". */
export function infotext(recipe: Recipe, version: string): string {
  const { prompt, negative, settings } = describe(recipe)
  const all: Settings = [
    ...settings,
    ['Model hash', recipe.model.hash.slice(0, 10)],
    ['Model', recipe.model.id],
    ['Version', version],
  ]
  return [
    ...(prompt ? [prompt] : []),
    ...(negative ? [`Negative prompt: ${negative}`] : []),
    all.map(([name, value]) => `${name}: ${quote(String(value))}`).join(', '),
  ].join('\n')
}

function describe(recipe: Recipe): { prompt: string; negative: string; settings: Settings } {
  switch (recipe.kind) {
    case 'diffusion':
      return {
        prompt: recipe.prompt,
        negative: recipe.negative,
        settings: [
          ['Steps', recipe.steps],
          ['Sampler', SAMPLER_NAMES[recipe.sampler]],
          ['Schedule type', SCHEDULE_NAMES[recipe.schedule]],
          ['CFG scale', recipe.guidance],
          ['Seed', recipe.seed],
          ['Size', `${recipe.width}x${recipe.height}`],
          ...(recipe.init ? ([['Denoising strength', recipe.strength ?? 1]] satisfies Settings) : []),
        ],
      }
    case 'gan':
      return {
        prompt: recipe.prompt,
        negative: '',
        settings: [
          ['Seed', recipe.seed],
          ['Truncation', recipe.truncation],
          ...(recipe.mix ? ([['Style mix', `${recipe.mix.seed} from ${recipe.mix.from}`]] satisfies Settings) : []),
          ...(recipe.interpolate
            ? ([['Interpolate', `${recipe.interpolate.to} in ${recipe.interpolate.frames}`]] satisfies Settings)
            : []),
        ],
      }
    case 'vae':
      return {
        prompt: '',
        negative: '',
        settings: [
          ['Operation', recipe.operation],
          ['Seed', recipe.seed],
          ['Size', `${recipe.width}x${recipe.height}`],
          ['Temperature', recipe.temperature],
          ...(recipe.operation === 'remix' ? ([['Amount', recipe.amount]] satisfies Settings) : []),
        ],
      }
    case 'upscale':
      return {
        prompt: '',
        negative: '',
        settings: [
          ['Operation', 'upscale'],
          ['Upscale by', recipe.scale],
          ['Source', recipe.input.slice(0, 10)],
        ],
      }
    case 'text':
      return {
        prompt: recipe.brief.text ?? recipe.brief.product,
        negative: recipe.brief.mustNotSay.join(', '),
        settings: [
          ['Channel', recipe.channel],
          ['Language', recipe.language],
          ['Seed', recipe.seed],
          ['Temperature', recipe.temperature],
          ['Top K', recipe.topK],
          ['Top P', recipe.topP],
          ['Repetition penalty', recipe.repetitionPenalty],
        ],
      }
  }
}

/** JSON-quoted only where the value would break the line, as A1111 does. */
const quote = (value: string) => (/[,:\n"]/.test(value) ? JSON.stringify(value) : value)

export interface Infotext {
  prompt: string
  negative: string
  /** Steps, Sampler, … by their name in the text. */
  settings: Record<string, string>
}

/** Prompts and settings are cut here: no tool writes more, and the parser must stay quick on anything. */
const MAX_INFOTEXT = 100_000

const SETTING = /\s*(\w[\w \-/]{0,60}):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)/g

/** The fields of an infotext, ours or another program's. Any text is read: what is no setting is prompt. */
export function parseInfotext(text: string): Infotext {
  const lines = text.slice(0, MAX_INFOTEXT).trim().split('\n')
  const last = [...(lines.at(-1) ?? '').matchAll(SETTING)]
  // A1111's rule: a last line with fewer than three settings belongs to the prompt. Only our own version mark is surer.
  const isSettings = last.length >= 3 || last.some(([, name]) => name === 'Version')
  if (isSettings) lines.pop()
  const settings: Record<string, string> = Object.create(null)
  if (isSettings) for (const [, name, value] of last) settings[name!] = unquote(value!)
  const prompt: string[] = []
  const negative: string[] = []
  let into = prompt
  for (const line of lines) {
    if (line.startsWith('Negative prompt:')) {
      into = negative
      into.push(line.slice('Negative prompt:'.length).trim())
    } else into.push(line)
  }
  return { prompt: prompt.join('\n').trim(), negative: negative.join('\n').trim(), settings: { ...settings } }
}

function unquote(value: string): string {
  if (!value.startsWith('"')) return value.trim()
  try {
    return String(JSON.parse(value))
  } catch {
    return value // a quote that nobody closed is part of the value
  }
}
