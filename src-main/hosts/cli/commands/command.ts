import type { Command } from 'commander'
import type { CommonFlags, Host } from '../host.ts'

/** Runs a command's work with output, studio and signal at hand. Given by main.ts. */
export type Run = (what: string, flags: CommonFlags, work: (host: Host) => Promise<void>) => Promise<void>

/** One command of the list in index.ts: adds itself to the program. */
export type AddCommand = (program: Command, run: Run) => void

/** The flags that every command has. */
export function withCommonFlags(command: Command): Command {
  return command
    .option('--json', 'one JSON object per line on stdout: events, then the result')
    .option('--home <dir>', 'data folder (default: BROADSIDE_HOME, or the place for data of this system)')
}
