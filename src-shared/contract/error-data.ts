import { type ErrorCode, StudioError } from '../errors.ts'

/** An error as it arrives over a wire: right shape, but every word of it is somebody else's. */
export interface WireError {
  code: string
  message: string
  where?: { file?: string | undefined; field?: string | undefined; line?: number | undefined } | undefined
  remedy?: string | undefined
}

/** The same words as the type, for checking what comes in; a code missing here does not compile. */
const known: Record<ErrorCode, true> = {
  usage: true,
  'not-found': true,
  'invalid-file': true,
  integrity: true,
  'invalid-model': true,
  'invalid-input': true,
  'out-of-memory': true,
  timeout: true,
  'worker-died': true,
  quarantined: true,
  cancelled: true,
  'no-space': true,
  'not-writable': true,
  locked: true,
  unsupported: true,
  internal: true,
}

export function fromWireError(wire: WireError): StudioError {
  const { file, field, line } = wire.where ?? {}
  const where = {
    ...(file === undefined ? {} : { file }),
    ...(field === undefined ? {} : { field }),
    ...(line === undefined ? {} : { line }),
  }
  return new StudioError({
    code: Object.hasOwn(known, wire.code) ? (wire.code as ErrorCode) : 'internal',
    message: wire.message,
    ...(Object.keys(where).length > 0 ? { where } : {}),
    ...(wire.remedy === undefined ? {} : { remedy: wire.remedy }),
  })
}
