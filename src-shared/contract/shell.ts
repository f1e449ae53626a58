/**
 * What the window around the page can do. Electron's preload puts it at `window.broadsideShell`; in a browser the page
 * does the same with what a browser has. No method takes a path from the page: the shell asks the user.
 */
export interface Shell {
  kind: 'electron' | 'browser'
  platform: string
  /** Ask for a project file. Gives the project's id, or undefined when the user thought better of it. */
  openProject(): Promise<string | undefined>
  /** Ask where to save. Gives a place id for `projects.saveAs`. */
  saveProjectAs(name: string): Promise<string | undefined>
  /** Ask where to put a finished export (see `exports.render`) and put it there; gives the path for people. */
  saveExport(id: string, name: string): Promise<string | undefined>
  /** Ask for the folder of a batch. Gives a place id for `batch.start`; a browser page has no folders. */
  chooseFolder?(): Promise<string | undefined>
  /** Show the folder of a batch where the desktop shows folders; gives its path for people. */
  showBatch?(id: string): Promise<string | undefined>
  /** A result or export leaves the window by drag. */
  startDrag(sha256: string): void
  notify(title: string, body: string): void
  /** Native menus choose actions by id (src-shared/actions). Gives a disposer. */
  onAction(listener: (id: string) => void): () => void
  /** A file was opened from the desktop: the id of its project. */
  onOpenProject(listener: (id: string) => void): () => void
  /** The title bar and the menus follow the page. */
  setState(state: PageState): void
}

export interface PageState {
  title: string
  edited: boolean
  /** Ids of actions that can be done now. */
  enabled: string[]
  /** Actions that are on or off, by id: a tick in the menu. */
  on: Record<string, boolean>
  language: 'en' | 'zh'
}
