import { setTimeout as sleep } from 'node:timers/promises'
import { serviceAt } from '#main/studio/lock.ts'
import { buildAll, buildPage } from '../../web/build.ts'
import { HERE, howToShow, openInBrowser, runElectron, type Showing } from '../../web/open.ts'
import { entryOf, startService } from '../../web/serve.ts'
import { integer } from '../flags.ts'
import type { CommonFlags, OwnHost } from '../host.ts'
import { type AddCommand, withCommonFlags } from './command.ts'

interface Flags extends CommonFlags {
  port?: number
  open?: boolean
}

export const addServe: AddCommand = (program, _run, runAlone) => {
  const command = program
    .command('serve')
    .description('the studio, for this machine only: a page in the browser, or a window with --open')
    .option('--port <n>', 'where to listen (default: any free one)', integer(1, 65_535))
    .option('--open', 'open it: in Electron where that is installed, else in the browser')
  withCommonFlags(command).action((flags: Flags) => runAlone('serve', flags, (host) => serve(host, flags)))
}

async function serve(host: OwnHost, flags: Flags): Promise<void> {
  const { output, signal, home } = host
  const { port } = flags
  const running = serviceAt(home)
  const showing: Showing | undefined = flags.open
    ? howToShow({ ...HERE, ...(running ? { served: running.what } : {}) })
    : undefined
  if (showing) output.note(showing.why)
  if (running) {
    const url = entryOf(running)
    output.say(`The studio is served already, at ${url}`)
    output.event({ event: 'serving', url })
    if (showing?.by === 'browser') openInBrowser(url)
  } else {
    const built = await (showing?.by === 'electron' ? buildAll() : buildPage())
    if (built !== undefined) output.note(built)
  }
  // The window has the data folder through its own service: this process never touches it.
  if (showing?.by === 'electron')
    return runElectron({ program: showing.program, home, signal, ...(port === undefined ? {} : { port }) })
  if (!running) await servePage(host, flags, showing?.by === 'browser')
}

async function servePage({ output, signal, home }: OwnHost, { port }: Flags, open: boolean): Promise<void> {
  const { BROADSIDE_TOKEN: token } = process.env
  const service = await startService({
    home,
    what: 'serve',
    ...(port === undefined ? {} : { port }),
    ...(token ? { token } : {}),
  })
  try {
    output.say(`The studio is at ${service.url}`)
    output.event({ event: 'serving', url: service.url })
    if (open) openInBrowser(service.url)
    while (!signal.aborted) await sleep(A_DAY, undefined, { signal }).catch(() => {}) // Ctrl-C is how a service ends
  } finally {
    await service.close()
  }
}

const A_DAY = 86_400_000
