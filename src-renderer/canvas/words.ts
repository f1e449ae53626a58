import type { Word } from '../app/language.svelte.ts'

export const words = {
  canvas: ['Canvas', '画布'],
  layersOnCanvas: ['Layers on the canvas', '画布上的图层'],
  bleed: ['{n} mm bleed', '出血 {n} 毫米'],
  untitled: ['Artboard', '画板'],
  move: ['Move', '移动'],
  duplicate: ['Duplicate', '创建副本'],
  resize: ['Resize', '调整大小'],
  turn: ['Rotate', '旋转'],
  nudge: ['Nudge', '微移'],
  align: ['Align', '对齐'],
  distribute: ['Distribute', '分布'],
  flip: ['Flip', '翻转'],
  moveArtboard: ['Move artboard', '移动画板'],
} as const satisfies Record<string, Word>
