import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Reading, UsableModel } from '#shared/contract/studio-api.ts'
import { toStudioError } from '#shared/errors.ts'
import { type Phrases, readPhrases, readVocabulary } from '#shared/prompt/phrases.ts'

/** The words that a model knows, by role; what is not here it does not understand. */
export async function knownWords({ folder, manifest }: UsableModel): Promise<Record<string, string[]>> {
  switch (manifest.family) {
    case 'diffusion': {
      const { tokenizer } = manifest.config
      return tokenizer.kind === 'phrases' ? wordsOf(await phrasesIn(join(folder, tokenizer.file))) : {}
    }
    case 'gan': {
      const { classes, classesZh } = manifest.config
      return { class: classes.map((name, at) => withChinese(name, classesZh?.[at])) }
    }
    case 'text':
      return Object.fromEntries(
        Object.entries(manifest.config.vocabulary)
          .filter(([, words]) => Array.isArray(words))
          .map(([role, words]) => [role, (words as unknown[]).map(textOf)]),
      )
    case 'vae':
    case 'upscaler':
      return {}
  }
}

/** How a model will read a prompt; undefined when it takes any words. */
export async function readPrompt({ folder, manifest }: UsableModel, prompt: string): Promise<Reading | undefined> {
  if (manifest.family !== 'diffusion' || manifest.config.tokenizer.kind !== 'phrases') return undefined
  const { file, length } = manifest.config.tokenizer
  return readPhrases(await phrasesIn(join(folder, file)), prompt, length).reading
}

/** People type while they read: the last vocabularies stay parsed, by path and time of change. */
const parsed = new Map<string, Phrases>()
const KEPT = 4

async function phrasesIn(file: string): Promise<Phrases> {
  try {
    const version = `${file} ${(await stat(file)).mtimeMs}`
    const known = parsed.get(version)
    if (known) return known
    const phrases = readVocabulary(JSON.parse(await readFile(file, 'utf8')), file)
    if (parsed.size >= KEPT) parsed.delete(parsed.keys().next().value!)
    parsed.set(version, phrases)
    return phrases
  } catch (error) {
    throw toStudioError(error, { file })
  }
}

function wordsOf({ vocabulary }: Phrases): Record<string, string[]> {
  const roles: Record<string, string[]> = Object.create(null)
  for (const { role, name, en, zh } of vocabulary.tokens) {
    roles[role] ??= []
    roles[role].push(withChinese(en[0] ?? name, zh[0]))
  }
  return roles
}

function withChinese(name: string, chinese: string | undefined): string {
  return chinese === undefined ? name : `${name} ${chinese}`
}

function textOf(word: unknown): string {
  if (typeof word !== 'object' || word === null) return String(word)
  const { en, zh, name, id } = word as Record<string, unknown>
  return [name ?? en ?? id, zh].filter((part) => typeof part === 'string').join(' ')
}
