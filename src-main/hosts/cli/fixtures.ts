import { Writable } from 'node:stream'
import { main } from './cli.ts'

/** What a command left: exit code, the JSON lines or text of stdout, and stderr. */
export interface Outcome {
  code: number
  stdout: string
  stderr: string
  /** The lines of stdout as JSON; only with --json. */
  events: Record<string, unknown>[]
}

/** Run the command line in this process, as a test's own terminal. */
export async function cli(args: string[], { home, signal }: { home: string; signal?: AbortSignal }): Promise<Outcome> {
  const stdout = collector()
  const stderr = collector()
  const streams = { stdout: stdout.stream, stderr: stderr.stream }
  const code = await main([...args, '--home', home], streams, signal ?? new AbortController().signal)
  const text = stdout.text()
  const events = args.includes('--json')
    ? text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line))
    : []
  return { code, stdout: text, stderr: stderr.text(), events }
}

function collector(): { stream: Writable; text(): string } {
  let text = ''
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk)
      done()
    },
  })
  return { stream, text: () => text }
}
