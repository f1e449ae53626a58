import type { CommonFlags } from '../host.ts'
import { watchFolder } from '../watch/watch.ts'
import { type AddCommand, withCommonFlags } from './command.ts'

interface Flags extends CommonFlags {
  plan: string
  out: string
  device?: string
}

export const addWatch: AddCommand = (program, run) => {
  const command = program
    .command('watch')
    .description('a hot folder: tables and briefs that are put into it come out as files')
    .argument('<in>', 'folder to watch; what is through goes to "processed" or "failed" in it')
    .requiredOption('--plan <plan.json>', 'what to make of each table')
    .requiredOption('--out <dir>', 'a folder in here for each of them')
    .option(
      '--device <id>',
      'where pictures and lines are made (default: that of the plan; "broadside doctor" lists them)',
    )
  withCommonFlags(command).action((folder: string, flags: Flags) =>
    run('watch', flags, (host) => watchFolder(host, { folder, ...flags })),
  )
}
