import { asked } from '../app/api.ts'
import type { Behaviour, Behaviours } from '../app/behaviour.ts'
import { say } from '../app/language.svelte.ts'
import type { Studio } from '../app/studio.svelte.ts'
import type { Review } from './review.svelte.ts'
import { reviewOf } from './review.svelte.ts'
import { batchRoomOf } from './room.svelte.ts'
import { openAsProject, showRowOf } from './showing.ts'
import { words } from './words.ts'

/** What can be done with the batch in sight, and with the files that are selected in it. */

const batchOf = (studio: Studio) => batchRoomOf(studio).batch

/** Only while its files are in sight. */
function reviewIn(studio: Studio): Review | undefined {
  const room = batchRoomOf(studio)
  return room.open && room.tab === 'run' && room.batch ? reviewOf(studio, room.batch.id) : undefined
}

/** Of the batch while it is in one of these states. */
const during = (states: readonly string[], perform: (studio: Studio, id: string) => unknown): Behaviour => ({
  enabled: (studio) => states.includes(batchOf(studio)?.state ?? ''),
  perform: (studio) => perform(studio, batchOf(studio)!.id),
})

/** Of the selected files, when there are as many as it takes. */
const withChosen = (
  perform: (studio: Studio, review: Review, cells: number[]) => unknown,
  enough: (review: Review) => boolean = ({ chosen }) => chosen.length > 0,
): Behaviour => ({
  enabled: (studio) => {
    const review = reviewIn(studio)
    return review !== undefined && enough(review)
  },
  perform: (studio) => {
    const review = reviewIn(studio)!
    return perform(studio, review, review.chosen)
  },
})

/** On for all of them, unless it is on for all of them already. */
const switchedFor = (review: Review, cells: readonly number[], key: 'starred' | 'locked'): boolean =>
  !cells.every((index) => review.cell(index)?.[key])

export const runActions = {
  'batch.pause': during(['preparing', 'running'], (studio, id) => asked(studio.api.batch.pause({ id }))),
  'batch.resume': during(['paused', 'cancelled', 'failed'], (studio, id) => asked(studio.api.batch.resume({ id }))),
  'batch.cancel': during(['preparing', 'running', 'paused'], (studio, id) => asked(studio.api.batch.cancel({ id }))),
  'batch.star': withChosen((studio, review, cells) =>
    asked(studio.api.batch.star({ id: review.id, cells, starred: switchedFor(review, cells, 'starred') })),
  ),
  'batch.lock': withChosen((studio, review, cells) =>
    asked(studio.api.batch.lock({ id: review.id, cells, locked: switchedFor(review, cells, 'locked') })),
  ),
  'batch.reroll': withChosen(
    (studio, review, cells) =>
      asked(studio.api.batch.reroll({ id: review.id, cells: cells.filter((index) => !review.cell(index)?.locked) })),
    (review) => review.chosen.some((index) => review.cell(index)?.locked === false),
  ),
  'batch.compare': withChosen(
    (_, review, cells) => {
      review.comparing = [review.cell(cells[0]!)!, review.cell(cells[1]!)!]
    },
    ({ chosen }) => chosen.length === 2,
  ),
  'batch.look': withChosen(
    (_, review, [index]) => {
      review.active = index!
      review.looking = true
    },
    (review) => review.chosen.length === 1 && review.cell(review.chosen[0]!)?.state === 'done',
  ),
  'batch.show': withChosen(
    (studio, review, [index]) => showRowOf(studio, review.cell(index!)!),
    ({ chosen }) => chosen.length === 1,
  ),
  'batch.open': withChosen(
    (studio, review, [index]) => openAsProject(studio, review.cell(index!)!),
    (review) => review.chosen.length === 1 && review.cell(review.chosen[0]!)?.state === 'done',
  ),
  'batch.export-starred': {
    enabled: (studio) => (reviewIn(studio)?.counts.starred ?? 0) > 0,
    async perform(studio) {
      const { id } = batchOf(studio)!
      const file = await asked(studio.api.batch.exportStarred({ id }))
      const path = await studio.shell.saveExport(file.id, file.name)
      if (path !== undefined) studio.notices.info(say(words.exportedStarred, { name: file.name }))
    },
  },
} satisfies Behaviours
