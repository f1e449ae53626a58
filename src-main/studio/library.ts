import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Artifact } from '#shared/contract/artifact.ts'
import type { LibraryQuery } from '#shared/contract/studio-api.ts'
import type { Recipe } from '#shared/recipe/recipe.ts'
import { openDatabase, sqliteError } from './database.ts'
import { ensureFolder, exists, publish } from './files.ts'

/**
 * Everything that was made or brought in, by the sha256 of its bytes: `library/objects/ab/cdef….png`. The SQLite
 * index beside it finds things; it is made of nothing but the files, and can be made again from them.
 */
export interface Library {
  /** Move a finished file (in the same file system) into the library. The same bytes twice are one artifact. */
  adopt(file: string, artifact: Omit<Artifact, 'created'>): Promise<Artifact>
  get(sha256: string): Artifact | undefined
  /** Where the bytes lie, or undefined when the library has no such artifact. */
  pathOf(sha256: string): string | undefined
  star(sha256: string, starred: boolean): void
  /** Out of sight of `find`, until the same bytes are made or brought in again. */
  discard(sha256: string): void
  /** Newest first; `text` is looked for in prompts, briefs and lines. */
  find(query?: LibraryQuery): Artifact[]
  /** The index was lost or is new while there are files: `rebuild` fills it. */
  readonly needsRebuild: boolean
  rebuild(read: (path: string, extension: string) => Promise<ReadBack>): Promise<number>
  close(): void
}

/** What a file of the library says about itself. Without a recipe it was brought in, not made. */
export interface ReadBack {
  width?: number
  height?: number
  kind?: Artifact['kind']
  recipe?: unknown
  recipeHash?: string
}

const MIGRATIONS = [
  `CREATE TABLE artifacts (
     sha256 TEXT PRIMARY KEY, kind TEXT NOT NULL, extension TEXT NOT NULL, bytes INTEGER NOT NULL,
     width INTEGER, height INTEGER, model TEXT, recipe_hash TEXT, recipe TEXT, words TEXT NOT NULL, created INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX artifacts_by_time ON artifacts (created);
   CREATE INDEX artifacts_by_recipe ON artifacts (recipe_hash);
   CREATE VIRTUAL TABLE word_index USING fts5 (words, content = 'artifacts', tokenize = 'trigram');
   CREATE TRIGGER artifacts_in AFTER INSERT ON artifacts BEGIN
     INSERT INTO word_index (rowid, words) VALUES (new.rowid, new.words);
   END`,
  `ALTER TABLE artifacts ADD COLUMN starred INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE artifacts ADD COLUMN discarded INTEGER NOT NULL DEFAULT 0;
   CREATE INDEX artifacts_by_star ON artifacts (created) WHERE starred`,
]

/** Where the bytes of an artifact lie in a data folder. */
export function objectPath(home: string, { sha256, extension }: Pick<Artifact, 'sha256' | 'extension'>): string {
  return join(home, 'library', 'objects', sha256.slice(0, 2), `${sha256.slice(2)}.${extension}`)
}

