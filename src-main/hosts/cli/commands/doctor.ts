import { StudioError } from '#shared/errors.ts'
import { type Check, examine } from '../doctor/examine.ts'
import type { CommonFlags, OwnHost } from '../host.ts'
import { type AddCommand, withCommonFlags } from './command.ts'

export const addDoctor: AddCommand = (program, _run, runAlone) => {
  const command = program
    .command('doctor')
    .description('devices, runtimes, fonts, free space; what is missing and how to get it')
  withCommonFlags(command).action((flags: CommonFlags) => runAlone('doctor', flags, doctor))
}

const MARKS: Record<Check['state'], string> = { good: '✓', missing: '–', bad: '✗' }

async function doctor(host: OwnHost): Promise<void> {
  const checks: Check[] = []
  for await (const check of examine(host)) {
    checks.push(check)
    host.output.say(`${MARKS[check.state]} ${check.name}: ${check.found}`)
    if (check.remedy !== undefined) host.output.say(`    ${check.remedy}`)
    host.output.event({ event: 'check', ...check })
  }
  const bad = checks.filter((check) => check.state === 'bad')
  host.output.event({ event: 'result', healthy: bad.length === 0, checks })
  if (bad.length > 0)
    throw new StudioError({
      code: 'unsupported',
      message: `not everything works here: ${bad.map((check) => check.name).join(', ')}`,
      remedy: 'See the lines marked ✗.',
    })
}
