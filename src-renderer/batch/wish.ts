import type { PictureWish, PlanSpec } from '#shared/batch/plan.ts'
import type { UsableModel } from '#shared/contract/studio-api.ts'
import type { Document } from '#shared/document/document.ts'
import { bindingsOf } from '#shared/document/resolve.ts'
import { deskOf } from '../create/families/families.ts'
import type { Control, Form, Settings } from '../create/families/family.ts'

/** Pictures as a plan wishes for them: what is left out is the package's default. */

export type Look = PlanSpec['pictures'][number]
export type Picture = Look[string]

/** Settings of the create panel that a plan knows, too. */
const KNOWN = ['steps', 'guidance', 'sampler', 'schedule', 'truncation'] as const
const isKnown = (key: string): key is (typeof KNOWN)[number] => (KNOWN as readonly string[]).includes(key)

/** Variables that pictures of the document hang on, and those that the plan fills already. */
export function pictureVariables(document: Document, pictures: readonly Look[]): string[] {
  const bound = document.layers.flatMap((layer) =>
    bindingsOf(layer).flatMap(({ variable, as }) => (as === 'picture' ? [variable] : [])),
  )
  return [...new Set([...bound, ...pictures.flatMap((look) => Object.keys(look))])]
}

/** The package's defaults with the wish over them, as the create panel's controls read them. */
export function settingsOf({ manifest }: UsableModel, wish: PictureWish): Settings {
  const own = Object.entries(wish).filter(([key, value]) => isKnown(key) && value !== undefined)
  return { ...deskOf(manifest).settings(manifest), ...(Object.fromEntries(own) as Settings) }
}

export function controlsOf(model: UsableModel, wish: PictureWish): Control[] {
  const { manifest } = model
  const form: Form = { prompt: '', negative: '', size: [256, 256], settings: settingsOf(model, wish), inputs: [] }
  const { first, advanced } = deskOf(manifest).controls(manifest, form)
  return [...first, ...advanced].filter(({ key }) => isKnown(key))
}

/** A default is left out again: the plan then follows the package. */
export function withSetting(model: UsableModel, wish: PictureWish, key: string, value: number | string): PictureWish {
  const { [key as keyof PictureWish]: _, ...rest } = wish
  const usual = deskOf(model.manifest).settings(model.manifest)[key] === value
  return (usual ? rest : { ...rest, [key]: value }) as PictureWish
}

/** Another model takes the words along, and the settings that it knows as well. */
export function withModel(from: PictureWish, { id, manifest }: UsableModel): PictureWish {
  const settings = deskOf(manifest).settings(manifest)
  const takes = deskOf(manifest).takes(manifest, settings)
  const { prompt, negative } = from
  return {
    model: id,
    ...(takes.prompt && prompt !== undefined ? { prompt } : {}),
    ...(takes.negative && negative !== undefined ? { negative } : {}),
  }
}

/** What the create panel is set to, as a wish. */
export function wishOf(model: UsableModel, form: Form): PictureWish {
  const { manifest, id } = model
  const takes = deskOf(manifest).takes(manifest, form.settings)
  const start: PictureWish = {
    model: id,
    ...(takes.prompt ? { prompt: form.prompt } : {}),
    ...(takes.negative && form.negative ? { negative: form.negative } : {}),
    ...(takes.size ? { size: [...form.size] as [number, number] } : {}),
  }
  return KNOWN.reduce((wish, key) => {
    const value = form.settings[key]
    return value === undefined ? wish : withSetting(model, wish, key, value)
  }, start)
}
