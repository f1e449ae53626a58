import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { CHANNELS, type Channel } from '#shared/copy/channels.ts'
import { type Channels, openChannels } from './channels.ts'
import type { State } from './state.ts'

let home: string
let channels: Channels
let locked = false
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'broadside-channels-'))
  locked = false
  channels = openChannels({
    home,
    async state() {
      locked = true
      return {} as State
    },
  })
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

const file = () => join(home, 'channels.json')
const shelf: Channel = {
  id: 'shelf-talker',
  name: { en: 'Shelf talker', zh: '货架卡' },
  limit: { en: { max: 9, unit: 'words' }, zh: { min: 4, max: 14, unit: 'characters' } },
  source: 'House rules',
  asOf: '2026-10',
}

test('what ships is there until a writer has a list', async () => {
  expect(await channels.list()).toEqual(CHANNELS)
  expect(locked).toBe(false)
  await channels.save([...CHANNELS, shelf])
  expect(locked).toBe(true)
  expect((await channels.list()).at(-1)).toEqual(shelf)
  expect(JSON.parse(readFileSync(file(), 'utf8')).format).toBe(1)
})

test.each([
  ['an empty list', [], ''],
  ['an id twice', [shelf, shelf], ''],
  ['a limit of nothing', [{ ...shelf, limit: { ...shelf.limit, en: { max: 0, unit: 'words' } } }], '0.limit.en.max'],
  [
    'more at least than at most',
    [{ ...shelf, limit: { ...shelf.limit, zh: { min: 9, max: 3, unit: 'width' } } }],
    '0.limit.zh.min',
  ],
  ['no name', [{ ...shelf, name: { en: ' ', zh: '卡' } }], '0.name.en'],
  ['an id that is a path', [{ ...shelf, id: '../x' }], '0.id'],
  ['no month', [{ ...shelf, asOf: '2026-13' }], '0.asOf'],
])('%s is refused, and the list stays', async (_, list, field) => {
  await channels.save([shelf])
  const refused = channels.save(list as Channel[])
  await expect(refused).rejects.toMatchObject({ code: 'usage', message: expect.stringMatching(/^channels: /) })
  if (field) await expect(channels.save(list as Channel[])).rejects.toMatchObject({ where: { field } })
  expect(await channels.list()).toEqual([shelf])
})

test.each(['{', '{"format":1}', '{"format":2,"channels":[]}'])(
  'a damaged file is told and left alone: %s',
  async (text) => {
    writeFileSync(file(), text)
    await expect(channels.list()).rejects.toMatchObject({
      code: 'invalid-file',
      where: { file: file() },
      remedy: expect.stringContaining('delete'),
    })
    expect(readFileSync(file(), 'utf8')).toBe(text)
  },
)
