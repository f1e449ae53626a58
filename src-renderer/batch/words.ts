import type { Word } from '../app/language.svelte.ts'

/** Words of the room where one layout becomes many files. */
export const words = {
  batch: ['Batch', '批量'],
  table: ['Table', '表格'],
  plan: ['Plan', '计划'],
  run: ['Run', '运行'],
  larger: ['Larger', '放大面板'],
  smaller: ['Smaller', '缩小面板'],
  close: ['Close', '关闭'],
  resizeDock: ['Height of the batch panel', '批量面板高度'],
} as const satisfies Record<string, Word>
