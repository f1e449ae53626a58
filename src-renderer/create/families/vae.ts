import { VAE_OPERATIONS } from '#shared/recipe/vae.ts'
import { words } from '../words.ts'
import { type Control, type Desk, number, type Settings } from './family.ts'

type Operation = (typeof VAE_OPERATIONS)[number]

const NAMES = {
  sample: words.sample,
  reconstruct: words.reconstruct,
  remix: words.remix,
  walk: words.walk,
} as const satisfies Record<Operation, readonly [string, string]>

/** Pictures that each operation starts from. A walk without pictures goes from one seed to the next. */
const INPUTS = { sample: [0, 0], reconstruct: [1, 1], remix: [2, 2], walk: [0, 2] } as const

const operationOf = ({ operation }: Settings): Operation => operation as Operation
const isRandom = (settings: Settings) => ['sample', 'walk'].includes(operationOf(settings))

export const vae: Desk<'vae'> = {
  family: 'vae',
  badge: words.vae,
  settings: ({ config }) => ({
    operation: config.latent.prior ? 'sample' : 'reconstruct',
    temperature: 1,
    amount: 0.5,
    frames: 8,
  }),
  controls({ config }, { settings }) {
    const possible = VAE_OPERATIONS.filter((name) => name !== 'sample' || config.latent.prior)
    const options = possible.map((value) => ({ value, label: NAMES[value] }))
    const operation: Control = { kind: 'choice', key: 'operation', label: words.operation, options }
    const own: Record<Operation, Control[]> = {
      sample: [{ kind: 'slider', key: 'temperature', label: words.variety, min: 0, max: 2, step: 0.05 }],
      reconstruct: [],
      remix: [{ kind: 'slider', key: 'amount', label: words.mixAmount, min: 0, max: 1, step: 0.05 }],
      walk: [{ kind: 'number', key: 'frames', label: words.frames, min: 2, max: 32 }],
    }
    return { first: [operation, ...own[operationOf(settings)]], advanced: [] }
  },
  inputs({ config }, settings) {
    const [least, most] = INPUTS[operationOf(settings)]
    return [operationOf(settings) === 'walk' && !config.latent.prior ? 2 : least, most]
  },
  takes: (_, settings) => ({ prompt: false, negative: false, size: true, seed: isRandom(settings) }),
  wish: (_, { size, settings, inputs }) => ({
    operation: operationOf(settings),
    size,
    inputs: inputs.slice(0, INPUTS[operationOf(settings)][1]),
    temperature: number(settings, 'temperature'),
    amount: number(settings, 'amount'),
    frames: number(settings, 'frames'),
  }),
}
