import { words } from '../words.ts'
import { type Desk, number } from './family.ts'

export const upscaler: Desk<'upscaler'> = {
  family: 'upscaler',
  badge: words.upscaler,
  settings: ({ config }) => ({ scale: String(Math.max(...Object.keys(config.sessions).map(Number))) }),
  controls({ config }) {
    const options = Object.keys(config.sessions).map((value) => ({ value, label: [`×${value}`, `×${value}`] as const }))
    return { first: [{ kind: 'choice', key: 'scale', label: words.scale, options }], advanced: [] }
  },
  inputs: () => [1, 1],
  takes: () => ({ prompt: false, negative: false, size: false, seed: false }),
  wish: (_, { settings, inputs }) => ({ inputs: inputs.slice(0, 1), scale: number(settings, 'scale') }),
}
