import { z } from 'zod'

/**
 * What the Electron shell and the service tell each other over the channel that `fork` opens (JSON). Paths appear only
 * here: the shell got them from the user (a dialog, the desktop, the command line), the page sees ids. A service that
 * was started without such a channel is a web host and never hears of this.
 *
 * The window's address outlives a restart of the service: the shell gives every service it starts the same
 * BROADSIDE_TOKEN, and from the second on BROADSIDE_PORT, the port that the first one found, so that the page reconnects
 * by itself. A service that cannot have its port takes another one and says so; then the shell loads the new address.
 * When the channel closes, the shell is gone: the service ends as if told to quit.
 */

/** What the shell's service calls itself to others that find the data folder taken. */
export const SHELL_SERVICE = 'Broadside'

const path = z.string().min(1).max(4096)
const id = z.string().min(1).max(100)
/** Numbers the requests; the answer has the same. */
const request = z.number().int().positive()

export const shellMessageSchema = z.discriminatedUnion('type', [
  /** A project file that the user opened. Answer: the project's id, for `projects.open`. */
  z.strictObject({ type: z.literal('adopt'), request, path }),
  /** Where the user wants a project saved. Answer: a place id, for `projects.saveAs`. */
  z.strictObject({ type: z.literal('place'), request, path }),
  /** Put a finished export (`exports.render`) where the user wants it. Answer: the path for people. */
  z.strictObject({ type: z.literal('export-to'), request, id, path }),
  /** The folder that the user wants a batch in. Answer: a place id, for `batch.start`. */
  z.strictObject({ type: z.literal('batch-place'), request, path }),
  /** Where a batch is. Answer: the path of its folder. */
  z.strictObject({ type: z.literal('batch-folder'), request, id }),
  /** Something of the library or an export leaves by drag. Answer: the path of a file with a name for people. */
  z.strictObject({ type: z.literal('take-out'), request, sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  /** End in an orderly way: running jobs go back to the queue, journals are folded. No answer: the process ends. */
  z.strictObject({ type: z.literal('quit') }),
])
export type ShellMessage = z.infer<typeof shellMessageSchema>

const errorSchema = z.object({
  code: z.string(),
  message: z.string(),
  where: z
    .object({ file: z.string().optional(), field: z.string().optional(), line: z.number().optional() })
    .optional(),
  remedy: z.string().optional(),
})

export const serviceMessageSchema = z.discriminatedUnion('type', [
  /** It serves: the page's address with its token. */
  z.strictObject({ type: z.literal('ready'), url: z.url({ protocol: /^http$/, hostname: /^127\.0\.0\.1$/ }) }),
  z.strictObject({ type: z.literal('answer'), request, value: z.string() }),
  z.strictObject({ type: z.literal('failed'), request, error: errorSchema }),
])
export type ServiceMessage = z.infer<typeof serviceMessageSchema>
