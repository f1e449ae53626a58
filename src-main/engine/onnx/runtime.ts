import { createRequire } from 'node:module'
import type * as OnnxRuntime from 'onnxruntime-node'

let loaded: typeof OnnxRuntime | undefined

/** ONNX Runtime, loaded at first use: it maps 25 MB of native code that half of the worker's life does not need. */
export function onnxRuntime(): typeof OnnxRuntime {
  if (!loaded) {
    // A bundler must leave the native library alone, so it is required by name at run time.
    loaded = createRequire(import.meta.url)('onnxruntime-node') as typeof OnnxRuntime
    // What goes wrong comes back as an exception and becomes a StudioError; stderr is not a channel.
    loaded.env.logLevel = 'fatal'
  }
  return loaded
}

/** "onnxruntime-node 1.30.0": part of what an artifact says about its making. */
export function runtimeVersion(): string {
  return `onnxruntime-node ${onnxRuntime().env.versions.node ?? 'unknown'}`
}
