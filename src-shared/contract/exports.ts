import { z } from 'zod'
import { COPY_FORMATS } from '../copy/files.ts'
import { FILE_FORMATS } from '../work/formats.ts'

const id = z.string().min(1).max(100)

export const exportRequest = z.strictObject({
  document: z.unknown(),
  artboard: id,
  /** Only these layers, on transparency. */
  layers: z.array(id).max(5000).optional(),
  format: z.enum(FILE_FORMATS),
  /** px per document px. */
  scale: z.number().positive().max(16),
  /** Noted in the file. */
  dpi: z.number().positive().max(2400).optional(),
  /** 1 … 100, of JPEG, WebP and AVIF. */
  quality: z.number().int().min(1).max(100).optional(),
  bleed: z.boolean().default(false),
})
export type ExportRequest = z.input<typeof exportRequest>

/** Words as a file: copy, tables. */
export const textExportRequest = z.strictObject({
  /** Without its extension. */
  name: z.string().min(1).max(200),
  format: z.enum(COPY_FORMATS),
  text: z.string().max(16 << 20),
})
export type TextExportRequest = z.output<typeof textExportRequest>

/** A file made for taking away, at `GET /exports/{id}` for ten minutes. */
export interface TakeawayFile {
  id: string
  name: string
  sha256: string
  bytes: number
}

/** A picture for taking away. */
export interface ExportedFile extends TakeawayFile {
  /** px */
  width: number
  height: number
}
