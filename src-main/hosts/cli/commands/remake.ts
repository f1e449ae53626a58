import type { Remade } from '#shared/contract/studio-api.ts'
import { StudioError } from '#shared/errors.ts'
import { collect } from '../flags.ts'
import type { CommonFlags, Host } from '../host.ts'
import { createEstimate } from '../progress.ts'
import { type AddCommand, withCommonFlags } from './command.ts'

interface Flags extends CommonFlags {
  with?: string[]
  out?: string
  device?: string
}

export const addRemake: AddCommand = (program, run) => {
  const command = program
    .command('remake')
    .description('read the recipe inside a file, make it again, and say whether the same came out')
    .argument('<file>', 'a picture or copy file that Broadside made')
    .option('--with <picture>', 'a picture it was made from, when the library does not have it', collect)
    .option('--out <file>', 'write what came out here')
    .option('--device <id>', 'where to run ("broadside doctor" lists devices)')
  withCommonFlags(command).action((file: string, flags: Flags) =>
    run('remake', flags, (host) => remake(host, file, flags)),
  )
}

const SAID: Record<Remade['equal'], string> = {
  bytes: 'equal: the very same bytes',
  content: 'equal content; only what is noted in the file differs (another version or device)',
  different: 'different: this machine, device or version does not make the same',
}

async function remake(host: Host, file: string, flags: Flags): Promise<void> {
  const { studio, output, signal } = host
  for (const path of flags.with ?? []) await studio.pictures.bring(path, { signal })
  const estimate = createEstimate()
  const remade = await studio.remake(file, {
    signal,
    ...(flags.device === undefined ? {} : { device: flags.device }),
    onEvent(event) {
      output.event({ ...event })
      if (event.event !== 'step') return
      const done = event.step / event.steps
      const secondsLeft = estimate(done)
      output.progress({ what: 'remake', done, ...(secondsLeft === undefined ? {} : { secondsLeft }) })
    },
  })
  const { sha256 } = remade.artifact
  const path = await studio.library[flags.out === undefined ? 'pathOf' : 'export'](sha256, flags.out ?? '')
  const files = [{ path, sha256, recipe: remade.recipe }]
  output.say(SAID[remade.equal])
  output.say(path)
  output.event({
    event: 'result',
    equal: remade.equal !== 'different',
    how: remade.equal,
    before: remade.before,
    files,
  })
  if (remade.equal === 'different')
    throw new StudioError({
      code: 'integrity',
      message: 'what came out is not what is in the file',
      where: { file },
      remedy: `Compare it with ${path}.`,
    })
}
