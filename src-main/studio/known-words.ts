import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { UsableModel } from '#shared/contract/studio-api.ts'
import { toStudioError } from '#shared/errors.ts'
import { parse } from '#shared/validate.ts'

/** `vocabulary.json` of docs/model-packages.md, as far as people want to read it. */
const vocabularySchema = z.object({
  tokens: z
    .array(
      z.object({ role: z.string(), name: z.string(), en: z.array(z.string()), zh: z.array(z.string()).default([]) }),
    )
    .max(20_000),
})

/** The words that a model knows, by role; what is not here it does not understand. */
export async function knownWords({ folder, manifest }: UsableModel): Promise<Record<string, string[]>> {
  switch (manifest.family) {
    case 'diffusion': {
      const { tokenizer } = manifest.config
      return tokenizer.kind === 'phrases' ? phrases(join(folder, tokenizer.file)) : {}
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

async function phrases(file: string): Promise<Record<string, string[]>> {
  try {
    const { tokens } = parse(vocabularySchema, JSON.parse(await readFile(file, 'utf8')), {
      what: 'vocabulary.json',
      code: 'invalid-model',
      where: { file },
    })
    const roles: Record<string, string[]> = Object.create(null)
    for (const { role, name, en, zh } of tokens) {
      roles[role] ??= []
      roles[role].push(withChinese(en[0] ?? name, zh[0]))
    }
    return roles
  } catch (error) {
    throw toStudioError(error, { file })
  }
}

function withChinese(name: string, chinese: string | undefined): string {
  return chinese === undefined ? name : `${name} ${chinese}`
}

function textOf(word: unknown): string {
  if (typeof word !== 'object' || word === null) return String(word)
  const { en, zh, name, id } = word as Record<string, unknown>
  return [name ?? en ?? id, zh].filter((part) => typeof part === 'string').join(' ')
}
