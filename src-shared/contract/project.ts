import type { Document } from '../document/document.ts'
import type { Patch } from '../document/patch.ts'
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
  /** The file is not where it was; opening it says more. */
  missing?: boolean
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
  /** What was not as it should be and did not stop it: a damaged journal, edits that no longer fit. Whole sentences. */
  warnings?: string[]
}

export interface Saved {
  revision: number
  at: number
  /** What was not as it should be, and did not stop it. */
  warnings?: string[]
}

/** The calls of the contract, and what only hosts may ask: they are the ones who get paths from the user. */
export interface Projects {
  list(): Promise<ProjectSummary[]>
  create(request: { name: string; document?: unknown; window?: string }): Promise<OpenProject>
  /**
   * Refused (`locked`) while another window has it; a window that went away (`orphan`) is taken over from. A window
   * that says which one it is may always have back what it has.
   */
  open(request: { id: string; window?: string }): Promise<OpenProject>
  append(request: { handle: string; base: number; steps: readonly Patch[] }): Promise<{ revision: number }>
  session(request: { handle: string; session: Session }): Promise<void>
  save(request: { handle: string }): Promise<Saved>
  /** The opening keeps its handle; a project that had a file goes on as another one. */
  saveAs(request: { handle: string; name: string; place?: string }): Promise<OpenProject>
  revert(request: { handle: string }): Promise<OpenProject>
  close(request: { handle: string }): Promise<void>
  /** A file in the data folder is deleted, one elsewhere is only taken off the list. */
  remove(request: { id: string }): Promise<void>

  /** The id of the project in a file that the user chose. */
  adopt(path: string): Promise<string>
  /** A copy of a file that is going away (an upload) becomes a project. */
  bring(path: string, name: string): Promise<string>
  /** A place that the user chose, for `saveAs`. What is there will be replaced. */
  registerPlace(path: string): string
  /**
   * The window with this handle is gone. Its next call, if it comes back, undoes that; else the project is closed after
   * about a minute, or when its jobs are done.
   */
  orphan(handle: string): void
  /** Projects with edits that a program that ended early left behind. */
  recoverable(): Promise<string[]>
  thumbnailPath(sha256: string): string
  /** The service ends: what is not saved stays in the journals. */
  closeAll(): Promise<void>
}
