import { setTimeout as sleep } from 'node:timers/promises'
import { serviceAt } from '#main/studio/lock.ts'
import { buildPage } from '../../web/build.ts'
import { howToShow, openInBrowser } from '../../web/open.ts'
import { entryOf, startService } from '../../web/serve.ts'
import { integer } from '../flags.ts'
import type { CommonFlags, Host } from '../host.ts'
import type { Output } from '../output.ts'
import { type AddCommand, withCommonFlags } from './command.ts'

interface Flags extends CommonFlags {
  port?: number
  open?: boolean
}

export const addServe: AddCommand = (program, run) => {
  const command = program
    .command('serve')
    .description('the studio as a page in the browser, for this machine only')
    .option('--port <n>', 'where to listen (default: any free one)', integer(1, 65_535))
    .option('--open', 'open it: in Electron where that is installed, else in the browser')
  withCommonFlags(command).action((flags: Flags) => run('serve', flags, (host) => serve(host, flags)))
}

function show(url: string, output: Output): void {
  const showing = howToShow()
  output.note(showing.why)
  if (showing.by !== 'nothing') openInBrowser(url)
}

async function serve({ output, signal, home }: Host, flags: Flags): Promise<void> {
  const { BROADSIDE_TOKEN: token } = process.env
  const running = serviceAt(home)
  if (running) {
    const url = entryOf(running)
    output.say(`The studio is served already, at ${url}`)
    output.event({ event: 'serving', url, already: true })
    if (flags.open) show(url, output)
    return
  }
  const built = await buildPage()
  if (built !== undefined) output.note(built)
  const service = await startService({
    home,
    what: 'serve',
    ...(flags.port === undefined ? {} : { port: flags.port }),
    ...(token ? { token } : {}),
  })
  try {
    output.say(`The studio is at ${service.url}`)
    output.event({ event: 'serving', url: service.url })
    if (flags.open) show(service.url, output)
    await sleep(2 ** 31 - 1, undefined, { signal }).catch(() => {}) // until Ctrl-C, which is how a service ends
  } finally {
    await service.close()
  }
}
