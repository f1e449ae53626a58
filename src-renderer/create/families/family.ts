import type { Family, PackageOf } from '#shared/models/manifest.ts'
import type { ImageWish } from '#shared/recipe/draft.ts'
import type { Word } from '../../app/language.svelte.ts'

/** Values of a family's own controls, by the control's key. */
export type Settings = Readonly<Record<string, number | string>>

export interface Option {
  value: string
  label: Word
}

/** One of a family's own controls; the panel draws them all alike. */
export type Control =
  | { kind: 'number'; key: string; label: Word; min: number; max: number; step?: number }
  | { kind: 'slider'; key: string; label: Word; min: number; max: number; step: number }
  | { kind: 'choice'; key: string; label: Word; options: readonly Option[] }

/** What is filled in above the button, whatever the family. */
export interface Form {
  prompt: string
  negative: string
  /** px */
  size: readonly [width: number, height: number]
  settings: Settings
  /** sha256 of pictures to start from. */
  inputs: readonly string[]
  /** sha256 of a picture of the subject. */
  reference?: string
}

/** A model family in the panel: what it starts with, what it can be told, and what that means as a wish. */
export interface Desk<F extends Family> {
  family: F
  badge: Word
  settings(manifest: PackageOf<F>): Settings
  /** What the studio's people touch every day stands first, the rest is behind "Advanced". */
  controls(manifest: PackageOf<F>, form: Form): { first: Control[]; advanced: Control[] }
  /** How many pictures it starts from: at least, at most. */
  inputs(manifest: PackageOf<F>, settings: Settings): readonly [least: number, most: number]
  /** What it listens to. */
  takes(
    manifest: PackageOf<F>,
    settings: Settings,
  ): { prompt: boolean; negative: boolean; size: boolean; seed: boolean; reference?: boolean }
  wish(manifest: PackageOf<F>, form: Form): Omit<ImageWish, 'seed'>
}

export const number = (settings: Settings, key: string): number => Number(settings[key])
