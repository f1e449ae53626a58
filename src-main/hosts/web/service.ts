import { copyWhole } from '#main/studio/files.ts'
import { defaultHome } from '#main/studio/program.ts'
import type { StudioApi } from '#shared/contract/studio-api.ts'
import { StudioError, toStudioError } from '#shared/errors.ts'
import { artifactName } from '../names.ts'
import { type ServiceMessage, SHELL_SERVICE, type ShellMessage, shellMessageSchema } from '../shell-messages.ts'
import { type Service, startService } from './serve.ts'

/** The process that the Electron shell forks: the studio and its page, and what only a shell may ask. */

const say = (message: ServiceMessage): void => {
  if (process.connected) process.send?.(message, undefined, undefined, () => {}) // a shell that has gone hears nothing
}

let service: Service | undefined
let ending = false

async function end(): Promise<void> {
  if (ending) return
  ending = true
  await service?.close()
  process.exit(0)
}

/** The shell got its paths from the user; the page never sees one. */
async function answer(studio: StudioApi, message: Exclude<ShellMessage, { type: 'quit' }>): Promise<string> {
  switch (message.type) {
    case 'adopt':
      return studio.projects.adopt(message.path)
    case 'place':
      return studio.projects.registerPlace(message.path)
    case 'export-to':
      await copyWhole(studio.exports.file(message.id).path, message.path)
      return message.path
    case 'batch-place':
      return studio.batches.registerPlace(message.path)
    case 'batch-folder':
      return (await studio.batches.get(message.id)).place
    case 'take-out':
      return studio.library.handOut(message.sha256, artifactName)
  }
}

process.on('message', async (raw) => {
  const parsed = shellMessageSchema.safeParse(raw)
  if (!parsed.success) return
  const message = parsed.data
  if (message.type === 'quit') return end()
  const { request } = message
  try {
    if (!service) throw new StudioError({ code: 'unsupported', message: 'the studio service is still starting' })
    say({ type: 'answer', request, value: await answer(service.studio, message) })
  } catch (thrown) {
    say({ type: 'failed', request, error: toStudioError(thrown).toJSON() })
  }
})
process.on('disconnect', end)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, end)

const { BROADSIDE_TOKEN: token, BROADSIDE_PORT: port } = process.env
try {
  service = await startService({
    home: defaultHome(),
    what: SHELL_SERVICE,
    ...(token ? { token } : {}),
    ...(port ? { port: Number(port), anyPort: true } : {}),
  })
  say({ type: 'ready', url: service.url })
} catch (thrown) {
  process.stderr.write(`${toStudioError(thrown).toLine()}\n`)
  process.exit(1)
}
