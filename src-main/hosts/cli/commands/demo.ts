import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { planDemo } from '#main/studio/demo/plan.ts'
import { runDemo } from '#main/studio/demo/run.ts'
import { seed } from '../flags.ts'
import type { CommonFlags, OwnHost } from '../host.ts'
import { createEstimate } from '../progress.ts'
import { type AddCommand, withCommonFlags } from './command.ts'

interface Flags extends CommonFlags {
  out: string
  seed: number
  open?: boolean
}

export const addDemo: AddCommand = (program, _run, runAlone) => {
  const command = program
    .command('demo')
    .description('from one brief to a folder of posters and patterns, with the models that come along')
    .option('--out <dir>', 'folder for them', join('out', 'demo'))
    .option('--seed <n>', 'another seed makes other posters of the same brief', seed, 7)
    .option('--open', 'show the contact sheet when it is done')
  withCommonFlags(command).action((flags: Flags) => runAlone('demo', flags, (host) => demo(host, flags)))
}

async function demo({ studio, output, signal }: OwnHost, flags: Flags): Promise<void> {
  const started = performance.now()
  const estimate = createEstimate()
  const plan = planDemo(flags.seed)
  const { name } = plan.house
  output.say(`${name.en} ${name.zh}: ${plan.posters.length} posters and ${plan.patterns.length} patterns`)
  const files = await runDemo({
    studio,
    plan,
    out: flags.out,
    signal,
    onProgress({ stage, done }) {
      const secondsLeft = estimate(done)
      output.progress({ what: stage, done, ...(secondsLeft === undefined ? {} : { secondsLeft }) })
      output.event({ event: 'progress', stage, done })
    },
    onFile(file) {
      const path = join(flags.out, file.path)
      output.say(`${path}  ${file.caption}`)
      output.event({ event: 'file', ...file, path })
    },
  })
  const seconds = (performance.now() - started) / 1000
  const sheet = resolve(flags.out, 'contact-sheet.png')
  const count = (kind: string) => files.filter((file) => file.kind === kind).length
  output.say('')
  output.say(`${count('poster')} posters and ${count('pattern')} seamless patterns in ${Math.round(seconds)} s`)
  output.say(`they are in      ${resolve(flags.out)}`)
  output.say(`all on one sheet ${sheet}`)
  output.say(`how each was made ${resolve(flags.out, 'manifest.json')}`)
  if (flags.open) show(sheet)
  output.event({
    event: 'result',
    seconds,
    files: files.map(({ path, sha256, recipe }) => ({ path: join(flags.out, path), sha256, recipe })),
  })
}

/** With the system's own viewer, when there is one; the path was told in any case. */
function show(file: string): void {
  const [program, ...args] =
    process.platform === 'darwin' ? ['open'] : process.platform === 'win32' ? ['cmd', '/c', 'start', ''] : ['xdg-open']
  const child = spawn(program!, [...args, file], { detached: true, stdio: 'ignore' })
  child.on('error', () => {})
  child.unref()
}
