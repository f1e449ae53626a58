import { resolve } from 'node:path'
import { copyFile } from '#main/studio/copy-file.ts'
import { copyUnderFreeName, copyWhole } from '#main/studio/files.ts'
import { objectPath } from '#main/studio/library.ts'
import type { Artifact } from '#shared/contract/artifact.ts'
import type { CallOptions, MadeCopy, ServiceAddress, UsableModel } from '#shared/contract/studio-api.ts'
import type { Document } from '#shared/document/document.ts'
import { StudioError } from '#shared/errors.ts'
import { parseRecipe, type Recipe } from '#shared/recipe/recipe.ts'
import type { ReadTable } from '#shared/table/table.ts'
import type { CommandStudio } from '../command-studio.ts'
import { upload, withArtifact, withFile } from './bytes.ts'
import { asked, type Connection, connect, unlessStopped } from './connection.ts'
import { openLine } from './line.ts'
import { remake } from './remake.ts'

/** The studio of a running service, as a command uses its own; undefined when the service has just ended. */
export async function openRemoteStudio(address: ServiceAddress, home: string): Promise<CommandStudio | undefined> {
  const connection = await connect(address)
  return connection && remoteStudio(connection, home)
}

function remoteStudio(connection: Connection, home: string): CommandStudio {
  const { api } = connection
  const line = openLine(connection)

  async function make(value: Recipe, options: CallOptions = {}): Promise<MadeCopy> {
    const started = performance.now()
    const { id, recipe, recipeHash, artifacts, reading, ran } = await line.make(parseRecipe(value), options)
    const { encodeSeconds, ...times } = ran!
    const lines =
      recipe.kind === 'text'
        ? (await withArtifact(connection, artifacts[0]!.sha256, (path) => copyFile.read(path))).lines
        : []
    return {
      ...{ job: id, recipe, recipeHash, artifacts, lines, ran: times },
      seconds: { total: (performance.now() - started) / 1000, encode: encodeSeconds },
      ...(reading ? { reading } : {}),
    }
  }

  const list = () => asked(api.models.list())
  const words = (id: string) => asked(api.models.words({ id }))

  return {
    images: { generate: make },
    copy: { write: make },
    channels: { list: () => asked(api.channels.list()) },
    pictures: {
      async bring(path, { width, signal } = {}) {
        const query = width === undefined ? '' : `?width=${width}`
        const answer = async () => (await upload(connection, `/pictures${query}`, path, signal)).json()
        return (await asked(answer(), signal)) as Artifact
      },
    },
    tables: {
      async read(path, { signal } = {}) {
        const answer = async () => (await upload(connection, '/tables', path, signal)).json()
        return (await asked(answer(), signal)) as ReadTable
      },
    },
    remake: (path, options = {}) => remake(connection, path, options),
    models: {
      list,
      async get(id) {
        const model = (await list()).find((one) => one.id === id)
        if (model?.manifest) return model as UsableModel
        if (model?.error) throw new StudioError(model.error)
        await words(id) // says what there is instead
        throw new StudioError({ code: 'not-found', message: `there is no model "${id}"`, where: { field: 'model' } })
      },
      words,
      verify: (id, { signal } = {}) => unlessStopped(asked(api.models.verify({ id })), signal),
    },
    documents: {
      async read(path) {
        const answer = async () => (await upload(connection, '/documents', path)).json()
        return (await asked(answer())) as Document
      },
    },
    batches: {
      requireDevice: (device) => asked(api.batch.requireDevice({ device })),
      async startIn({ folder, ...request }) {
        const headers = { 'x-file-name': encodeURIComponent(resolve(folder)) }
        const { id: place } = (await (await connection.fetch('/places', { method: 'POST', headers })).json()) as {
          id: string
        }
        return asked(api.batch.start({ ...request, place }))
      },
      get: (id) => asked(api.batch.get({ id })),
      cells: (request) => asked(api.batch.cells(request)),
      pause: (id) => asked(api.batch.pause({ id })),
      resume: (id) => asked(api.batch.resume({ id })),
    },
    exports: {
      render: (request, { signal } = {}) => unlessStopped(asked(api.exports.render(request)), signal),
      save: (id, path) =>
        withFile(connection, `/exports/${id}`, (from, sha256) => copyUnderFreeName(from, sha256, path)),
    },
    library: {
      export: (sha256, path, { replace = false } = {}) =>
        withArtifact(connection, sha256, async (from) => {
          if (!replace) return copyUnderFreeName(from, sha256, path)
          await copyWhole(from, path)
          return path
        }),
      // The folder is this user's, whoever holds it.
      pathOf: async (sha256) => objectPath(home, await asked(api.library.get({ sha256 }))),
    },
    close: async () => connection.close(),
  }
}
