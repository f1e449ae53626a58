import data from '../../assets/palettes.json' with { type: 'json' }
import type { Scheme } from './palette.ts'

/** Schemes to start from when there is no picture yet, or no brand; assets/palettes.json is the list. */
export interface NamedScheme extends Scheme {
  id: string
  name: string
  nameZh: string
}

export const SCHEMES: NamedScheme[] = data.palettes
