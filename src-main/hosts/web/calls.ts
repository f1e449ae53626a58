import { setImmediate } from 'node:timers/promises'
import { ORPCError } from '@orpc/client'
import { implement, withEventMeta } from '@orpc/server'
import { PROGRAM } from '#main/studio/program.ts'
import type { OpenProject } from '#shared/contract/project.ts'
import type { StudioApi } from '#shared/contract/studio-api.ts'
import { contract } from '#shared/contract/wire.ts'
import { type Patch, parsePatchInParts } from '#shared/document/patch.ts'
import { StudioError } from '#shared/errors.ts'
import { forOthers } from './answer.ts'

/** One connection, and the projects that are open over it. */
export interface Window {
  handles: Set<string>
  /** The connection ended. */
  gone: boolean
}

/** The contract, answered by the studio. */
export function createCalls(studio: StudioApi, home: string) {
  const os = implement(contract).$context<Window>()
  const { projects } = studio
  const inTurn = turns()
  const edits = turns()
  /** What is asked of a project is asked of all that arrived before, also from a window that went meanwhile. */
  const afterEdits = async <T>(work: () => Promise<T>): Promise<T> => {
    await edits.settled()
    return work()
  }

  /** A window that went while its project was being opened leaves it to the next one. */
  async function held(window: Window, opening: Promise<OpenProject>): Promise<OpenProject> {
    const opened = await opening
    window.handles.add(opened.handle)
    if (window.gone) projects.orphan(opened.handle)
    return opened
  }

  return os.router({
    system: {
      hello: os.system.hello.handler(async () => {
        const recoverable = await projects.recoverable()
        return { program: PROGRAM, home, devices: studio.devicesSoFar(), recoverable }
      }),
      events: os.system.events.handler(async function* ({ lastEventId, signal }) {
        for await (const { id, event } of studio.events({ after: lastEventId, signal }))
          yield id === undefined ? event : withEventMeta(event, { id })
      }),
    },
    models: {
      list: os.models.list.handler(() => studio.models.list()),
      words: os.models.words.handler(({ input }) => studio.models.words(input.id)),
      read: os.models.read.handler(({ input }) => studio.models.read(input.id, input.prompt)),
      open: os.models.open.handler(({ input }) => studio.models.open(input.id)),
      verify: os.models.verify.handler(({ input, signal }) => studio.models.verify(input.id, signal ? { signal } : {})),
    },
    channels: {
      list: os.channels.list.handler(() => studio.channels.list()),
      save: os.channels.save.handler(({ input }) => studio.channels.save(input.channels)),
    },
    jobs: {
      submit: os.jobs.submit.handler(async ({ input }) => {
        const requests = input.jobs.map(({ target, ...job }) => ({
          ...job,
          ...(target ? { target: given(target) } : {}),
        }))
        return { ids: await studio.jobs.submit(requests) }
      }),
      expect: os.jobs.expect.handler(({ input }) => studio.jobs.expect(input.recipe, input.device)),
      cancel: os.jobs.cancel.handler(({ input }) => studio.jobs.cancel(input.ids)),
      retry: os.jobs.retry.handler(async ({ input }) => ({ id: await studio.jobs.retry(input.id) })),
      move: os.jobs.move.handler(({ input }) => studio.jobs.move(input.id, input.before)),
      clear: os.jobs.clear.handler(() => studio.jobs.clear()),
    },
    library: {
      find: os.library.find.handler(({ input }) => studio.library.find(given(input))),
      get: os.library.get.handler(({ input }) => studio.library.get(input.sha256)),
      star: os.library.star.handler(({ input }) => studio.library.star(input.sha256, input.starred)),
      discard: os.library.discard.handler(({ input }) => studio.library.discard(input.sha256)),
      palette: os.library.palette.handler(({ input, signal }) =>
        studio.pictures.palette(input.sha256, signal ? { signal } : {}),
      ),
      prompts: os.library.prompts.handler(({ input }) => studio.library.prompts(input.limit)),
    },
    projects: {
      list: os.projects.list.handler(() => projects.list()),
      create: os.projects.create.handler(({ input, context }) => held(context, projects.create(given(input)))),
      open: os.projects.open.handler(({ input, context }) =>
        inTurn.take(input.id, () => afterEdits(() => held(context, projects.open(given(input))))),
      ),
      append: os.projects.append.handler(async ({ input, context }) => {
        // Read one after another, so that a small step never overtakes a large one; written together.
        const { appended } = await edits.take(input.handle, async () => {
          const steps: Patch[] = []
          for (const step of input.steps) steps.push(await parsePatchInParts(step, setImmediate))
          return { appended: projects.append(still(context, { ...input, steps })) }
        })
        return appended
      }),
      session: os.projects.session.handler(({ input, context }) => projects.session(given(still(context, input)))),
      save: os.projects.save.handler(({ input, context }) => afterEdits(() => projects.save(still(context, input)))),
      saveAs: os.projects.saveAs.handler(({ input, context }) =>
        afterEdits(() => held(context, projects.saveAs(given(input)))),
      ),
      revert: os.projects.revert.handler(({ input, context }) =>
        afterEdits(() => held(context, projects.revert(input))),
      ),
      close: os.projects.close.handler(({ input, context }) => {
        context.handles.delete(input.handle)
        return afterEdits(() => projects.close(input))
      }),
      remove: os.projects.remove.handler(({ input }) => projects.remove(input)),
    },
    batch: {
      estimate: os.batch.estimate.handler(({ input, signal }) =>
        studio.batches.estimate(input, signal ? { signal } : {}),
      ),
      start: os.batch.start.handler(({ input }) => studio.batches.start(input)),
      requireDevice: os.batch.requireDevice.handler(({ input }) => studio.batches.requireDevice(input.device)),
      pause: os.batch.pause.handler(({ input }) => studio.batches.pause(input.id)),
      resume: os.batch.resume.handler(({ input }) => studio.batches.resume(input.id)),
      cancel: os.batch.cancel.handler(({ input }) => studio.batches.cancel(input.id)),
      list: os.batch.list.handler(() => studio.batches.list()),
      get: os.batch.get.handler(({ input }) => studio.batches.get(input.id)),
      cells: os.batch.cells.handler(({ input }) => studio.batches.cells(input)),
      reroll: os.batch.reroll.handler(({ input }) => studio.batches.reroll(input.id, input.cells)),
      lock: os.batch.lock.handler(({ input }) => studio.batches.lock(input.id, input.cells, input.locked)),
      star: os.batch.star.handler(({ input }) => studio.batches.star(input.id, input.cells, input.starred)),
      exportStarred: os.batch.exportStarred.handler(({ input }) => studio.batches.exportStarred(input.id)),
      remove: os.batch.remove.handler(({ input }) => studio.batches.remove(input.id)),
    },
    exports: {
      text: os.exports.text.handler(({ input }) => studio.exports.text(input)),
      render: os.exports.render.handler(({ input, signal }) => studio.exports.render(input, signal ? { signal } : {})),
    },
  })
}

