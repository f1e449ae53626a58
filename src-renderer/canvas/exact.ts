import type { DrawablePicture } from '#shared/scene/draw.ts'

/**
 * Pictures scaled by the service exactly as an export scales them. They take a moment each, so they are asked for only
 * while nothing moves, one after the other, and what is drawn until then comes from the pyramid.
 */

/** px of one: more takes seconds to make, and nobody sees that much of it at once. */
const MOST_PIXELS = 16e6
/** Bytes of decoded pixels that are kept. */
const ROOM = 256 * 1024 * 1024

interface Size {
  width: number
  height: number
}

interface Wish {
  sha256: string
  size: Size
  scale: number
}

interface Kept {
  /** Undefined when it cannot be had. */
  picture: DrawablePicture | undefined
  bytes: number
  used: number
}

export class ExactPictures {
  readonly #load: (sha256: string, size: Size) => Promise<DrawablePicture>
  readonly #arrived: (sha256: string) => void
  readonly #room: number
  readonly #kept = new Map<string, Kept>()
  /** By layer: while one is resized only its last size counts. */
  readonly #wishes = new Map<string, Wish>()
  /** Came while something moved: told when it rests. */
  readonly #untold = new Set<string>()
  #rests = false
  #loading = false
  #clock = 0
  #movedAt = 0

  constructor(
    load: (sha256: string, size: Size) => Promise<DrawablePicture>,
    arrived: (sha256: string) => void,
    room = ROOM,
  ) {
    this.#load = load
    this.#arrived = arrived
    this.#room = room
  }

  /** What is there; otherwise it is fetched for this layer when nothing moves. */
  picture(sha256: string, size: Size, layer: string, scale: number): DrawablePicture | undefined {
    const kept = this.#kept.get(keyOf(sha256, size))
    if (kept) {
      kept.used = ++this.#clock
      this.#wishes.delete(layer)
      return kept.picture
    }
    if (size.width * size.height <= MOST_PIXELS) this.#wishes.set(layer, { sha256, size, scale })
    return undefined
  }

  /** Something moves: what is on its way may come, nothing more is asked for. */
  hold(): void {
    this.#rests = false
    this.#movedAt = this.#clock
    // The service may have been away: at the next rest it is asked again.
    for (const [key, { picture }] of this.#kept) if (!picture) this.#kept.delete(key)
  }

  /** Nothing moves; `scale` is what is seen, wishes of other zooms are forgotten. */
  async rest(scale: number): Promise<void> {
    this.#rests = true
    for (const sha256 of this.#untold) this.#arrived(sha256)
    this.#untold.clear()
    for (const [layer, wish] of this.#wishes) if (wish.scale !== scale) this.#wishes.delete(layer)
    if (this.#loading) return
    this.#loading = true
    for (let next = this.#next(); next; next = this.#next()) await this.#fetch(next)
    this.#loading = false
  }

  dispose(): void {
    this.hold()
    this.#wishes.clear()
    for (const kept of this.#kept.values()) close(kept)
    this.#kept.clear()
  }

  #next(): Wish | undefined {
    if (!this.#rests) return undefined
    for (const [layer, wish] of this.#wishes) {
      this.#wishes.delete(layer)
      if (!this.#kept.has(keyOf(wish.sha256, wish.size)) && this.#makeRoom(bytesOf(wish.size))) return wish
    }
    return undefined
  }

  async #fetch({ sha256, size }: Wish): Promise<void> {
    const picture = await this.#load(sha256, size).catch(() => undefined)
    this.#kept.set(keyOf(sha256, size), { picture, bytes: picture ? bytesOf(size) : 0, used: ++this.#clock })
    if (!picture) return
    if (this.#rests) this.#arrived(sha256)
    else this.#untold.add(sha256)
  }

  /** Nothing goes that was drawn since the last move: pictures that push each other out would never come to an end. */
  #makeRoom(bytes: number): boolean {
    let held = [...this.#kept.values()].reduce((sum, kept) => sum + kept.bytes, bytes)
    const oldest = [...this.#kept].filter(([, { used }]) => used <= this.#movedAt).sort((a, b) => a[1].used - b[1].used)
    for (const [key, kept] of oldest) {
      if (held <= this.#room) break
      this.#kept.delete(key)
      held -= kept.bytes
      close(kept)
    }
    return held <= this.#room
  }
}

const keyOf = (sha256: string, { width, height }: Size): string => `${sha256} ${width}x${height}`

const bytesOf = ({ width, height }: Size): number => width * height * 4

function close({ picture }: Kept): void {
  ;(picture?.image as Partial<ImageBitmap> | undefined)?.close?.()
}
