import { Command, CommanderError } from 'commander'
import { PROGRAM } from '#main/studio/program.ts'
import { StudioError, toStudioError } from '#shared/errors.ts'
import type { Run } from './commands/command.ts'
import { COMMANDS } from './commands/index.ts'
import { exitCodeOf } from './exit.ts'
import { type OwnHost, withOwnStudio, withStudio } from './host.ts'
import { createOutput, type Streams } from './output.ts'

/** The whole command line: flags in, exit code out. */
export async function main(args: readonly string[], streams: Streams, signal: AbortSignal): Promise<number> {
  // Needed before the flags are parsed: a usage error is an event, too.
  const output = createOutput(args.includes('--json'), streams)
  const run: Run = (what, flags, work) => withStudio({ flags, what, output, signal }, work)
  const runAlone: Run<OwnHost> = (what, flags, work) => withOwnStudio({ flags, what, output, signal }, work)
  const program = new Command('broadside')
    .description('Offline creative studio: poster art, packaging patterns and ad copy from local models.')
    .version(PROGRAM)
    .exitOverride()
    .configureOutput({ writeOut: (text) => streams.stdout.write(text), writeErr: () => {}, outputError: () => {} })
    .showSuggestionAfterError()
  for (const add of COMMANDS) add(program, run, runAlone)
  try {
    await program.parseAsync(args, { from: 'user' })
    return 0
  } catch (thrown) {
    if (thrown instanceof CommanderError) {
      if (thrown.exitCode === 0) return 0 // --help, --version
      if (thrown.code === 'commander.help') {
        streams.stderr.write(program.helpInformation())
        return 2
      }
    }
    const error = thrown instanceof CommanderError ? usage(thrown) : toStudioError(thrown)
    output.fail(error)
    return exitCodeOf(error)
  }
}

function usage(error: CommanderError): StudioError {
  return new StudioError({
    code: 'usage',
    message: error.message
      .replace(/^error: /, '')
      .replace(/^option '(-[^' ]+).*' argument '.*' is invalid\. /s, '$1: ')
      .replace(/\s*\n\s*/g, ' '),
    remedy: 'See "broadside --help".',
  })
}
