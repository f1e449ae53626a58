import type { ImageLayer } from '#shared/document/layers/image.ts'
import type { DrawablePicture } from '#shared/scene/draw.ts'
import { drawnSize } from '#shared/scene/pictures.ts'
import { ExactPictures } from './exact.ts'
import { loadExact, loadMask, loadPicture, type Size } from './load.ts'
import { lostPicture } from './lost.ts'

/**
 * Pictures at the size that the zoom needs: a version from the library's pyramid first, and the exact one when nothing
 * moves. Until the right one is there a smaller one is drawn, so a picture is never a hole for long.
 */

const SIDES = [128, 256, 512, 1024, 2048] as const
type Side = (typeof SIDES)[number] | 'full'

/** Bytes of decoded pixels that are kept. What was not drawn for longest goes. */
const ROOM = 512 * 1024 * 1024
/** Of a service that is away. */
const AGAIN_MS = 1500
/** A mask's lightness becomes alpha on this thread: no more than a few ms of it. */
const MASK_SIDE = 1024

interface Version {
  side: Side
  picture: DrawablePicture
  bytes: number
}

interface Asset {
  versions: Version[]
  /** px of the original. */
  whole: Size | undefined
  wanted: Side | undefined
  loading: boolean
  lost: boolean
  used: number
}

export class Pictures {
  readonly #assets = new Map<string, Asset>()
  readonly #masks = new Map<string, { picture?: DrawablePicture }>()
  readonly exact: ExactPictures
  readonly #arrived: (sha256: string) => void
  #clock = 0
  #bytes = 0

  constructor(lost: Iterable<string>, arrived: (sha256: string) => void) {
    this.#arrived = arrived
    this.exact = new ExactPictures(loadExact, arrived)
    for (const sha256 of lost) this.#asset(sha256).lost = true
  }

  /** The best there is now for a layer at `scale` device px per document px; a better one is fetched. */
  picture(sha256: string, layer: ImageLayer, scale: number): DrawablePicture | undefined {
    const asset = this.#asset(sha256)
    if (asset.lost) return lostPicture(layer)
    asset.used = ++this.#clock
    const exact = asset.whole && this.exact.picture(sha256, drawnSize(layer, asset.whole, scale), layer.id, scale)
    if (exact) return exact
    const side = this.#sideFor(asset, layer, scale)
    const best = bestOf(asset.versions, side)
    if (best?.side !== side && !isLarger(best?.side, side)) this.#fetch(sha256, asset, side)
    return best?.picture
  }

  mask(sha256: string): DrawablePicture | undefined {
    const known = this.#masks.get(sha256)
    if (known) return known.picture
    const entry: { picture?: DrawablePicture } = {}
    this.#masks.set(sha256, entry)
    void loadMask(sha256, MASK_SIDE).then((picture) => {
      if (picture) entry.picture = picture
      this.#arrived(sha256)
    })
    return undefined
  }

  /** The same for whoever can wait. */
  async maskPicture(sha256: string): Promise<DrawablePicture | undefined> {
    return this.#masks.get(sha256)?.picture ?? (await loadMask(sha256, MASK_SIDE))
  }

  /** A mask that was just painted is here before it comes back from the library. */
  keepMask(sha256: string, picture: DrawablePicture): void {
    this.#masks.set(sha256, { picture })
  }

  dispose(): void {
    for (const { versions } of this.#assets.values()) for (const version of versions) close(version)
    this.#assets.clear()
    this.exact.dispose()
  }

  #asset(sha256: string): Asset {
    const known = this.#assets.get(sha256)
    if (known) return known
    const asset: Asset = { versions: [], whole: undefined, wanted: undefined, loading: false, lost: false, used: 0 }
    this.#assets.set(sha256, asset)
    return asset
  }

  #sideFor(asset: Asset, layer: ImageLayer, scale: number): Side {
    // Only the proportions count here; before any version is known the box's are the best guess.
    const known = asset.versions[0]?.picture ?? { width: layer.width || 1, height: layer.height || 1 }
    const { width, height } = drawnSize(layer, known, scale)
    // A little enlarging is not seen, and the next size costs four times as much.
    const needed = Math.max(width, height) / 1.15
    return SIDES.find((side) => side >= needed) ?? 'full'
  }

  #fetch(sha256: string, asset: Asset, side: Side): void {
    asset.wanted = side
    if (asset.loading) return
    asset.loading = true
    void loadPicture(sha256, side === 'full' ? undefined : side).then((picture) => {
      asset.loading = false
      if (picture === 'away') {
        // The service is being started again: what is drawn next asks again.
        setTimeout(() => this.#arrived(sha256), AGAIN_MS)
        return
      }
      if (!picture) {
        if (asset.versions.length === 0) asset.lost = true
      } else {
        asset.whole ??= picture.whole
        const version = { side, picture, bytes: picture.width * picture.height * 4 }
        asset.versions.push(version)
        this.#bytes += version.bytes
        this.#forget()
      }
      this.#arrived(sha256)
    })
  }

  #forget(): void {
    const oldest = [...this.#assets.values()].sort((a, b) => a.used - b.used)
    for (const asset of oldest) {
      while (this.#bytes > ROOM && asset.versions.length > 1) {
        const largest = asset.versions.reduce((most, version) => (version.bytes > most.bytes ? version : most))
        asset.versions.splice(asset.versions.indexOf(largest), 1)
        this.#bytes -= largest.bytes
        close(largest)
      }
    }
  }
}

const rank = (side: Side): number => (side === 'full' ? SIDES.length : SIDES.indexOf(side))

/** A picture that is smaller than the side asked for comes as it is: then the same is asked for once more at most. */
const isLarger = (side: Side | undefined, than: Side): boolean => side !== undefined && rank(side) > rank(than)

/** The smallest that is large enough, or else the largest. */
function bestOf(versions: readonly Version[], side: Side): Version | undefined {
  const ordered = [...versions].sort((a, b) => rank(a.side) - rank(b.side))
  return ordered.find((version) => rank(version.side) >= rank(side)) ?? ordered.at(-1)
}

function close({ picture }: Version): void {
  if (picture.image instanceof ImageBitmap) picture.image.close()
}
