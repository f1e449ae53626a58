import { words } from '../words.ts'
import { type Control, type Desk, number } from './family.ts'

/** How seeds become a picture: one alone, two mixed layer by layer, or a strip from one to the other. */
const MODES = [
  { value: 'one', label: words.oneSeed },
  { value: 'mix', label: words.mixSeeds },
  { value: 'strip', label: words.strip },
]

export const gan: Desk<'gan'> = {
  family: 'gan',
  badge: words.gan,
  settings: ({ config }) => ({
    truncation: config.defaults.truncation,
    mode: 'one',
    second: 1,
    from: Math.max(1, Math.floor(config.styles / 2)),
    frames: 8,
  }),
  controls({ config: { styles } }, { settings }) {
    const variety: Control = { kind: 'slider', key: 'truncation', label: words.variety, min: 0, max: 1.5, step: 0.05 }
    const mode: Control = { kind: 'choice', key: 'mode', label: words.mixing, options: MODES }
    const second: Control = { kind: 'number', key: 'second', label: words.secondSeed, min: 0, max: 0xffff_ffff }
    const from: Control = { kind: 'slider', key: 'from', label: words.mixFrom, min: 1, max: styles - 1, step: 1 }
    const frames: Control = { kind: 'number', key: 'frames', label: words.frames, min: 2, max: 32 }
    const more = settings.mode === 'mix' ? [second, from] : settings.mode === 'strip' ? [second, frames] : []
    return { first: [variety], advanced: [mode, ...more] }
  },
  inputs: () => [0, 0],
  takes: () => ({ prompt: true, negative: false, size: false, seed: true }),
  wish: (_, { prompt, settings }) => ({
    prompt,
    truncation: number(settings, 'truncation'),
    ...(settings.mode === 'mix' ? { mix: { seed: number(settings, 'second'), from: number(settings, 'from') } } : {}),
    ...(settings.mode === 'strip'
      ? { interpolate: { to: number(settings, 'second'), frames: number(settings, 'frames') } }
      : {}),
  }),
}
