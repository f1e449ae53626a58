import { basename, dirname, extname, resolve } from 'node:path'
import { rowsOf } from '#shared/batch/rows.ts'
import type { CommonFlags, Host } from '../host.ts'
import { bringPictures, readPlan, rowsOfTable } from '../plan-file.ts'
import { outcomeOf, requireDone, runBatch } from '../run-batch.ts'
import { type AddCommand, withCommonFlags } from './command.ts'

interface Flags extends CommonFlags {
  rows?: string
  out: string
  resume?: boolean
  name?: string
  device?: string
}

export const addBatch: AddCommand = (program, run) => {
  const command = program
    .command('batch')
    .description('make every file of a plan: rows × pictures × seeds × copy × artboards × formats')
    .argument('<plan.json>', 'what to make, and of which document')
    .option('--rows <file>', 'table that fills the variables: CSV, TSV, XLSX or JSON (default: that of the document)')
    .requiredOption('--out <dir>', 'folder for the files')
    .option('--resume', 'go on with what an earlier run left in that folder')
    .option(
      '--device <id>',
      'where pictures and lines are made (default: that of the plan; "broadside doctor" lists them)',
    )
    .option('--name <text>', 'what the batch is called (default: the name of the document)')
  withCommonFlags(command).action((plan: string, flags: Flags) =>
    run('batch', flags, (host) => batch(host, plan, flags)),
  )
}

async function batch(host: Host, plan: string, flags: Flags): Promise<void> {
  const { studio, output, signal } = host
  const { document, spec, folder } = await readPlan(host, plan, flags.device)
  const table = flags.rows === undefined ? undefined : await studio.tables.read(flags.rows, { signal })
  for (const warning of table?.warnings ?? []) output.note(warning)
  const rows = table
    ? await bringPictures(host, rowsOfTable(table), {
        document,
        columns: table.columns.filter(({ kind }) => kind === 'picture').map(({ name }) => name),
        folder: dirname(resolve(flags.rows!)),
      })
    : await bringPictures(host, rowsOf(document), {
        document,
        columns: document.columns.filter(({ kind }) => kind === 'picture').map(({ name }) => name),
        folder,
      })
  signal.throwIfAborted()
  const resting = await runBatch(host, {
    ...{ document: { ...document, columns: [], rows: [], plans: [] }, spec, rows, folder: flags.out },
    name: flags.name ?? (document.name || basename(plan, extname(plan))),
    resume: flags.resume ?? false,
  })
  const outcome = await outcomeOf(host, resting)
  // One line for each reason of a row, however many files it costs.
  const reasons = new Set(outcome.failed.map(({ row, error }) => `row ${row}: ${error!.message}`))
  for (const reason of reasons) output.note(reason)
  const rest = [
    ...(flags.rows === undefined ? [] : ['--rows', flags.rows]),
    ...(flags.device === undefined ? [] : ['--device', flags.device]),
    ...['--out', flags.out, '--resume'],
  ]
  if (resting.state === 'done') output.say(`${resting.place}  ${outcome.files.length} files`)
  output.event({ event: 'result', state: resting.state, files: outcome.files, failed: outcome.failed })
  requireDone(outcome, `broadside batch ${plan} ${rest.join(' ')}`)
}
