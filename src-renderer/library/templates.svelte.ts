import type { Artifact } from '#shared/contract/artifact.ts'
import { parseDocument } from '#shared/document/document.ts'
import type { PicturePalette, Scheme } from '#shared/document/palette.ts'
import { SCHEMES } from '#shared/document/palettes.ts'
import type { Template, TemplateInput, Texts } from '#shared/document/templates/template.ts'
import { TEMPLATES } from '#shared/document/templates/templates.ts'
import { asked } from '../app/api.ts'
import { language, say } from '../app/language.svelte.ts'
import type { Studio } from '../app/studio.svelte.ts'
import { bringCanvas } from '../create/picture-files.ts'
import { recipeOf } from '../create/put.ts'
import { resultsIn } from '../create/results.svelte.ts'
import { selectedPicture } from '../create/source.ts'
import type { ArtboardSize } from '../layers/artboards.ts'
import { drawPlaceholder } from './placeholder.ts'
import { pageOf, textsOf } from './templating.ts'
import { words } from './words.ts'

/** px of a preview's longer side. */
const PREVIEW = 280

/** Every template with the picture at hand, drawn by the service: what you see is what you get. */
export class TemplateShelf {
  /** Addresses of the previews, by template. */
  previews = $state<Record<string, string>>({})
  /** How many of the previews are there; undefined when nothing is being drawn. */
  drawn = $state<number>()
  readonly #studio: Studio
  #drawing = 0
  #key = ''
  #placeholder: Promise<Artifact> | undefined

  constructor(studio: Studio) {
    this.#studio = studio
  }

  /** The selected picture, else the newest result, else the newest of the library, else a drawn sunburst. */
  async picture(): Promise<Artifact> {
    const { api } = this.#studio
    const selected = selectedPicture(this.#studio)?.asset
    if (selected !== undefined) return asked(api.library.get({ sha256: selected }))
    const result = resultsIn(this.#studio).list.find((one) => one.kind === 'picture')
    if (result?.kind === 'picture') return result.artifact
    const [newest] = await asked(api.library.find({ kind: 'picture', limit: 1 }))
    this.#placeholder ??= newest ? undefined : bringCanvas(drawPlaceholder(SCHEMES[0]!), 'sunburst.png')
    return newest ?? this.#placeholder!
  }

  async input(artifact: Artifact, scheme: Scheme | undefined): Promise<TemplateInput> {
    const { project, api } = this.#studio
    const palette: PicturePalette = await asked(api.library.palette({ sha256: artifact.sha256 }))
    const { sha256: asset, width = 512, height = 512 } = artifact
    const recipe = recipeOf(artifact)
    return {
      art: { asset, width, height, ...(recipe ? { recipe } : {}) },
      texts: textsOf(project!.document, this.#placeholders()),
      language: language.current,
      palette,
      ...(scheme ? { scheme } : {}),
    }
  }

  /** Draw all previews again when what they show has changed. One after the other: the newest wish ends older ones. */
  async draw(size: ArtboardSize, scheme: Scheme | undefined): Promise<void> {
    const turn = ++this.#drawing
    const picture = await this.picture()
    const key = JSON.stringify([picture.sha256, size.width, size.height, scheme, language.current])
    if (key === this.#key || turn !== this.#drawing) return
    this.#key = key
    this.previews = {}
    this.drawn = 0
    const input = await this.input(picture, scheme)
    for (const template of TEMPLATES) {
      if (turn !== this.#drawing) return
      this.previews[template.id] = await this.#render(template, input, size)
      this.drawn++
    }
    this.drawn = undefined
  }

  async #render(template: Template, input: TemplateInput, size: ArtboardSize): Promise<string> {
    const { artboard, layers } = template.page(input, pageOf('preview', size))
    const variables = Object.entries(input.texts).map(([id, value]) => ({ type: 'variable' as const, id, value }))
    const document = parseDocument({ format: 1, artboards: [artboard], layers, variables })
    const scale = PREVIEW / Math.max(size.width, size.height)
    const { id } = await asked(
      this.#studio.api.exports.render({ document, artboard: 'preview', format: 'webp', quality: 82, scale }),
    )
    return `/exports/${encodeURIComponent(id)}`
  }

  #placeholders(): Texts {
    const brand = this.#studio.project?.name ?? 'Broadside'
    return { headline: say(words.headline), tagline: say(words.tagline), brand, callToAction: say(words.callToAction) }
  }
}

const shelves = new WeakMap<Studio, TemplateShelf>()

export function shelfOf(studio: Studio): TemplateShelf {
  const shelf = shelves.get(studio) ?? new TemplateShelf(studio)
  shelves.set(studio, shelf)
  return shelf
}
