import { randomUUID } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { sha256Hex } from '#shared/canonical.ts'
import {
  type ExportedFile,
  type ExportRequest,
  exportRequest,
  type TakeawayFile,
  type TextExportRequest,
  textExportRequest,
} from '#shared/contract/exports.ts'
import type { CallOptions } from '#shared/contract/studio-api.ts'
import { parseDocument, requireArtboard } from '#shared/document/document.ts'
import { assetsOf, onlyArtboard } from '#shared/document/resolve.ts'
import { StudioError } from '#shared/errors.ts'
import type { CompositionRecipe } from '#shared/recipe/composition.ts'
import { type Recipe, recipeSchema } from '#shared/recipe/recipe.ts'
import { parse } from '#shared/validate.ts'
import { renderTo } from './compose.ts'
import { copyUnderFreeName, hashFile, removeWhole, writeWhole } from './files.ts'
import type { Library } from './library.ts'
import type { Room } from './room.ts'

/** Files made for taking away. They lie in the scratch folder for a while; whoever wants one copies it. */
export interface Exports {
  render(request: ExportRequest, options?: CallOptions): Promise<ExportedFile>
  text(request: TextExportRequest): Promise<TakeawayFile>
  file(id: string): TakeawayFile & { path: string }
  /** A file that `write` puts at the path that it is given; `name` with its extension. */
  keep(name: string, write: (path: string) => Promise<void>): Promise<TakeawayFile>
  save(id: string, path: string): Promise<string>
  /** One with these bytes, if it is still there. */
  withBytes(sha256: string): (TakeawayFile & { path: string }) | undefined
}

const KEPT_MS = 10 * 60_000

export function createExports(room: Room): Exports {
  const files = new Map<string, TakeawayFile & { path: string }>()

  function keep(file: TakeawayFile, path: string, folder: string): void {
    files.set(file.id, { ...file, path })
    setTimeout(() => {
      files.delete(file.id)
      void removeWhole(folder).catch(() => {}) // the next start sweeps it
    }, KEPT_MS).unref()
  }

  function file(id: string): TakeawayFile & { path: string } {
    const found = files.get(id)
    if (found) return found
    throw new StudioError({
      code: 'not-found',
      message: 'there is no such export, or it was made more than ten minutes ago',
      where: { field: 'id' },
      remedy: 'Export it again.',
    })
  }

  return {
    file,
    async save(id, path) {
      const { path: from, sha256 } = file(id)
      return copyUnderFreeName(from, sha256, path)
    },
    async render(value, options = {}) {
      const { format, quality, ...request } = parse(exportRequest, value, { what: 'export' })
      const document = parseDocument(request.document)
      const artboard = requireArtboard(document, request.artboard)
      const state = await room.state(options.signal)
      const part = onlyArtboard(document, artboard.id)
      const pictures = assetsOf(part, artboard.id)
      const recipe: CompositionRecipe = {
        ...{ format: 1, kind: 'composition', document: part, artboard: artboard.id, scale: request.scale, pictures },
        ...(request.dpi === undefined ? {} : { dpi: request.dpi }),
        ...(request.layers === undefined ? {} : { layers: request.layers }),
        ...(request.bleed ? { bleed: true } : {}),
        recipes: recipesOf(pictures, state.library),
      }
      const id = randomUUID()
      const folder = await state.scratch(`export-${id}`)
      const path = join(folder, `export.${format}`)
      try {
        const { sha256, bytes, width, height } = await renderTo(
          path,
          room,
          state,
          recipe,
          { format, ...(quality === undefined ? {} : { quality }) },
          options,
        )
        const name = `${fileName(document.name, artboard.name)}.${format === 'jpeg' ? 'jpg' : format}`
        const exported = { id, name, sha256, bytes, width, height }
        keep(exported, path, folder)
        return exported
      } catch (error) {
        await removeWhole(folder)
        throw error
      }
    },
    async text(value) {
      const { name, format, text } = parse(textExportRequest, value, { what: 'export' })
      const state = await room.state()
      const id = randomUUID()
      const folder = await state.scratch(`export-${id}`)
      const path = join(folder, `export.${format}`)
      const bytes = Buffer.from(text)
      await writeWhole(path, bytes)
      const exported = { id, name: `${fileName(name, '')}.${format}`, sha256: sha256Hex(bytes), bytes: bytes.length }
      keep(exported, path, folder)
      return exported
    },
    async keep(name, write) {
      const state = await room.state()
      const id = randomUUID()
      const folder = await state.scratch(`export-${id}`)
      const path = join(folder, `export${extname(name)}`)
      try {
        await write(path)
        const whole = { id, name, sha256: await hashFile(path), bytes: (await stat(path)).size }
        keep(whole, path, folder)
        return whole
      } catch (error) {
        await removeWhole(folder)
        throw error
      }
    },
    withBytes: (sha256) => [...files.values()].find((file) => file.sha256 === sha256),
  }
}

/** How the pictures were made, and those that they were made from; what was brought in has no recipe. */
export function recipesOf(pictures: readonly string[], library: Library): Record<string, Recipe> {
  const recipes: Record<string, Recipe> = {}
  const collect = (sha256: string) => {
    const { data: recipe } = recipeSchema.safeParse(library.get(sha256)?.recipe)
    if (!recipe || recipes[sha256]) return
    recipes[sha256] = recipe
    if (recipe.kind === 'upscale') collect(recipe.input)
  }
  for (const sha256 of pictures) collect(sha256)
  return recipes
}

/** Of a document and its artboard, as every file system takes it. */
function fileName(document: string, artboard: string): string {
  const name = [document, artboard]
    .filter((part) => part.trim() !== '')
    .join(' ')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is removed
    .replace(/[\\/:*?"<>|\x00-\x1f\x7f]/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[ .]+|[ .]+$/g, '')
  return [...name].slice(0, 80).join('').trim() || 'Broadside'
}
