import { z } from 'zod'
import { StudioError, toStudioError } from '#shared/errors.ts'
import { sha256Schema } from '#shared/recipe/common.ts'
import { parse } from '#shared/validate.ts'
import { type Answer, CALLS, NOTES } from './bridge.ts'
import type { Electron, Sender } from './electron.ts'

/**
 * What the page may ask of the shell. Every message is asked first who sent it, then what it says: only the main frame
 * of our window, on the service's own page, with arguments of the right shape.
 */

const name = z.string().min(1).max(200)
const id = z.string().min(1).max(100)

const stateSchema = z.strictObject({
  title: z.string().max(300),
  edited: z.boolean(),
  enabled: z.array(id).max(500),
  on: z.record(id, z.boolean()),
  language: z.enum(['en', 'zh']),
})
export type PageState = z.infer<typeof stateSchema>

/** One method for each, with the page's own arguments. */
const calls = {
  openProject: z.tuple([]),
  saveProjectAs: z.tuple([name]),
  saveExport: z.tuple([id, name]),
  chooseFolder: z.tuple([]),
  showBatch: z.tuple([id]),
}
const notes = {
  startDrag: z.tuple([sha256Schema]),
  notify: z.tuple([z.string().max(200), z.string().max(1000)]),
  setState: z.tuple([stateSchema]),
  listening: z.tuple([]),
}

export type PageCalls = {
  [Name in keyof typeof calls]: (...args: z.infer<(typeof calls)[Name]>) => Promise<string | undefined>
}
export type PageNotes = {
  [Name in keyof typeof notes]: (...args: z.infer<(typeof notes)[Name]>) => void | Promise<void>
}

export function listenToPage(
  { ipcMain }: Pick<Electron, 'ipcMain'>,
  isOurs: (sender: Sender) => boolean,
  page: PageCalls & PageNotes,
): void {
  function checked<Args extends unknown[]>(
    channel: string,
    schema: z.ZodType<Args>,
    sender: Sender,
    args: unknown[],
  ): Args {
    if (!isOurs(sender))
      throw new StudioError({ code: 'usage', message: `${channel}: asked by a page that is not the studio's` })
    return parse(schema, args, { what: channel })
  }

  function call<Args extends unknown[]>(
    channel: string,
    schema: z.ZodType<Args>,
    method: (...args: Args) => Promise<string | undefined>,
  ): void {
    ipcMain.handle(channel, async (event, ...args: unknown[]): Promise<Answer> => {
      try {
        return { value: await method(...checked(channel, schema, event, args)) }
      } catch (error) {
        return { failure: toStudioError(error).toLine() }
      }
    })
  }

  function note<Args extends unknown[]>(
    channel: string,
    schema: z.ZodType<Args>,
    method: (...args: Args) => void | Promise<void>,
  ): void {
    ipcMain.on(channel, async (event, ...args: unknown[]) => {
      try {
        await method(...checked(channel, schema, event, args))
      } catch (error) {
        process.stderr.write(`${toStudioError(error).toLine()}\n`) // nobody waits for an answer
      }
    })
  }

  call(CALLS.openProject, calls.openProject, page.openProject)
  call(CALLS.saveProjectAs, calls.saveProjectAs, page.saveProjectAs)
  call(CALLS.saveExport, calls.saveExport, page.saveExport)
  call(CALLS.chooseFolder, calls.chooseFolder, page.chooseFolder)
  call(CALLS.showBatch, calls.showBatch, page.showBatch)
  note(NOTES.startDrag, notes.startDrag, page.startDrag)
  note(NOTES.notify, notes.notify, page.notify)
  note(NOTES.setState, notes.setState, page.setState)
  note(NOTES.listening, notes.listening, page.listening)
}
