import type { Document } from '../document/document.ts'
import type { Session } from '../document/session.ts'

/** A project: one `.broadside` file with the document and the pictures on it. */
export interface ProjectSummary {
  id: string
  name: string
  /** Where the file lies, for people; a new one has none until it is saved. */
  path?: string
  /** Milliseconds since 1970. */
  modified: number
  artboards: number
  /** sha256 of a small picture of the first artboard. */
  thumbnail?: string
  /** Edits that a program that ended early left in the journal and nobody has seen since. */
  unsaved: boolean
  /** Open in a window of this service. */
  open: boolean
}

export interface OpenProject {
  /** Names this opening in calls; another opening of the same project is refused (`locked`). */
  handle: string
  id: string
  name: string
  path?: string
  document: Document
  session?: Session
  /** Counts the steps since the project was made; every append carries the one it builds on. */
  revision: number
  /** Of the last save; less than `revision`: there are unsaved edits. */
  savedRevision: number
  /** Why it cannot be saved: a newer format, a read-only file. */
  readOnly?: string
  /** Edits were taken from the journal of a program that ended early. */
  recovered: boolean
  /** sha256 of pictures that the file does not have and the library neither; drawn as a marked frame. */
  lost: string[]
}
