import { solid } from '#shared/document/fill.ts'
import { say } from '../../app/language.svelte.ts'
import { newId, topOrder } from '../copies.ts'
import type { Easel, Tool } from '../easel.svelte.ts'
import { options } from '../options.svelte.ts'
import { words } from '../words.ts'
import { type DrawnBox, drawBox } from './drawn-box.ts'

/** Draws a rectangle, ellipse, line, polygon or star. */
export const shape: Tool = {
  cursor: () => 'crosshair',
  down: (easel, press) =>
    drawBox(
      easel,
      press,
      (drawn) => add(easel, drawn),
      (artboard, { x, y }) => {
        const side = Math.round(easel.px(100))
        add(easel, { artboard, box: { x: x - side / 2, y: y - side / 2, width: side, height: side }, rising: false })
      },
    ),
}

function add(easel: Easel, { artboard, box, rising }: DrawnBox): void {
  const { store, view } = easel
  const kind = options.shape
  const id = newId()
  const props = options.shapeProps()
  const width = Math.max(2, Math.round((store.artboard(artboard)?.width ?? 1000) / 200))
  store.edit(say(words.drawShape), (edit) => {
    edit.add({
      type: 'shape',
      id,
      name: say(words[kind]),
      parent: artboard,
      order: topOrder(store, artboard) + 1,
      ...box,
      shape: props.kind === 'line' ? { ...props, rising } : props,
      ...(kind === 'line' ? { stroke: { colour: options.colour, width } } : { fill: solid(options.colour) }),
    })
  })
  easel.select([id])
  view.tool = 'move'
}
