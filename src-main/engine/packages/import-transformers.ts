import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import type { PackageOf } from '#shared/models/manifest.ts'
import { openGraph } from '../onnx/session.ts'
import { readJsonFile } from './json-file.ts'
import { checkOnnx } from './onnx-file.ts'
import { cannotImport, described, type Recogniser } from './plan.ts'
import { plainFile, readBounded } from './read.ts'

const count = z.number().int().min(1).max(1_000_000)
const config = z.looseObject({
  model_type: z.string().max(100).default('language model'),
  num_hidden_layers: count.optional(),
  n_layer: count.optional(),
  num_attention_heads: count.optional(),
  n_head: count.optional(),
  num_key_value_heads: count.optional(),
  head_dim: count.nullish(),
  hidden_size: count.optional(),
  n_embd: count.optional(),
  max_position_embeddings: count.optional(),
  n_positions: count.optional(),
  bos_token_id: z.number().int().nullish(),
  eos_token_id: z.union([z.number().int(), z.array(z.number().int()).max(16)]).nullish(),
})
const tokenizerFile = z.looseObject({
  added_tokens: z.array(z.looseObject({ id: z.number().int(), content: z.string().max(200) })).default([]),
  model: z.looseObject({ vocab: z.unknown() }),
})
const tokenizerConfig = z.looseObject({ chat_template: z.string().max(50_000).optional() })

/** float32 in and out first; graphs with float16 inputs cannot be fed. */
const VARIANTS = [
  'model.onnx',
  'model_quantized.onnx',
  'model_int8.onnx',
  'model_uint8.onnx',
  'model_q4.onnx',
  'model_bnb4.onnx',
]

/** What a model that never saw our briefs is asked. */
const REQUEST =
  'Write one short advertising {{ channel }} in {% if language == "zh" %}Chinese{% else %}English{% endif %} for {{ product }}' +
  '{% if category %} ({{ category }}){% endif %}{% if audience %}, for {{ audience }}{% endif %}{% if occasion %}, for {{ occasion }}{% endif %}' +
  '{% if tone %}, in a {{ tone }} tone{% endif %}{% if benefit %}. It says: {{ benefit }}{% endif %}. Answer with the line alone.'

/** A transformers.js folder: config.json, tokenizer.json and onnx/model*.onnx with a key-value cache. */
export const transformersFolder: Recogniser = async (source) => {
  const { path, folder, names } = source
  if (!folder || !names.includes('config.json') || !names.includes('tokenizer.json')) return undefined
  const inside = names.includes('onnx') ? await readdir(join(path, 'onnx')) : []
  const graphPath = [
    ...VARIANTS.filter((name) => inside.includes(name)).map((name) => `onnx/${name}`),
    ...VARIANTS.filter((name) => names.includes(name)),
  ][0]
  if (graphPath === undefined) {
    throw cannotImport(
      path,
      'has no onnx/model.onnx',
      `Give one of ${VARIANTS.join(', ')}; float16 exports cannot be fed.`,
    )
  }
  const graphFile = await plainFile(path, graphPath)
  const { external } = await checkOnnx(graphFile)
  const graph = await openGraph(graphFile, { device: 'cpu' })
  const past = graph.inputs.filter(({ name }) => name.startsWith('past_key_values.'))
  await graph.close()
  if (past.length === 0) {
    throw cannotImport(
      graphFile,
      'has no past_key_values: it would read the whole text again for every word',
      'Export it for text-generation-with-past.',
    )
  }

  const about = await readJsonFile(path, 'config.json', config)
  const more = names.includes('generation_config.json')
    ? await readJsonFile(path, 'generation_config.json', config.partial())
    : {}
  const tokens = await readJsonFile(path, 'tokenizer.json', tokenizerFile)
  const word = (id: number | null | undefined) => (id === null || id === undefined ? undefined : wordOf(tokens, id))
  const ends = [more.eos_token_id ?? about.eos_token_id ?? []].flat().flatMap((id) => word(id) ?? [])
  if (ends.length === 0) throw cannotImport(path, 'does not say how a text ends: config.json has no eos_token_id')
  const bos = word(more.bos_token_id ?? about.bos_token_id)
  const attention = about.num_attention_heads ?? about.n_head ?? 1
  const [, heads, , dim] = past[0]!.dims

  const manifestConfig: PackageOf<'text'>['config'] = {
    sessions: { model: graphPath },
    layers: past.length / 2,
    heads: typeof heads === 'number' ? heads : (about.num_key_value_heads ?? attention),
    headDim:
      typeof dim === 'number'
        ? dim
        : (about.head_dim ?? Math.floor((about.hidden_size ?? about.n_embd ?? attention) / attention)),
    context: Math.min(about.max_position_embeddings ?? about.n_positions ?? 1024, 8192),
    cache: 'bhsd',
    tokenizer: { kind: 'tokenizers', file: 'tokenizer.json' },
    ...(bos === undefined ? {} : { bos }),
    eos: ends.length === 1 ? ends[0]! : ends,
    prompt: asChat(await chatTemplate(path, names), bos),
    vocabulary: { languages: ['en', 'zh'] },
    defaults: { temperature: 0.8, topK: 50, topP: 0.95, minP: 0.05, repetitionPenalty: 1.1 },
  }
  const files = [
    graphPath,
    ...external.map((name) => (graphPath.includes('/') ? `${dirname(graphPath)}/${name}` : name)),
    'config.json',
    'tokenizer.json',
  ]
  const licence = names.find((name) => /^LICEN[CS]E(?:\.(?:txt|md))?$/i.test(name))
  return {
    manifest: {
      ...described(source, basename(path), `Imported from a transformers folder (${about.model_type}).`),
      family: 'text',
      config: manifestConfig,
    },
    files: [
      ...files.map((to) => ({ from: join(path, to), to })),
      ...(licence ? [{ from: join(path, licence), to: 'LICENSE' }] : []),
    ],
  }
}

function wordOf({ added_tokens, model }: z.output<typeof tokenizerFile>, id: number): string | undefined {
  const added = added_tokens.find((token) => token.id === id)
  if (added) return added.content
  if (typeof model.vocab !== 'object' || model.vocab === null) return undefined
  const entries = Array.isArray(model.vocab)
    ? model.vocab.map((entry, at) => [entry?.[0], at] as const)
    : Object.entries(model.vocab)
  const word = entries.find(([, at]) => at === id)?.[0]
  return typeof word === 'string' ? word : undefined
}

async function chatTemplate(path: string, names: readonly string[]): Promise<string | undefined> {
  if (names.includes('chat_template.jinja')) {
    return new TextDecoder().decode(await readBounded(await plainFile(path, 'chat_template.jinja'), 50_000))
  }
  if (!names.includes('tokenizer_config.json')) return undefined
  return (await readJsonFile(path, 'tokenizer_config.json', tokenizerConfig)).chat_template
}

/** An instruction model gets the request as its user's message; another one as the beginning of a text. */
function asChat(template: string | undefined, bos: string | undefined): string {
  if (template === undefined || template.length > 15_000) return `${REQUEST}\n`
  return [
    `{%- set request %}${REQUEST}{% endset -%}`,
    `{%- set messages = [{"role": "user", "content": request}] -%}`,
    `{%- set add_generation_prompt = true -%}{%- set bos_token = ${JSON.stringify(bos ?? '')} -%}`,
    template,
  ].join('')
}