export async function openLibrary(home: string, now: () => number): Promise<Library> {
  const objects = join(home, 'library', 'objects')
  await ensureFolder(objects)
  const path = join(home, 'library', 'library.sqlite')
  const { database, fresh } = openDatabase(path, {
    synchronous: 'NORMAL',
    migrations: MIGRATIONS,
    ifBroken: 'set-aside',
  })
  const insert = database.prepare(
    `INSERT INTO artifacts (sha256, kind, extension, bytes, width, height, model, recipe_hash, recipe, words, created)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (sha256) DO UPDATE SET discarded = 0`,
  )
  const select = database.prepare('SELECT * FROM artifacts WHERE sha256 = ?')
  const star = database.prepare('UPDATE artifacts SET starred = ? WHERE sha256 = ?')
  const discard = database.prepare('UPDATE artifacts SET discarded = 1 WHERE sha256 = ?')
  /** No two at the same time, so that a page of results ends between two of them. */
  let newest = Number(database.prepare('SELECT coalesce(max(created), 0) AS newest FROM artifacts').get()?.newest)
  let needsRebuild = fresh && (await readdir(objects)).length > 0

  const fileOf = (sha256: string, extension: string) => objectPath(home, { sha256, extension })

  const get = (sha256: string): Artifact | undefined => {
    const row = select.get(sha256)
    return row ? artifactOf(row) : undefined
  }

  function index(artifact: Omit<Artifact, 'created'>, created: number): void {
    const { recipe } = artifact
    newest = Math.max(newest, created)
    guarded(() =>
      insert.run(
        artifact.sha256,
        artifact.kind,
        artifact.extension,
        artifact.bytes,
        artifact.width ?? null,
        artifact.height ?? null,
        artifact.model ?? modelOf(recipe),
        artifact.recipeHash ?? null,
        recipe === undefined ? null : JSON.stringify(recipe),
        wordsOf(recipe),
        created,
      ),
    )
  }

  function guarded(write: () => unknown): void {
    try {
      write()
    } catch (error) {
      throw sqliteError(path, error)
    }
  }

  return {
    get needsRebuild() {
      return needsRebuild
    },
    get,
    async adopt(file, artifact) {
      const target = fileOf(artifact.sha256, artifact.extension)
      await ensureFolder(join(objects, artifact.sha256.slice(0, 2)))
      await publish(file, target)
      index(artifact, Math.max(now(), newest + 1))
      return get(artifact.sha256)!
    },
    pathOf(sha256) {
      const artifact = get(sha256)
      return artifact && fileOf(sha256, artifact.extension)
    },
    star: (sha256, starred) => guarded(() => star.run(starred ? 1 : 0, sha256)),
    discard: (sha256) => guarded(() => discard.run(sha256)),
    find(query = {}) {
      const conditions = ['NOT discarded']
      const values: (string | number)[] = []
      const where = (condition: string, value: string | number) => {
        conditions.push(condition)
        values.push(value)
      }
      if (query.kind !== undefined) where('kind = ?', query.kind)
      if (query.recipeHash !== undefined) where('recipe_hash = ?', query.recipeHash)
      if (query.starred !== undefined) where('starred = ?', query.starred ? 1 : 0)
      if (query.before !== undefined) where('created < ?', query.before)
      if (query.text !== undefined && query.text !== '') {
        // Trigrams need three characters; two Chinese ones are a word already.
        if ([...query.text].length >= 3)
          where('rowid IN (SELECT rowid FROM word_index WHERE words MATCH ?)', `"${query.text.replaceAll('"', '""')}"`)
        else where("words LIKE ? ESCAPE '\\'", `%${query.text.replace(/[\\%_]/g, '\\$&')}%`)
      }
      const filter = conditions.join(' AND ')
      const statement = database.prepare(
        `SELECT * FROM artifacts WHERE ${filter} ORDER BY created DESC, rowid DESC LIMIT ?`,
      )
      return statement.all(...values, query.limit ?? 200).map(artifactOf)
    },
    async rebuild(read) {
      let count = 0
      for (const folder of await readdir(objects)) {
        for (const name of await readdir(join(objects, folder))) {
          const parts = /^([0-9a-f]{62})\.([a-z0-9]{1,5})$/.exec(name)
          if (!parts || !/^[0-9a-f]{2}$/.test(folder)) continue
          const [, rest, extension] = parts
          const file = join(objects, folder, name)
          const { size, mtimeMs } = await stat(file)
          const said = await read(file, extension!)
          const kind = said.kind ?? (said.recipe === undefined ? 'input' : 'picture')
          index({ sha256: folder + rest!, extension: extension!, bytes: size, ...said, kind }, Math.round(mtimeMs))
          count++
        }
      }
      needsRebuild = false
      return count
    },
    close: () => database.close(),
  }
}

/** Whether the bytes of an indexed artifact are still there: people do clean up folders by hand. */
export async function isThere(library: Library, sha256: string): Promise<boolean> {
  const path = library.pathOf(sha256)
  return path !== undefined && (await exists(path))
}

function modelOf(recipe: unknown): string | null {
  return (recipe as Partial<Recipe> | undefined)?.model?.id ?? null
}

/** The words of a recipe that people search for. */
function wordsOf(recipe: unknown): string {
  const said: string[] = []
  const collect = (value: unknown, key: string) => {
    if (typeof value === 'string' && !/^[0-9a-f]{64}$/.test(value) && key !== 'kind') said.push(value)
    else if (value !== null && typeof value === 'object')
      for (const [inner, entry] of Object.entries(value)) collect(entry, inner)
  }
  collect(recipe, '')
  return said.join('\n').slice(0, 20_000)
}

function artifactOf(row: Record<string, unknown>): Artifact {
  const optional = { width: row.width, height: row.height, model: row.model, recipeHash: row.recipe_hash }
  const given = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== null))
  return {
    sha256: String(row.sha256),
    kind: row.kind as Artifact['kind'],
    extension: String(row.extension),
    bytes: Number(row.bytes),
    created: Number(row.created),
    ...given,
    ...(row.recipe === null ? {} : { recipe: JSON.parse(String(row.recipe)) }),
    ...(row.starred ? { starred: true } : {}),
  }
}
