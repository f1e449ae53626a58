import type { Family } from '#shared/models/manifest.ts'
import { diffusion } from './diffusion.ts'
import { gan } from './gan.ts'
import type { AnyPipeline } from './pipeline.ts'
import { text } from './text.ts'
import { upscale } from './upscale.ts'
import { vae } from './vae.ts'

/** Every model family and what makes its pictures or lines: a new family is one file and one line here. */
const pipelines: Record<Family, AnyPipeline> = { diffusion, gan, vae, upscaler: upscale, text }

export function pipelineFor(family: Family): AnyPipeline {
  return pipelines[family]
}
