import type { TextLayer } from '#shared/document/layers/text.ts'
import { cssFont } from '#shared/scene/fonts.ts'
import { runsOf } from '#shared/scene/runs.ts'
import { textOf } from '#shared/scene/scene.ts'

/**
 * The font files that texts need. A family lies in many files by characters, and a text can only be measured when all
 * of its own are here.
 */
export class Faces {
  /** Characters whose file was asked for, by font; true when it is here. */
  readonly #known = new Map<string, Map<string, boolean>>()

  /** True when the text can be set now; otherwise `arrived` is called when it can. */
  ready(layer: TextLayer, values: ReadonlyMap<string, string>, arrived: () => void): boolean {
    const waiting = this.#ask(layer, values)
    if (waiting.length === 0) return true
    void Promise.all(waiting).then(arrived)
    return false
  }

  async load(layers: readonly TextLayer[], values: ReadonlyMap<string, string>): Promise<void> {
    await Promise.all(layers.flatMap((layer) => this.#ask(layer, values)))
  }

  #ask(layer: TextLayer, values: ReadonlyMap<string, string>): Promise<void>[] {
    return runsOf(textOf(layer, values) || 'H', layer).flatMap(({ face, text }) => {
      const font = cssFont(face, 20)
      const characters = this.#known.get(font) ?? new Map<string, boolean>()
      this.#known.set(font, characters)
      const missing = [...new Set(text)].filter((char) => characters.get(char) !== true)
      if (missing.length === 0) return []
      const settle = () => {
        for (const char of missing) characters.set(char, true)
      }
      // A file that cannot be had must not hide the text: it is then set in what there is.
      return [document.fonts.load(font, missing.join('')).then(settle, settle)]
    })
  }
}
