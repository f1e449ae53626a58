import type { PhraseToken } from '#shared/prompt/phrases.ts'
import type { Generator } from '../noise/generator.ts'
import tables from './arrangement.json' with { type: 'json' }
import { type Placement, place, type ReferenceConfig, row } from './reference.ts'

/** What a prompt says of its subjects beside what they are. */
export interface Scene {
  subjects: { token?: PhraseToken; count: number }[]
  /** "a cat under an umbrella": the cat is the figure, the umbrella the landmark; both are indices of `subjects`. */
  relation?: { name: string; figure: number; landmark: number }
}

/** One subject and where it is drawn. Items lie over those before them. */
export interface Item {
  subject: number
  placements: Placement[]
}

/** From the phrases in the order in which they were said; relations that join nothing were left out by the reader. */
export function readScene(tokens: readonly PhraseToken[]): Scene {
  const subjects: Scene['subjects'] = []
  let count = 1
  let relation: { name: string; before: number; postposed: boolean } | undefined
  for (const token of tokens) {
    if (token.role === 'count') count = Number(token.name)
    if (token.role === 'relation')
      relation ??= { name: token.name, before: subjects.length - 1, postposed: token.postposed ?? false }
    if (token.role !== 'subject' || token.reference === undefined) continue
    subjects.push({ token, count })
    count = 1
  }
  if (!relation || subjects.length < 2) return { subjects: subjects.length > 0 ? subjects : alone(count) }
  const { name, before, postposed } = relation
  const landmark = postposed ? before : before + 1
  const figure = postposed && before > 0 ? before - 1 : postposed ? before + 1 : before
  return subjects[landmark] && subjects[figure] ? { subjects, relation: { name, figure, landmark } } : { subjects }
}

/** A picture of the subject may be given instead of its word. */
const alone = (count: number): Scene['subjects'] => (count > 1 ? [{ count }] : [])

/**
 * The places of a layout, taken by the subjects. Where it has one place, several of a kind and what is under, on or
 * beside something share it; where it has more, they take them in turns.
 */
export function arrange(
  config: ReferenceConfig,
  layout: string,
  scene: Scene,
  shape: Shape,
  random: Generator,
): Item[] {
  const { subjects, relation } = scene
  if (relation) {
    const [places = []] = place(config, layout, 1, random)
    const pose = POSES[relation.name]
    if (pose && places.length === 1) return together(widened(places[0]!, shape), pose, scene, relation, shape)
  }
  return place(config, layout, subjects.length, random).map((places, subject) => {
    const { count } = subjects[subject]!
    if (count === 1) return { subject, placements: places }
    if (places.length === 1)
      return { subject, placements: group(subjects.length > 1 ? places[0]! : widened(places[0]!, shape), count, shape) }
    return {
      subject,
      placements: layout === 'row' || places.length < count ? row(places, count) : places.slice(0, count),
    }
  })
}

function together(
  box: Placement,
  { figure, landmark, front }: Pose,
  { subjects }: Scene,
  relation: NonNullable<Scene['relation']>,
  shape: Shape,
): Item[] {
  const item = (subject: number, inBox: Placement): Item => ({
    subject,
    placements: group(inside(box, inBox, shape), subjects[subject]!.count, shape),
  })
  const items = [item(relation.figure, figure), item(relation.landmark, landmark)]
  return front === 'figure' ? items.reverse() : items
}

/** `count` of a kind in the place of one. */
function group(box: Placement, count: number, shape: Shape): Placement[] {
  const places = GROUPS[count]
  return places ? places.map((inBox) => inside(box, inBox, shape)) : [box]
}

/** One place may grow when several share it, as far as the picture goes. */
function widened([cx, cy, size]: Placement, shape: Shape): Placement {
  const side = Math.min(0.96, size * 1.4)
  const [wide, high] = fractions(side, shape)
  const kept = (at: number, part: number) => Math.min(1 - part / 2, Math.max(part / 2, at))
  return [kept(cx, wide), kept(cy, high), side]
}

/** px; only their ratio counts. */
interface Shape {
  width: number
  height: number
}

/** A length in fractions of the shorter side → the same in fractions of the width, and of the height. */
function fractions(length: number, { width, height }: Shape): [wide: number, high: number] {
  const shorter = Math.min(width, height)
  return [(length * shorter) / width, (length * shorter) / height]
}

function inside([cx, cy, side]: Placement, [x, y, size]: Placement, shape: Shape): Placement {
  const [wide, high] = fractions(side, shape)
  return [cx + (x - 0.5) * wide, cy + (y - 0.5) * high, size * side]
}

/** Where several of a kind stand, by how many they are, in fractions of the place they share. */
const GROUPS = tables.groups as unknown as Readonly<Record<number, readonly Placement[]>>

interface Pose {
  figure: Placement
  landmark: Placement
  /** Which of the two hides a part of the other. */
  front: 'figure' | 'landmark'
}

/** How two subjects stand to each other, by the name of the relation in the vocabulary. */
const POSES = tables.poses as unknown as Readonly<Record<string, Pose>>
