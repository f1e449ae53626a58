import type { Feeds } from './tensor.ts'

/** One input or output of a graph. A dim is a number, or the name of a dynamic axis. */
export interface Port {
  name: string
  type: string
  dims: readonly (number | string)[]
}

/** An opened ONNX graph. Implemented by session.ts; the pipelines know only this. */
export interface Graph {
  readonly file: string
  readonly inputs: readonly Port[]
  readonly outputs: readonly Port[]
  /**
   * Checks names, dtypes and dims of all feeds first and throws a StudioError `invalid-input` that names input,
   * expected and received; then runs. Outputs are float32 by name, each with its own buffer.
   */
  run(feeds: Feeds): Promise<Record<string, { data: Float32Array; dims: readonly number[] }>>
}
