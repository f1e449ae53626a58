import { StudioError } from '#shared/errors.ts'
import { type Phrases, type PhraseToken, phraseIds, readPhrases, readVocabulary } from '#shared/prompt/phrases.ts'
import type { MakeResult } from '#shared/work/tasks.ts'
import { float32, int64, type Tensor } from '../onnx/tensor.ts'
import type { DiffusionPackage, DiffusionRecipe } from './diffusion-request.ts'
import { type Clip, clipTokenizer } from './tokenizers/clip.ts'

export interface Conditions {
  /** last_hidden_state of the prompt: [1, L, D]. */
  prompt: Tensor
  /** The same of the negative prompt; without guidance nobody asks for it. */
  negative?: Tensor
  /** The prompt's phrases with their roles; none with a CLIP tokenizer. */
  tokens: PhraseToken[]
  /** The same of the negative prompt. */
  negativeTokens: PhraseToken[]
  reading: NonNullable<MakeResult['reading']>
}

/** One row of ids and how it was read. */
interface Row {
  ids: number[]
  tokens: PhraseToken[]
  reading: NonNullable<MakeResult['reading']>
}

/** Reads and encodes both prompts. An empty negative prompt is the model's unconditional input. */
export async function conditions(pkg: DiffusionPackage, recipe: DiffusionRecipe): Promise<Conditions> {
  const read = await pkg.memo('tokenizer', () => tokenizer(pkg))
  const [said, unsaid] = [read(recipe.prompt), read(recipe.negative)]
  return {
    prompt: await encodeRow(pkg, said.ids),
    ...(recipe.guidance === 1 ? {} : { negative: await encodeRow(pkg, unsaid.ids) }),
    tokens: said.tokens,
    negativeTokens: unsaid.tokens,
    reading: { ...said.reading, unknown: [...new Set([...said.reading.unknown, ...unsaid.reading.unknown])] },
  }
}

async function tokenizer(pkg: DiffusionPackage): Promise<(text: string) => Row> {
  const { tokenizer: config } = pkg.manifest.config
  if (config.kind === 'phrases') {
    const phrases: Phrases = readVocabulary(await readJson(pkg, config.file), config.file)
    return (text) => {
      const { tokens, reading } = readPhrases(phrases, text, config.length)
      return { ids: phraseIds(phrases, tokens, config.length), tokens, reading }
    }
  }
  const inside = (name: string) => `${config.folder}/${name}`
  const special = ['special_tokens_map.json', 'tokenizer_config.json']
    .map(inside)
    .find((path) => path in pkg.manifest.files)
  const clip: Clip = clipTokenizer(
    {
      vocab: await readJson(pkg, inside('vocab.json')),
      merges: new TextDecoder().decode(await pkg.readFile(inside('merges.txt'))),
      ...(special ? { special: await readJson(pkg, special) } : {}),
    },
    config.folder,
  )
  return (text) => ({ ...clip.read(text, config.length), tokens: [] })
}

async function readJson(pkg: DiffusionPackage, path: string): Promise<unknown> {
  const text = new TextDecoder().decode(await pkg.readFile(path))
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new StudioError({ code: 'invalid-model', message: `${path} is not JSON`, where: { file: path } }, { cause })
  }
}

/** Encoded rows that a batch asks for again and again: the unconditional one, a fixed prompt with other seeds. */
const REMEMBERED = 16

async function encodeRow(pkg: DiffusionPackage, ids: number[]): Promise<Tensor> {
  const known = await pkg.memo('encoded rows', async () => new Map<string, Tensor>())
  const key = ids.join(' ')
  const found = known.get(key)
  if (found) return found
  const graph = await pkg.graph('textEncoder')
  const dims = [1, ids.length]
  const mask = graph.inputs.some(({ name }) => name === 'attention_mask')
  const { last_hidden_state: state } = await graph.run({
    input_ids: int64(ids, dims),
    ...(mask
      ? {
          attention_mask: int64(
            ids.map(() => 1),
            dims,
          ),
        }
      : {}),
  })
  const encoded = float32(state!.data, state!.dims)
  if (known.size === REMEMBERED) known.delete(known.keys().next().value!)
  known.set(key, encoded)
  return encoded
}