/**
 * A page that is loaded again asks for the project which the page before it may still be opening: it gets its turn when
 * that is done, instead of a refusal.
 */
function turns() {
  const last = new Map<string, Promise<unknown>>()
  return {
    take<T>(id: string, work: () => Promise<T>): Promise<T> {
      const turn = (last.get(id) ?? Promise.resolve()).then(work, work)
      last.set(id, turn)
      const leave = () => last.get(id) === turn && last.delete(id)
      turn.then(leave, leave)
      return turn
    },
    /** All that have a turn now have had it. */
    settled: () => Promise.allSettled(last.values()),
  }
}

/** A window that comes back over another connection still has what it had. */
function still<T extends { handle: string }>(window: Window, input: T): T {
  window.handles.add(input.handle)
  return input
}

type Given<T> = { [K in keyof T]: Exclude<T[K], undefined> }

/** zod allows "undefined" for what is left out; here a key that is there has a value. */
function given<T extends object>(value: T): Given<T> {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Given<T>
}

/** Every failure as the contract's own error: what is wrong with the input by its field, what is ours without a stack. */
export function asContractError(thrown: unknown): unknown {
  if (thrown instanceof ORPCError && thrown.code === 'STUDIO') return thrown
  const error = forOthers(thrown instanceof ORPCError ? fromOrpc(thrown) : thrown)
  return new ORPCError('STUDIO', { message: error.message, data: error.toJSON() })
}

interface Issue {
  message: string
  path?: readonly (PropertyKey | { key: PropertyKey })[]
}

function fromOrpc(error: ORPCError<string, unknown>): StudioError {
  const issue = (error.data as { issues?: Issue[] } | undefined)?.issues?.[0]
  if (!issue) return new StudioError({ code: 'usage', message: error.message })
  const field = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.')
  return new StudioError({
    code: 'usage',
    message: field ? `${field}: ${issue.message}` : issue.message,
    ...(field ? { where: { field } } : {}),
  })
}
