import type { Drag, Easel, Press, Tool } from '../easel.svelte.ts'

/** Pushes the pasteboard about. Also what the space key and the middle button do with any tool. */
export const hand: Tool = {
  cursor: () => 'grab',
  down: (easel, press) => pan(easel, press),
}

export function pan(easel: Easel, { screen }: Press): Drag {
  const { zoom, x, y } = easel.camera
  return {
    move(press) {
      easel.look({ zoom, x: x - (press.screen.x - screen.x) / zoom, y: y - (press.screen.y - screen.y) / zoom })
    },
    end() {},
    cancel: () => easel.look({ zoom, x, y }),
  }
}
