import { setTimeout as sleep } from 'node:timers/promises'
import { median, type Reading, spread } from '#main/bench/measure.ts'
import { draft } from '#main/hosts/web/fixtures.ts'
import { heavyDocument, uploadPictures } from './heavy.ts'
import type { Bench } from './studio.ts'

const APPENDS = 60
const SAVES = 5

/** The service with a project of 2,000 layers while a picture is made: an edit is kept, the project is saved. */
export async function journalling({ client, upload, longestStall }: Bench): Promise<Reading[]> {
  const { api } = client
  const pictures = await uploadPictures(upload, 200, 160)
  const opened = await api.projects.create({ name: 'Journal', document: heavyDocument(pictures) })
  const { handle } = opened
  let { revision } = opened
  let layer = opened.document.layers.at(-1)!
  const append = async () => {
    const moved = { ...layer, x: layer.x + 1 }
    const steps = [{ added: {}, removed: {}, updated: { [layer.id]: [layer, moved] as [typeof layer, typeof layer] } }]
    const began = performance.now()
    ;({ revision } = await api.projects.append({ handle, base: revision, steps }))
    layer = moved
    return performance.now() - began
  }
  const recipe = await draft(client, 'poster-diffusion', { prompt: 'a fox on a teal sunburst', steps: 40 })
  const { ids } = await api.jobs.submit({
    jobs: Array.from({ length: 8 }, (_, seed) => ({ recipe: { ...recipe, seed } as typeof recipe })),
  })
  await sleep(2500)
  await longestStall()
  const appends: number[] = []
  for (let at = 0; at < APPENDS; at++) appends.push(await append())
  const whileWorking = await longestStall()
  const all = opened.document.layers.map((each) => (each.id === layer.id ? layer : each))
  const moved = all.map((each) => ({ ...each, y: each.y + 1 }))
  const updated = Object.fromEntries(all.map((each, at) => [each.id, [each, moved[at]!] as [typeof each, typeof each]]))
  const began = performance.now()
  ;({ revision } = await api.projects.append({ handle, base: revision, steps: [{ added: {}, removed: {}, updated }] }))
  const large = performance.now() - began
  const largeStall = await longestStall()
  layer = moved.at(-1)!
  const saves: number[] = []
  const stalls: number[] = []
  for (let at = 0; at < SAVES; at++) {
    await append()
    const began = performance.now()
    await api.projects.save({ handle })
    saves.push(performance.now() - began)
    await sleep(500)
    stalls.push(await longestStall())
  }
  await api.jobs.cancel({ ids })
  await api.projects.close({ handle })
  return [
    {
      group: 'service',
      name: 'longest stall while a worker runs and edits arrive',
      value: whileWorking,
      unit: 'ms',
      most: 50,
    },
    {
      group: 'service',
      name: 'longest stall while a worker runs and 2,000 layers with 200 pictures are saved',
      value: median(stalls),
      unit: 'ms',
      most: 50,
      note: spread(stalls, 0),
    },
    {
      group: 'service',
      name: 'longest stall while one step that moves all of 2,000 layers arrives',
      value: largeStall,
      unit: 'ms',
      note: `on the disk after ${large.toFixed(0)} ms`,
    },
    { group: 'service', name: 'save of 2,000 layers', value: median(saves), unit: 'ms', note: spread(saves, 0) },
    { group: 'service', name: 'an edit → on the disk', value: median(appends), unit: 'ms', note: spread(appends, 1) },
  ]
}
