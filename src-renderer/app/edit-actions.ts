import type { ActionId } from '#shared/actions/actions.ts'
import type { Layer } from '#shared/document/layers/kinds.ts'
import { type Arrangement, arrange } from '../layers/arrange.ts'
import { duplicateArtboard } from '../layers/artboards.ts'
import { duplicate, newId } from '../layers/copies.ts'
import { DocumentTree } from '../layers/document-tree.ts'
import { canGroup, group, ungroup } from '../layers/grouping.ts'
import { leftBehind, restructure } from '../layers/steps.ts'
import { words } from '../layers/words.ts'
import { actionLabel, type Behaviour, type Behaviours } from './behaviour.ts'
import { say } from './language.svelte.ts'
import type { Project } from './project.svelte.ts'
import type { Studio } from './studio.svelte.ts'

/** Copies lie so much aside that they are seen: this part of an inch. */
const ASIDE = 1 / 8

const layersSelected = ({ project }: Studio): boolean => (project?.selected.length ?? 0) > 0

const selectedArtboards = (project: Project) =>
  project.view.selection.flatMap((id) => project.artboards.find((board) => board.id === id) ?? [])

const boardsSelected = ({ project }: Studio): boolean =>
  project?.view.selection.some((id) => project.artboards.some((board) => board.id === id)) ?? false

/** What is selected, without what is inside something that is. */
const topmost = ({ document, view }: Project): Layer[] => new DocumentTree(document).topmost(view.selection)

const unlocked = (project: Project): Layer[] => topmost(project).filter(({ locked }) => !locked)

const edits = {
  'edit.undo': {
    enabled: ({ project }) => project?.undoLabel !== undefined,
    perform: ({ project }) => project!.store.undo(),
  },
  'edit.redo': {
    enabled: ({ project }) => project?.redoLabel !== undefined,
    perform: ({ project }) => project!.store.redo(),
  },
  'edit.duplicate': {
    enabled: (studio) => layersSelected(studio) || boardsSelected(studio),
    perform: ({ project }) => (project!.selected.length > 0 ? duplicateLayers(project!) : duplicateBoards(project!)),
  },
  'edit.delete': {
    enabled: (studio) => {
      const { project } = studio
      if (!project) return false
      if (boardsSelected(studio)) return selectedArtboards(project).length < project.artboards.length
      return project.selected.some(({ locked }) => !locked)
    },
    perform: ({ project }) => remove(project!),
  },
  'edit.select-all': {
    enabled: ({ project }) => project !== undefined,
    perform: ({ project }) => {
      const { view, store } = project!
      const from = view.entered ?? view.artboard
      if (from === undefined) return
      view.selection = store.children(from).flatMap(({ id, locked, hidden }) => (locked || hidden ? [] : [id]))
    },
  },
  'edit.deselect': {
    enabled: ({ project }) => (project?.view.selection.length ?? 0) > 0,
    perform: ({ project }) => {
      project!.view.selection = []
      project!.view.entered = undefined
    },
  },
  'object.group': {
    enabled: ({ project }) => {
      if (!project || project.selected.length === 0) return false
      const tree = new DocumentTree(project.document)
      return canGroup(tree, tree.topmost(project.view.selection))
    },
    perform({ project }) {
      const id = newId()
      restructure(project!.store, actionLabel('object.group'), (tree, edit) => {
        const layers = tree.topmost(project!.view.selection)
        return [group(tree, edit, layers, id, say(words.group)), ...leftBehind(tree, layers)]
      })
      project!.view.selection = [id]
    },
  },
  'object.ungroup': {
    enabled: ({ project }) => project?.selected.some(({ type }) => type === 'group') ?? false,
    perform({ project }) {
      let freed: string[] = []
      restructure(project!.store, actionLabel('object.ungroup'), (tree, edit) => {
        const groups = tree.topmost(project!.view.selection).filter(({ type }) => type === 'group')
        freed = groups.flatMap((each) => ungroup(tree, edit, each))
        return freed
      })
      project!.view.selection = freed
    },
  },
  'object.rename': {
    enabled: ({ project }) => (project?.view.selection.length ?? 0) > 0,
    perform: (studio) => {
      studio.right = 'layers'
      studio.project!.view.renaming = studio.project!.view.selection[0]
    },
  },
  'object.lay-out': {
    enabled: ({ project }) => project?.view.artboard !== undefined,
    perform: (studio) => {
      studio.dialog = 'lay-out'
    },
  },
  'object.lock': toggle('object.lock', 'locked'),
  'object.hide': toggle('object.hide', 'hidden'),
  'object.bring-to-front': arrangement('object.bring-to-front', 'front'),
  'object.bring-forward': arrangement('object.bring-forward', 'forward'),
  'object.send-backward': arrangement('object.send-backward', 'backward'),
  'object.send-to-back': arrangement('object.send-to-back', 'back'),
} satisfies Behaviours

const LOOKS = new Set(['edit.select-all', 'edit.deselect'])

/** What changes the document waits for one that may be changed: edits of another kind would be lost without a word. */
export const editActions: Behaviours = Object.fromEntries(
  Object.entries<Behaviour>(edits).map(([id, behaviour]) => [
    id,
    LOOKS.has(id)
      ? behaviour
      : {
          ...behaviour,
          enabled: (studio: Studio) => studio.project?.readOnly === undefined && (behaviour.enabled?.(studio) ?? true),
        },
  ]),
)

function arrangement(id: ActionId, how: Arrangement): Behaviour {
  return {
    enabled: layersSelected,
    perform: ({ project }) => {
      const tree = new DocumentTree(project!.store.document)
      project!.store.edit(actionLabel(id), (edit) => arrange(tree, edit, project!.view.selection, how))
    },
  }
}

/** On for all unless it is on for all: then off. */
function toggle(id: ActionId, field: 'locked' | 'hidden'): Behaviour {
  return {
    enabled: layersSelected,
    on: ({ project }) =>
      project !== undefined && project.selected.length > 0 && project.selected.every((l) => l[field]),
    perform: ({ project }) => {
      const to = !project!.selected.every((layer) => layer[field])
      project!.store.edit(actionLabel(id), (edit) => {
        for (const layer of project!.selected) edit.update(layer.id, { [field]: to })
      })
    },
  }
}

function remove(project: Project): void {
  const gone = selectedArtboards(project)
  restructure(project.store, actionLabel('edit.delete'), (tree, edit) => {
    const layers = gone.length > 0 ? [] : unlocked(project)
    for (const { id } of [...gone, ...layers]) edit.remove(id)
    return leftBehind(tree, layers)
  })
}

function duplicateLayers(project: Project): void {
  const { store, view } = project
  let copies: string[] = []
  restructure(store, actionLabel('edit.duplicate'), (tree, edit) => {
    const layers = tree.topmost(view.selection)
    const dpi = store.artboardOf(layers[0]!.id)?.dpi ?? 72
    copies = duplicate(tree, edit, layers, Math.round(dpi * ASIDE))
    return copies
  })
  view.selection = copies
}

function duplicateBoards(project: Project): void {
  const { store, view } = project
  const tree = new DocumentTree(store.document)
  const copies: string[] = []
  store.edit(actionLabel('edit.duplicate'), (edit) => {
    for (const board of selectedArtboards(project)) {
      const name = say(words.copyOf, { name: board.name || say(words.artboard) })
      copies.push(duplicateArtboard(tree, edit, board, name))
    }
  })
  view.selection = copies
  view.artboard = copies[0]
}
