import { SAMPLERS, SCHEDULES } from '#shared/recipe/diffusion.ts'
import { words } from '../words.ts'
import { type Control, type Desk, number } from './family.ts'

const SAMPLER_NAMES = {
  euler: ['Euler', 'Euler'],
  'euler-ancestral': ['Euler ancestral', 'Euler 祖先'],
  'dpmpp-2m': ['DPM++ 2M', 'DPM++ 2M'],
  ddim: ['DDIM', 'DDIM'],
  lcm: ['LCM', 'LCM'],
} as const
const SCHEDULE_NAMES = {
  karras: ['Karras', 'Karras'],
  exponential: ['Exponential', '指数'],
  flow: ['Flow', '流'],
  linear: ['Linear', '线性'],
} as const

const PACES = [
  { value: 'full', label: words.paceFull },
  { value: 'fast', label: words.paceFast },
] as const

/** Half way: the composition stays, the drawing is new. */
export const STRENGTH = 0.6

export const diffusion: Desk<'diffusion'> = {
  family: 'diffusion',
  badge: words.diffusion,
  settings: ({ config: { defaults } }) => ({
    pace: 'full',
    steps: defaults.steps,
    guidance: defaults.guidance,
    sampler: defaults.sampler,
    schedule: defaults.schedule,
    strength: STRENGTH,
  }),
  controls({ config }, { inputs, settings }) {
    const [leastSteps, mostSteps] = config.limits.steps
    const [leastGuidance, mostGuidance] = config.limits.guidance
    const strength: Control = { kind: 'slider', key: 'strength', label: words.strength, min: 0.05, max: 1, step: 0.05 }
    // The flow schedule belongs to flow models, whose only other meaningful one is linear.
    const schedules = SCHEDULES.filter((name) => name !== 'flow' || config.prediction === 'flow')
    const fast = config.fast && settings.pace === 'fast'
    const pace: Control = { kind: 'choice', key: 'pace', label: words.pace, options: PACES }
    const steps: Control = { kind: 'number', key: 'steps', label: words.steps, min: leastSteps, max: mostSteps }
    const sampler: Control = {
      ...{ kind: 'choice', key: 'sampler', label: words.sampler },
      options: named(SAMPLERS, SAMPLER_NAMES),
    }
    return {
      first: inputs.length > 0 ? [strength] : [],
      advanced: [
        ...(config.fast ? [pace] : []),
        ...(fast ? [] : [steps]),
        { kind: 'number', key: 'guidance', label: words.guidance, min: leastGuidance, max: mostGuidance, step: 0.5 },
        ...(fast ? [] : [sampler]),
        { kind: 'choice', key: 'schedule', label: words.schedule, options: named(schedules, SCHEDULE_NAMES) },
      ],
    }
  },
  inputs: ({ config }) => [0, config.sessions.vaeEncoder === undefined ? 0 : 1],
  takes: ({ config }) => ({
    ...{ prompt: true, negative: true, size: true, seed: true },
    reference: config.reference !== undefined,
  }),
  wish: ({ config }, { prompt, negative, size, settings, inputs, reference }) => ({
    prompt,
    negative,
    size,
    guidance: number(settings, 'guidance'),
    // The setting may be left from another model.
    ...(config.fast && settings.pace === 'fast'
      ? { fast: true }
      : { steps: number(settings, 'steps'), sampler: String(settings.sampler) }),
    schedule: String(settings.schedule),
    ...(reference === undefined ? {} : { reference }),
    ...(inputs.length > 0 ? { inputs, strength: number(settings, 'strength') } : {}),
  }),
}

function named<K extends string>(keys: readonly K[], names: Readonly<Record<K, readonly [string, string]>>) {
  return keys.map((value) => ({ value, label: names[value] }))
}
