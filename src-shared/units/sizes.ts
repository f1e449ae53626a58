import data from '../../assets/sizes.json' with { type: 'json' }
import { mmToPx } from './length.ts'

/** Sizes that people know by name; assets/sizes.json is the list. */
export interface NamedSize {
  id: string
  name: string
  nameZh: string
  group: 'screen' | 'paper' | 'packaging'
  /** Document px. */
  width: number
  height: number
  dpi: number
  bleedMm: number
  safeMm: number
}

interface Entry {
  id: string
  name: string
  nameZh: string
  group: string
  px?: number[]
  mm?: number[]
  dpi?: number
  bleedMm?: number
  safeMm?: number
}

/** Pixels on a screen have no size on paper; 72 dpi makes one pixel one point. */
const SCREEN_DPI = 72

export const SIZES: NamedSize[] = (data.sizes as Entry[]).map((entry) => {
  const dpi = entry.dpi ?? SCREEN_DPI
  const [width, height] = entry.px ?? entry.mm!.map((mm) => Math.round(mmToPx(mm, dpi)))
  return {
    id: entry.id,
    name: entry.name,
    nameZh: entry.nameZh,
    group: entry.group as NamedSize['group'],
    width: width!,
    height: height!,
    dpi,
    bleedMm: entry.bleedMm ?? 0,
    safeMm: entry.safeMm ?? 0,
  }
})

export const findSize = (id: string): NamedSize | undefined => SIZES.find((size) => size.id === id)
