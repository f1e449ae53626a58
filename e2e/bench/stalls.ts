import { writeFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'

/** Loaded into the service with `--import`: on SIGUSR2 writes how long its event loop stood still since the last time. */
const path = process.env.BROADSIDE_STALLS
if (path !== undefined && process.argv.includes('serve')) {
  const loop = monitorEventLoopDelay({ resolution: 1 })
  loop.enable()
  process.on('SIGUSR2', () => {
    writeFileSync(path, String(loop.max / 1e6))
    loop.reset()
  })
}
