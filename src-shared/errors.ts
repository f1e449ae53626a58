/** What went wrong, as data: it crosses processes, sockets and the command line unchanged. */

export type ErrorCode =
  | 'usage' // the request itself is malformed: a flag, a field, a value out of range
  | 'not-found' // a model, file, artifact or project that does not exist
  | 'invalid-file' // bytes that are not what they claim to be
  | 'integrity' // a sha256 that does not match
  | 'invalid-model' // an ONNX graph or package the engine cannot use
  | 'invalid-input' // a tensor, picture or text the model cannot take
  | 'out-of-memory' // a worker reached its memory cap
  | 'timeout' // a worker reached its wall clock
  | 'worker-died' // a worker process ended without an answer
  | 'quarantined' // a job that killed two workers
  | 'cancelled' // the user said stop
  | 'no-space' // the disk is full
  | 'not-writable' // a folder or file that cannot be written
  | 'locked' // another process owns the data folder or file
  | 'unsupported' // right request, but not on this machine or version
  | 'internal' // a bug of ours

export interface ErrorWhere {
  file?: string
  /** Dotted path of the offending field: `recipe.steps`. */
  field?: string
  line?: number
}

export interface StudioErrorData {
  code: ErrorCode
  message: string
  where?: ErrorWhere
  /** What the user can do about it, as a sentence. */
  remedy?: string
}

export class StudioError extends Error {
  readonly code: ErrorCode
  readonly where: ErrorWhere | undefined
  readonly remedy: string | undefined

  constructor(data: StudioErrorData, options?: ErrorOptions) {
    super(data.message, options)
    this.name = 'StudioError'
    this.code = data.code
    this.where = data.where
    this.remedy = data.remedy
  }

  toJSON(): StudioErrorData {
    return {
      code: this.code,
      message: this.message,
      ...(this.where ? { where: this.where } : {}),
      ...(this.remedy ? { remedy: this.remedy } : {}),
    }
  }

  /** One line for people: what, where, what to do. */
  toLine(): string {
    const place = [this.where?.file, this.where?.field, this.where?.line].filter(
      (part) => part !== undefined && !this.message.includes(String(part)),
    )
    const where = place.length > 0 ? ` (${place.join(', ')})` : ''
    return `${this.message}${where}${this.remedy ? `. ${this.remedy}` : ''}`
  }
}

const SYSTEM: Record<string, { code: ErrorCode; message: string; remedy: string }> = {
  ENOSPC: { code: 'no-space', message: 'the disk is full', remedy: 'Free some space and run it again.' },
  EDQUOT: { code: 'no-space', message: 'the disk quota is used up', remedy: 'Free some space and run it again.' },
  EACCES: { code: 'not-writable', message: 'permission denied', remedy: 'Choose a folder you may write to.' },
  EPERM: { code: 'not-writable', message: 'permission denied', remedy: 'Choose a folder you may write to.' },
  EROFS: { code: 'not-writable', message: 'the file system is read-only', remedy: 'Choose a folder you may write to.' },
  ENOTDIR: { code: 'not-writable', message: 'a part of the path is a file', remedy: 'Choose another folder.' },
  ENOENT: { code: 'not-found', message: 'no such file or folder', remedy: 'Check the path.' },
  EISDIR: { code: 'invalid-file', message: 'this is a folder, a file is needed', remedy: 'Name a file.' },
}

/** Any thrown value as a StudioError. System errors get their code and file; everything else is `internal`. */
export function toStudioError(thrown: unknown, where?: ErrorWhere): StudioError {
  if (thrown instanceof StudioError) return thrown
  if (thrown instanceof Error) {
    const { code, path } = thrown as Error & { code?: string; path?: string }
    const known = code === undefined ? undefined : SYSTEM[code]
    if (known) {
      const file = where?.file ?? path
      return new StudioError({ ...known, where: { ...where, ...(file ? { file } : {}) } }, { cause: thrown })
    }
    if (thrown.name === 'AbortError')
      return new StudioError({ code: 'cancelled', message: 'cancelled' }, { cause: thrown })
    return new StudioError(
      { code: 'internal', message: thrown.message, ...(where ? { where } : {}) },
      { cause: thrown },
    )
  }
  return new StudioError({ code: 'internal', message: String(thrown), ...(where ? { where } : {}) })
}

export function fromErrorData(data: StudioErrorData): StudioError {
  return new StudioError(data)
}
