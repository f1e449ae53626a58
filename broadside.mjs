#!/usr/bin/env node
// Runs the command line on Node 24: this process when it is one, else the one that npm ci installed beside us.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const cli = new URL('./src-main/hosts/cli/main.ts', import.meta.url)
const bundled = fileURLToPath(new URL('./node_modules/.bin/node', import.meta.url))

if (Number(process.versions.node.split('.')[0]) >= 24) {
  await import(cli.href)
} else if (existsSync(bundled)) {
  const child = spawn(bundled, [fileURLToPath(cli), ...process.argv.slice(2)], { stdio: 'inherit' })
  // The terminal sends Ctrl-C to both; the child decides when to end.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => signal === 'SIGTERM' && child.kill(signal))
  child.on('exit', (code) => process.exit(code ?? 1))
} else {
  process.stderr.write(`Broadside needs Node 24, this is ${process.version}. Run "npm ci" here, or install Node 24.\n`)
  process.exit(2)
}
