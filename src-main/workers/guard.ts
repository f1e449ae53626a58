import { flushCompileCache } from 'node:module'
import { Worker } from 'node:worker_threads'

/**
 * A watch inside the worker process, on its own thread, because `session.run` blocks the main one for its whole
 * length: ends the process when its parent is gone (a model that loops for ever would outlive it otherwise), and
 * where the parent cannot read our memory (no /proc) when the cap given in BROADSIDE_MEMORY_CAP is passed.
 * Call before the first task: a thread costs a start that an idle spare should not pay.
 */
export function standGuard(): void {
  if (standing) return
  standing = true
  flushCompileCache() // workers are killed, not ended, and would never write it
  const thread = new Worker(WATCH, {
    eval: true,
    workerData: { parent: process.ppid, capBytes: Number(process.env.BROADSIDE_MEMORY_CAP ?? 0) },
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
  })
  thread.unref()
}

let standing = false

/** Ctrl-C reaches all processes of a terminal; what it means is for the parent to decide. */
export function ignoreInterrupt(): void {
  process.on('SIGINT', () => {})
}

/** Written before the process ends itself, so that the parent can tell a cap from a crash. */
export const MEMORY_CAP_NOTICE = 'broadside: memory cap reached'

/** Plain JavaScript in a string: a thread's file would have to be found again in the bundled program. */
const WATCH = `
const { workerData } = require('node:worker_threads')
const { writeSync } = require('node:fs')
setInterval(() => {
  if (process.ppid !== workerData.parent) process.kill(process.pid, 'SIGKILL')
  if (workerData.capBytes > 0 && process.memoryUsage.rss() > workerData.capBytes) {
    writeSync(2, ${JSON.stringify('\n')} + ${JSON.stringify(MEMORY_CAP_NOTICE)} + ${JSON.stringify('\n')})
    process.kill(process.pid, 'SIGKILL')
  }
}, 100)
`
