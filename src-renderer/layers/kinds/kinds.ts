import type { Component } from 'svelte'
import type { Layer, LayerType } from '#shared/document/layers/kinds.ts'
import type { Edits } from '../edits.ts'
import Dieline from './dieline.svelte'
import Group from './group.svelte'
import Image from './image.svelte'
import Shape from './shape.svelte'
import Text from './text.svelte'

export interface KindProps<L extends Layer = Layer> {
  /** All of the kind; at least one. */
  layers: readonly L[]
  edits: Edits
}

type Editors = { [T in LayerType]: Component<KindProps<Extract<Layer, { type: T }>>> }

/** What can be set of each kind of layer: a new kind is one file and one line. */
const EDITORS: Editors = { image: Image, text: Text, shape: Shape, group: Group, dieline: Dieline }

/** For layers that are all of this kind. */
export const editorOf = (type: LayerType): Component<KindProps> => EDITORS[type] as unknown as Component<KindProps>
