import type { Command } from 'commander'
import type { CommonFlags, Host, OwnHost } from '../host.ts'

/** Runs a command's work with output, studio and signal at hand. Given by cli.ts. */
export type Run<H = Host> = (what: string, flags: CommonFlags, work: (host: H) => Promise<void>) => Promise<void>

/**
 * One command of the list in index.ts: adds itself to the program. `run` works beside a running service and through it;
 * `runAlone` has all of the studio, and is refused where a service has the data folder.
 */
export type AddCommand = (program: Command, run: Run, runAlone: Run<OwnHost>) => void

/** The flags that every command has. */
export function withCommonFlags(command: Command): Command {
  return command
    .option('--json', 'one JSON object per line on stdout: events, then the result')
    .option('--home <dir>', 'data folder (default: BROADSIDE_HOME, or the place for data of this system)')
}
