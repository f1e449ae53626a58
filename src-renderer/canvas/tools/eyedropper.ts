import { solid } from '#shared/document/fill.ts'
import type { Layer } from '#shared/document/layers/kinds.ts'
import { say } from '../../app/language.svelte.ts'
import type { Easel, Press, Tool } from '../easel.svelte.ts'
import { options } from '../options.svelte.ts'
import { words } from '../words.ts'

/** Takes the colour that is seen: into the fill of what is selected, the next shape, and the clipboard as `#rrggbb`. */
export const eyedropper: Tool = {
  cursor: () => 'crosshair',
  hover(easel, press) {
    const colour = press && colourAt(easel, press)
    easel.show({ swatch: press && colour ? { at: press.point, colour } : undefined })
  },
  down(easel, press) {
    const colour = colourAt(easel, press)
    if (!colour) return undefined
    options.colour = colour
    take(easel, colour)
    navigator.clipboard.writeText(colour).then(
      () => easel.studio.notices.info(say(words.copiedColour, { colour })),
      // A browser may keep the clipboard to itself; the colour was taken all the same.
      () => easel.studio.notices.info(say(words.tookColour, { colour })),
    )
    return undefined
  },
  leave: (easel) => easel.show({ swatch: undefined }),
}

/** Of the picture on the screen; undefined beside the artboards. */
function colourAt(easel: Easel, { point, screen }: Press): string | undefined {
  if (!easel.boardAt(point)) return undefined
  const { context, element } = easel.stage.surface
  const ratio = element.width / Math.max(1, easel.view.width)
  const [x, y] = [Math.floor(screen.x * ratio), Math.floor(screen.y * ratio)]
  const [r, g, b] = context.getImageData(x, y, 1, 1).data
  return `#${[r!, g!, b!].map((part) => part.toString(16).padStart(2, '0')).join('')}`
}

function take({ project, store, readOnly }: Easel, colour: string): void {
  const layers = project.selected.filter(({ type, locked }) => !locked && (type === 'text' || type === 'shape'))
  if (layers.length === 0 || readOnly) return
  store.edit(say(words.pickColour), (edit) => {
    for (const layer of layers) edit.update(layer.id, coloured(layer, colour))
  })
}

const coloured = (layer: Layer, colour: string) =>
  layer.type === 'shape' && layer.shape.kind === 'line'
    ? { stroke: { width: 4, dash: [], ...layer.stroke, colour } }
    : { fill: solid(colour) }
