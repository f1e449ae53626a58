/**
 * One line of copy per brief, written as the studio writes it, within limits and with what must be said: what
 * `models/training` judges when it measures the package as people meet it.
 *
 *     node src-main/bench/held-out.ts RECIPES.jsonl > LINES.jsonl
 *
 * Each line of RECIPES.jsonl has `brief`, `language`, `channel`, `limit`, `seed` and perhaps `framework` of a text recipe.
 */
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { inferenceLane, inScratch, maker, starterOf } from './starter.ts'

const [path] = process.argv.slice(2)
if (path === undefined) throw new Error('node src-main/bench/held-out.ts RECIPES.jsonl')
const text = starterOf('text', 'copy-lm')
const lane = inferenceLane()
await inScratch(async (scratch) => {
  const lines = maker(lane, text, scratch)
  for await (const row of createInterface({ input: createReadStream(path) })) {
    const fields: Record<string, unknown> = JSON.parse(row)
    const settings = { kind: 'text', count: 1, maxTokens: 220, ...text.manifest.config.defaults }
    const { lines: written } = await lines.make({ ...settings, ...fields })
    process.stdout.write(`${JSON.stringify({ line: written[0]?.text ?? '' })}\n`)
  }
})
await lane.close()
