import type { Behaviour, Behaviours } from '../app/behaviour.ts'
import { say } from '../app/language.svelte.ts'
import type { Project } from '../app/project.svelte.ts'
import type { Studio } from '../app/studio.svelte.ts'
import type { Tool, View } from '../app/view.svelte.ts'
import { aligned, type Direction, distributed, type Edge } from './align.ts'
import { fitted, nextZoom, pasteboard, zoomedAt } from './camera.ts'
import { flipped } from './flip.ts'
import { shifted } from './geometry.ts'
import { refitGroups } from './groups.ts'
import { bleedArea } from './guides.ts'
import { type Change, type Held, hold, placed } from './held.ts'
import { RULER } from './rulers.ts'
import { words } from './words.ts'

const isOpen = ({ project }: Studio) => project !== undefined
const canEdit = ({ project }: Studio) => project !== undefined && project.readOnly === undefined

const hasSelection = ({ project }: Studio) => project !== undefined && project.view.selection.length > 0

/**
 * The browser makes the event that carries the clipboard (clipboard.ts). It makes no paste for a page of its own; then
 * the event comes without one.
 */
function command(name: 'cut' | 'copy' | 'paste'): void {
  // Deprecated, and still the only way to ask for the event.
  if (document.execCommand(name) || name !== 'paste') return
  document.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true }))
}

/** Screen px left free around what is fitted. */
const MARGIN = 40

/** The whole pasteboard on the screen. */
export function fitAll({ project }: Studio): void {
  const { view, store } = project!
  const areas = store.document.artboards.map((board) => {
    const bleed = bleedArea(board)
    return bleed ? shifted(bleed, board.x, board.y) : board
  })
  if (view.width > 0) Object.assign(view, fitted(pasteboard(areas), view, MARGIN, RULER + 10))
}

const middle = ({ width, height }: View) => ({ x: width / 2, y: height / 2 })

function zoomTo({ project }: Studio, zoom: (now: number) => number): void {
  const { view } = project!
  Object.assign(view, zoomedAt(view, zoom(view.zoom), middle(view)))
}

const toggle = (key: 'rulers' | 'grid' | 'guides' | 'snap' | 'marks'): Behaviour => ({
  enabled: isOpen,
  on: ({ project }) => project?.view[key] === true,
  perform: ({ project }) => {
    project!.view[key] = !project!.view[key]
  },
})

const tool = (name: Tool): Behaviour => ({
  enabled: isOpen,
  on: ({ project }) => project?.view.tool === name,
  perform: ({ project }) => {
    project!.view.tool = name
  },
})

/** What of the selection may be changed. */
const movable = (project: Project): Held[] =>
  hold(project.store, project.view.selection).filter(({ layer }) => !layer.locked)

const withSelection = (
  least: number,
  word: readonly [string, string],
  change: (held: Held[], project: Project) => Change[],
): Behaviour => ({
  enabled: (studio) => canEdit(studio) && studio.project!.selected.length >= least,
  perform: ({ project }) => {
    const changes = change(movable(project!), project!)
    if (changes.length === 0) return
    project!.store.edit(say(word), (edit) => {
      for (const { id, fields } of changes) edit.update(id, fields)
      refitGroups(
        edit,
        project!.store,
        changes.map(({ id }) => id),
      )
    })
  },
})

const moves = (shifts: { held: Held; x: number; y: number }[]): Change[] =>
  shifts.flatMap(({ held, x, y }) => (x === 0 && y === 0 ? [] : placed(held, shifted(held.box, x, y))))

const align = (edge: Edge): Behaviour =>
  withSelection(1, words.align, (held, { store }) => {
    const board = held[0] && store.artboardOf(held[0].layer.id)
    return board ? moves(aligned(held, edge, board)) : []
  })

const distribute = (direction: Direction): Behaviour =>
  withSelection(3, words.distribute, (held) => moves(distributed(held, direction)))

const flip = (direction: Direction): Behaviour => withSelection(1, words.flip, (held) => flipped(held, direction))

export const canvasActions = {
  'view.zoom-in': { enabled: isOpen, perform: (studio) => zoomTo(studio, (zoom) => nextZoom(zoom, 1)) },
  'view.zoom-out': { enabled: isOpen, perform: (studio) => zoomTo(studio, (zoom) => nextZoom(zoom, -1)) },
  'view.zoom-fit': { enabled: isOpen, perform: fitAll },
  'view.zoom-100': { enabled: isOpen, perform: (studio) => zoomTo(studio, () => 1) },
  'view.rulers': toggle('rulers'),
  'view.grid': toggle('grid'),
  'view.guides': toggle('guides'),
  'view.snap': toggle('snap'),
  'view.bleed': toggle('marks'),
  'edit.cut': { enabled: (studio) => canEdit(studio) && hasSelection(studio), perform: () => command('cut') },
  'edit.copy': { enabled: hasSelection, perform: () => command('copy') },
  'edit.paste': { enabled: canEdit, perform: () => command('paste') },
  'tool.move': tool('move'),
  'tool.hand': tool('hand'),
  'tool.frame': tool('frame'),
  'tool.text': tool('text'),
  'tool.shape': tool('shape'),
  'tool.brush': tool('brush'),
  'tool.mask': tool('mask'),
  'tool.eyedropper': tool('eyedropper'),
  'object.align-left': align('left'),
  'object.align-center': align('centre'),
  'object.align-right': align('right'),
  'object.align-top': align('top'),
  'object.align-middle': align('middle'),
  'object.align-bottom': align('bottom'),
  'object.distribute-horizontally': distribute('horizontally'),
  'object.distribute-vertically': distribute('vertically'),
  'object.flip-horizontally': flip('horizontally'),
  'object.flip-vertically': flip('vertically'),
} satisfies Behaviours
