import type { StudioError } from '#shared/errors.ts'

/** 128 + SIGINT, as shells have it: stopped with Ctrl-C, nothing half-written. */
export const INTERRUPTED = 130

/** 0 done, 1 failed, 2 the request itself was wrong (a flag, a value, a name that does not exist). */
export function exitCodeOf(error: StudioError): number {
  switch (error.code) {
    case 'cancelled':
      return INTERRUPTED
    case 'usage':
    case 'not-found':
      return 2
    default:
      return 1
  }
}
