import { main } from './cli.ts'
import { INTERRUPTED } from './exit.ts'

/** The process: signals, streams, exit code. */

const controller = new AbortController()
let asked = 0
const stop = () => {
  asked++
  if (asked > 1) process.exit(INTERRUPTED) // twice means now
  controller.abort()
}
process.on('SIGINT', stop)
process.on('SIGTERM', stop)
// Who reads us may stop reading ("| head"): that is no error of ours.
process.stdout.on('error', () => process.exit(0))
process.exitCode = await main(process.argv.slice(2), process, controller.signal)
