import { dirname, join } from 'node:path'
import type { Port } from '../onnx/graph.ts'
import type { OpenGraph } from '../onnx/session.ts'
import type { PlannedFile } from './plan.ts'

/** One .onnx file and what its inputs and outputs look like. */
export interface BareGraph {
  file: string
  name: string
  graph: OpenGraph
  /** The weights kept beside it. */
  external: string[]
}

/** Channels of a picture or latent port, when the graph says how many. */
export function channels(port: Port | undefined): number | undefined {
  const axis = port?.dims.length === 4 ? port.dims[1] : undefined
  return typeof axis === 'number' ? axis : undefined
}

/** The graph's own file and its weights, under names of the package. */
export function graphFiles({ file, external }: BareGraph, to: string): PlannedFile[] {
  return [{ from: file, to }, ...external.map((name) => ({ from: join(dirname(file), name), to: name }))]
}
