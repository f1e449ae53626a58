/** `npm run bench [-- NAME…]`: measures, prints a table, writes bench-results/<date>.json. Exit 1 when a bar is missed. */
import { mkdir, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { batch } from './batch.ts'
import { cancel } from './cancel.ts'
import { demo } from './demo.ts'
import { type Bench, met, type Reading } from './measure.ts'
import { overhead } from './overhead.ts'
import { starters } from './starters.ts'
import { studio, tables } from './studio.ts'
import { table } from './table.ts'

const BENCHES: readonly Bench[] = [starters, overhead, cancel, demo, studio, tables, batch]

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !BENCHES.some((bench) => bench.name === name))
if (unknown.length > 0) {
  process.stderr.write(`no benchmark "${unknown[0]}": ${BENCHES.map((bench) => bench.name).join(', ')}\n`)
  process.exit(2)
}

const readings: Reading[] = []
for (const bench of BENCHES) {
  // The whole studio's has the table's.
  const isWanted = wanted.length > 0 ? wanted.includes(bench.name) : bench !== tables
  if (!isWanted) continue
  process.stderr.write(`measuring ${bench.name} …\n`)
  readings.push(...(await bench.run()))
}

const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version }
process.stdout.write(`${table(readings)}\n\n${machine.cores} × ${machine.cpu}, Node ${machine.node}\n`)
await mkdir('bench-results', { recursive: true })
const file = `bench-results/${new Date().toISOString().replaceAll(':', '-').slice(0, 19)}.json`
await writeFile(file, `${JSON.stringify({ machine, readings }, undefined, 2)}\n`)
process.stdout.write(`${file}\n`)
if (readings.some((reading) => !met(reading))) process.exitCode = 1
