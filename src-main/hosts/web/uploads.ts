import { open } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Upload } from '#shared/contract/studio-api.ts'
import { StudioError, toStudioError } from '#shared/errors.ts'

export const MAX_UPLOAD = 2 ** 30

/** A file in the body of a request: it goes to the disk as it comes, and no further than the limit. */
export function uploadOf(request: IncomingMessage, limit = MAX_UPLOAD): Upload {
  const name = nameOf(request)
  const announced = Number(request.headers['content-length'] ?? 0)
  return {
    name,
    async writeTo(path) {
      if (announced > limit) throw tooLarge(name, limit)
      const file = await open(path, 'wx')
      try {
        await pipeline(request, counting(name, limit), file.createWriteStream())
      } catch (error) {
        throw brokeOff(error) ? cancelled() : toStudioError(error, { file: name })
      }
    },
  }
}

function counting(name: string, limit: number): Transform {
  let bytes = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      if (bytes > limit) done(tooLarge(name, limit))
      else done(null, chunk)
    },
  })
}

/** The user's name of the file, only ever shown. */
function nameOf({ headers }: IncomingMessage): string {
  const given = headers['x-file-name']
  if (typeof given !== 'string' || given === '') return 'picture'
  try {
    return decodeURIComponent(given).slice(0, 255)
  } catch {
    throw new StudioError({
      code: 'usage',
      message: 'x-file-name is not URI-encoded',
      where: { field: 'x-file-name' },
    })
  }
}

/** Also for who sends it: the answer to a body that is not read may get lost. */
export function tooLarge(name: string, limit = MAX_UPLOAD): StudioError {
  return new StudioError({
    code: 'invalid-file',
    message: `the file is larger than ${Math.round(limit / 2 ** 20)} MiB`,
    where: { file: name },
    remedy: 'Save a smaller copy first.',
  })
}

const brokeOff = (error: unknown) =>
  ['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET'].includes((error as NodeJS.ErrnoException).code ?? '')

const cancelled = () => new StudioError({ code: 'cancelled', message: 'the upload broke off' })
