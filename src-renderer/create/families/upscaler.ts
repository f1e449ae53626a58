import { graphScales, reachable } from '#shared/models/passes.ts'
import { words } from '../words.ts'
import { type Desk, number } from './family.ts'

export const upscaler: Desk<'upscaler'> = {
  family: 'upscaler',
  badge: words.upscaler,
  settings: ({ config }) => ({ scale: String(graphScales(config).at(-1)) }),
  controls({ config }) {
    const options = reachable(graphScales(config)).map(({ scale }) => {
      const label = `×${scale}`
      return { value: String(scale), label: [label, label] as const }
    })
    return { first: [{ kind: 'choice', key: 'scale', label: words.scale, options }], advanced: [] }
  },
  inputs: () => [1, 1],
  takes: () => ({ prompt: false, negative: false, size: false, seed: false }),
  wish: (_, { settings, inputs }) => ({ inputs: inputs.slice(0, 1), scale: number(settings, 'scale') }),
}
