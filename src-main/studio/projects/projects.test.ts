import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { OpenProject } from '#shared/contract/project.ts'
import { adding, moving, poster, rectangle } from './fixtures/documents.ts'
import { closeLane, openTestStudio, type TestStudio, temporaryFolder } from './fixtures/test-room.ts'

vi.setConfig({ testTimeout: 60_000 })

let folder: ReturnType<typeof temporaryFolder>
let studio: TestStudio
const at = (...names: string[]) => join(folder.path, ...names)
const homeFiles = (name: string) => readdirSync(join(studio.home, name)).sort()

beforeEach(() => {
  folder = temporaryFolder()
  studio = openTestStudio(at('home'))
})
afterEach(async () => {
  await studio.close()
  folder.remove()
})
afterAll(closeLane)

/** The service again, on the same data folder. */
async function restart(): Promise<void> {
  await studio.close()
  studio = openTestStudio(studio.home)
}

/** A busy machine draws it after the save. */
const thumbnailed = (id: string) =>
  vi.waitFor(
    async () => expect((await studio.projects.list()).find((one) => one.id === id)?.thumbnail).toBeDefined(),
    20_000,
  )

const idsOf = ({ document }: OpenProject) => document.layers.map(({ id }) => id)

describe('a new project', () => {
  test('is in its journal alone until it is saved, then in a file of its name', async () => {
    const made = await studio.projects.create({ name: 'Honey: spring/summer', document: poster() })
    expect(made).toMatchObject({
      name: 'Honey: spring/summer',
      revision: 0,
      savedRevision: 0,
      recovered: false,
      lost: [],
    })
    expect(made.path).toBeUndefined()
    const { handle, id } = made
    expect(await studio.projects.append({ handle, base: 0, steps: [adding(rectangle('a', 1))] })).toEqual({
      revision: 1,
    })
    expect(homeFiles('projects')).toEqual([])
    const saved = await studio.projects.save({ handle })
    expect(saved).toEqual({ revision: 1, at: expect.any(Number) })
    expect(homeFiles('projects')).toEqual(['.Honey spring summer.broadside.lock', 'Honey spring summer.broadside'])
    expect(homeFiles('journals')).toEqual([])
    expect(studio.events).toEqual([{ type: 'saved', project: id, ...saved }])
    await thumbnailed(id)
    await studio.projects.close({ handle })
    expect(homeFiles('projects')).toEqual(['Honey spring summer.broadside'])

    await restart()
    const [summary] = await studio.projects.list()
    expect(summary).toMatchObject({ id, name: 'Honey spring summer', artboards: 1, unsaved: false, open: false })
    expect(existsSync(studio.projects.thumbnailPath(summary!.thumbnail!))).toBe(true)
    const opened = await studio.projects.open({ id })
    expect(opened).toMatchObject({ id, revision: 1, savedRevision: 1, recovered: false, name: 'Honey spring summer' })
    expect(idsOf(opened)).toEqual(['a'])
  })
})
