import type { Line, Run } from '#shared/copy/board.ts'
import type { Behaviours } from '../app/behaviour.ts'
import { language, say } from '../app/language.svelte.ts'
import type { Studio } from '../app/studio.svelte.ts'
import { bind, likelyText, place, type Spot, textsOf, variableFor } from './place.ts'
import { type CopyRoom, canBecome, copyRoom } from './room.svelte.ts'
import { words } from './words.ts'

/** The copy view of an open project, while it is in sight. */
const inSight = (studio: Studio): CopyRoom | undefined => (studio.left === 'copy' ? copyRoom(studio) : undefined)

interface Chosen {
  room: CopyRoom
  line: Line
  run: Run
}

function chosen(studio: Studio): Chosen | undefined {
  const room = inSight(studio)
  const line = room?.line
  const run = line && room.run(line.run)
  return room && line && run && { room, line, run }
}

const canEdit = ({ project }: Studio) => project !== undefined && project.readOnly === undefined
const hasLine = (studio: Studio) => canEdit(studio) && chosen(studio) !== undefined

/** Where the line in hand would go: the box that was chosen, the one that suggests itself, or a new one. */
export function spotOf(studio: Studio): Spot | undefined {
  const { project } = studio
  const room = copyRoom(studio)
  if (!project || !room) return undefined
  const { store, view } = project
  const artboard = view.artboard ?? project.artboards[0]?.id
  const texts = textsOf(store, artboard)
  const text = texts.find(({ id }) => id === room.box) ?? (room.box === 'new' ? undefined : likelyOf(studio, texts))
  if (text) return { kind: 'fill', layer: text.id }
  return artboard === undefined ? undefined : { kind: 'new', artboard }
}

const likelyOf = ({ project }: Studio, texts: ReturnType<typeof textsOf>) =>
  texts.length === 0 ? undefined : likelyText(texts, project!.view.selection, project!.store)

/** What a new text layer is called. */
export const layerName = ({ room, run }: Pick<Chosen, 'room' | 'run'>): string =>
  room.channelName(run.channel, language.current)

function placeLine(studio: Studio): void {
  const picked = chosen(studio)
  const spot = spotOf(studio)
  if (!picked || !spot) return
  const { store, view } = studio.project!
  const said = { text: picked.line.text, language: picked.run.language }
  let id = ''
  store.edit(say(words.placeLine), (edit) => {
    id = place(store, edit, spot, said, layerName(picked))
  })
  view.selection = [id]
  tellPlaced(studio, id)
}

/** The box becomes a variable with the line as its value; without a box there is a new one. */
function bindLine(studio: Studio): void {
  const picked = chosen(studio)
  const spot = spotOf(studio)
  if (!picked || !spot) return
  const { store, view } = studio.project!
  const said = { text: picked.line.text, language: picked.run.language }
  let id = ''
  store.edit(say(words.bindLine), (edit) => {
    id = spot.kind === 'fill' ? spot.layer : place(store, edit, spot, said, layerName(picked))
    bind(store, edit, id, said, variableName(studio, picked))
  })
  view.selection = [id]
  tellPlaced(studio, id)
}

/** What binding would call it. */
export function variableName(studio: Studio, { room, run }: Pick<Chosen, 'room' | 'run'>): string {
  const spot = spotOf(studio)
  const { store } = studio.project!
  const layer = spot?.kind === 'fill' ? store.layer(spot.layer) : undefined
  return variableFor(store, layer?.type === 'text' ? layer : undefined, room.board, run)
}

function tellPlaced(studio: Studio, id: string): void {
  const layer = studio.project!.store.layer(id)
  const name = layer?.name || layerName(chosen(studio)!)
  studio.notices.info(say(words.placed, { name }), {
    label: say(words.show),
    perform: () => {
      studio.left = 'image'
    },
  })
}

export const copyActions = {
  'view.copy': {
    enabled: ({ project }) => project !== undefined,
    on: (studio) => studio.left === 'copy',
    perform: (studio) => {
      studio.left = studio.left === 'copy' ? 'image' : 'copy'
      if (studio.left === 'copy') copyRoom(studio)!.toFocus = 'product'
    },
  },
  'copy.write': {
    enabled: (studio) => canEdit(studio) && inSight(studio)?.model !== undefined,
    perform: (studio) => copyRoom(studio)?.write(),
  },
  'copy.stop': {
    enabled: (studio) => inSight(studio)?.progress !== undefined,
    perform: (studio) => copyRoom(studio)?.stop(),
  },
  'copy.star': {
    enabled: hasLine,
    on: (studio) => chosen(studio)?.line.starred ?? false,
    perform: (studio) => {
      const { room, line } = chosen(studio)!
      room.change(line.id, { starred: !line.starred })
    },
  },
  'copy.reject': {
    enabled: hasLine,
    perform: (studio) => {
      const { room, line } = chosen(studio)!
      room.reject(line)
    },
  },
  'copy.edit': {
    enabled: hasLine,
    perform: (studio) => {
      const { room, line } = chosen(studio)!
      room.editing = line.id
    },
  },
  'copy.more': {
    enabled: hasLine,
    perform: (studio) => {
      const { room, line } = chosen(studio)!
      return room.rewrite('more', [line])
    },
  },
  'copy.shorter': {
    enabled: (studio) => canEdit(studio) && canBecomeNow(studio, 'shorter'),
    perform: (studio) => {
      const { room, line } = chosen(studio)!
      return room.rewrite('shorter', [line])
    },
  },
  'copy.longer': {
    enabled: (studio) => canEdit(studio) && canBecomeNow(studio, 'longer'),
    perform: (studio) => {
      const { room, line } = chosen(studio)!
      return room.rewrite('longer', [line])
    },
  },
  'copy.language': {
    enabled: hasLine,
    perform: (studio) => {
      const { room, line } = chosen(studio)!
      return room.rewrite('language', [line])
    },
  },
  'copy.place': {
    enabled: (studio) => hasLine(studio) && spotOf(studio) !== undefined,
    perform: placeLine,
  },
  'copy.bind': {
    enabled: (studio) => hasLine(studio) && spotOf(studio) !== undefined,
    perform: bindLine,
  },
  'copy.clipboard': {
    enabled: (studio) => chosen(studio) !== undefined,
    async perform(studio) {
      await navigator.clipboard.writeText(chosen(studio)!.line.text)
      studio.notices.info(say(words.copied))
    },
  },
  'copy.export': {
    enabled: (studio) => (inSight(studio)?.lines.length ?? 0) > 0,
    perform: (studio) => {
      copyRoom(studio)!.dialog = 'export'
    },
  },
} satisfies Behaviours

function canBecomeNow(studio: Studio, how: 'shorter' | 'longer'): boolean {
  const picked = chosen(studio)
  return picked !== undefined && canBecome(how, picked.line, picked.run, picked.room.channels)
}
