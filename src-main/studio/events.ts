import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { NumberedEvent, StudioEvent } from '#shared/contract/events.ts'

/**
 * What happens in the service, numbered. A window follows from the event it saw last; every window has its own place,
 * so a slow one holds nobody up. What it missed is told again as long as it is remembered, else as a snapshot.
 */
export interface Feed {
  publish(event: StudioEvent): void
  follow(options?: FollowOptions): AsyncGenerator<NumberedEvent, void>
  /** Somebody follows, or did a moment ago and may be back. */
  readonly watched: boolean
}

export interface FollowOptions {
  /** Id of the last event that the window has. */
  after?: string | undefined
  signal?: AbortSignal | undefined
}

export interface FeedOptions {
  /** Everything as it is now: a snapshot, then what it cannot hold. */
  present(): StudioEvent[]
  remembered?: number
  /** A window gets what happened meanwhile at most this often; a preview, which somebody waits for, at once. */
  everyMs?: number
}

/** A window that loads again, or one that a restarted service has not heard of yet. */
const MAY_COME_BACK_MS = 60_000

export function openFeed({ present, remembered = 4096, everyMs = 16 }: FeedOptions): Feed {
  /** Numbers of another run of the service mean nothing here. */
  const run = randomBytes(6).toString('hex')
  const log: StudioEvent[] = []
  /** Number of log[0]. */
  let first = 1
  let followers = 0
  let lastSeen = performance.now()
  const asleep = new Set<() => void>()

  const next = () => first + log.length
  const idOf = (number: number) => `${run}-${number}`

  /** The number to go on with after the event of that id; undefined when this run cannot know. */
  function placeAfter(id: string | undefined): number | undefined {
    const [theirs, number, ...rest] = id?.split('-') ?? []
    if (theirs !== run || rest.length > 0 || !/^\d{1,15}$/.test(number ?? '')) return undefined
    const place = Number(number) + 1
    return place <= next() ? place : undefined
  }

  function news(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        asleep.delete(wake)
        signal?.removeEventListener('abort', wake)
        resolve()
      }
      asleep.add(wake)
      signal?.addEventListener('abort', wake, { once: true })
      if (signal?.aborted) wake()
    })
  }

  /** Only the last of them carries the number: a window that loses the others comes back for all of it. */
  function snapshot(number: number): NumberedEvent[] {
    const events = present()
    return events.map((event, at) => (at === events.length - 1 ? { id: idOf(number), event } : { event }))
  }

  async function* follow({ after, signal }: FollowOptions = {}): AsyncGenerator<NumberedEvent, void> {
    let place = placeAfter(after)
    let told = Number.NEGATIVE_INFINITY
    followers++
    try {
      while (!signal?.aborted) {
        if (place === undefined || place < first) {
          place = next()
          yield* snapshot(place - 1)
        } else if (place === next()) {
          await news(signal)
        } else {
          const early = told + everyMs - performance.now()
          const urgent = log.slice(place - first).some(({ type }) => type === 'preview')
          if (early > 0 && !urgent && !(await passed(early, signal))) return
          if (place < first) continue // forgotten while it waited
          const batch = coalesce(log.slice(place - first).map((event, at) => ({ number: place! + at, event })))
          place = next()
          told = performance.now()
          for (const { number, event } of batch) yield { id: idOf(number), event }
        }
      }
    } finally {
      followers--
      lastSeen = performance.now()
    }
  }

  return {
    publish(event) {
      log.push(event)
      if (log.length > remembered) {
        log.shift()
        first++
      }
      for (const wake of asleep) wake()
    },
    follow,
    get watched() {
      return followers > 0 || performance.now() - lastSeen < MAY_COME_BACK_MS
    },
  }
}

interface Entry {
  number: number
  event: StudioEvent
}

/**
 * Of each job only the newest progress and preview, of the order only the last; pieces of a line that follow each other
 * in one. What is left out or joined lies before what stands for it, so a window may lose the connection anywhere in
 * between and still misses nothing.
 */
export function coalesce(entries: readonly Entry[]): Entry[] {
  const newer = new Set<string>()
  const kept = entries
    .toReversed()
    .filter(({ event }) => {
      const subject = supersededBy(event)
      if (subject === undefined) return true
      if (newer.has(subject)) return false
      newer.add(subject)
      return true
    })
    .reverse()
  const joined: Entry[] = []
  for (const entry of kept) {
    const before = joined.at(-1)
    const one = before && joinTokens(before.event, entry.event)
    if (one) joined[joined.length - 1] = { number: entry.number, event: one }
    else joined.push(entry)
  }
  return joined
}

function supersededBy(event: StudioEvent): string | undefined {
  switch (event.type) {
    case 'progress':
    case 'preview':
      return `${event.type} ${event.id}`
    case 'batch':
      return `${event.type} ${event.batch.id}`
    case 'order':
      return event.type
    default:
      return undefined
  }
}

function joinTokens(before: StudioEvent, after: StudioEvent): StudioEvent | undefined {
  if (before.type !== 'token' || after.type !== 'token') return undefined
  if (before.id !== after.id || before.line !== after.line) return undefined
  if (before.from === undefined || after.from === undefined || after.from < before.from) return undefined
  return { ...before, text: before.text.slice(0, after.from - before.from) + after.text }
}

/** Whether the time passed, and nobody said stop meanwhile. */
function passed(ms: number, signal: AbortSignal | undefined): Promise<boolean> {
  return sleep(ms, true, signal ? { signal } : {}).catch(() => false)
}
