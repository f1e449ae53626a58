import { getEventMeta } from '@orpc/client'
import { getContext, setContext } from 'svelte'
import type { QueuedJob, StudioEvent } from '#shared/contract/events.ts'
import type { OpenProject, ProjectSummary } from '#shared/contract/project.ts'
import type { Shell } from '#shared/contract/shell.ts'
import type { Hello } from '#shared/contract/wire.ts'
import { type Api, asked, connect } from './api.ts'
import { say } from './language.svelte.ts'
import { Models } from './models.svelte.ts'
import { Notices } from './notices.svelte.ts'
import { Project } from './project.svelte.ts'
import { Queue } from './queue.svelte.ts'
import { shell as thisShell } from './shell.ts'
import { ownId, rememberedId } from './window-id.ts'
import { words } from './words.ts'

export type LeftPanel = 'image' | 'copy' | 'assets' | 'library'
export type RightPanel = 'layers' | 'variables'

/** The window's own state. One per page, handed down by context. */
export class Studio {
  readonly api: Api
  readonly shell: Shell = thisShell
  readonly queue = new Queue()
  readonly models: Models
  readonly notices = new Notices()
  /** Names this window: in jobs that it asked for, and to the service, which lets it have its project back. */
  window = rememberedId()
  hello = $state.raw<Hello>()
  connected = $state(false)
  project = $state.raw<Project>()
  projects = $state.raw<ProjectSummary[]>([])
  left = $state<LeftPanel>('image')
  right = $state<RightPanel>('layers')
  /** Which dialog is open: "export", "new-project", "shortcuts", … */
  dialog = $state<string>()
  /** One line of text is asked for. */
  question = $state.raw<{ title: string; value: string; answer: (name: string | undefined) => void }>()

  readonly #listeners = new Set<(event: StudioEvent) => void>()
  readonly #named = this.#takeName()

  constructor() {
    const { api, socket } = connect()
    this.api = api
    this.models = new Models(api)
    socket.addEventListener('open', () => {
      this.connected = true
      void this.#greet()
    })
    socket.addEventListener('close', () => {
      this.connected = false
      this.project?.detach()
    })
    void this.#listen()
  }

  /** Every event of the service, after the queue has heard it. Gives a disposer. */
  onEvent(listener: (event: StudioEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Runs work of the user's; what goes wrong is said. Gives undefined then. */
  async attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work()
    } catch (thrown) {
      this.notices.error(thrown)
      return undefined
    }
  }

  async refreshProjects(): Promise<void> {
    this.projects = await asked(this.api.projects.list())
  }

  async createProject(name: string, document?: unknown): Promise<void> {
    const window = await this.#named
    this.show(await asked(this.api.projects.create({ name, window, ...(document === undefined ? {} : { document }) })))
  }

  async openProject(id: string): Promise<void> {
    this.show(await asked(this.api.projects.open({ id, window: await this.#named })))
  }

  async closeProject(): Promise<void> {
    const { project } = this
    if (!project) return
    await project.flush()
    project.close()
    this.project = undefined
    sessionStorage.removeItem('project')
    await asked(this.api.projects.close({ handle: project.handle }))
    await this.refreshProjects()
  }

  /** What the service opened is what the window shows. */
  show(opened: OpenProject): void {
    this.project?.close()
    this.project = new Project(this.api, this.notices, opened)
    if (opened.recovered) this.notices.info(say(words.recovered))
    sessionStorage.setItem('project', opened.id)
  }

  async #greet(): Promise<void> {
    await this.attempt(async () => {
      this.hello = await asked(this.api.system.hello())
      await Promise.all([this.models.load(), this.refreshProjects()])
      await this.#named
      const last = sessionStorage.getItem('project')
      if (this.project) await this.#reattach(this.project)
      // After a reload the window goes on where it was.
      else if (last && this.projects.some(({ id }) => id === last)) await this.openProject(last)
    })
  }

  /** The window goes on with its project, in a service that may have been started again. */
  async #reattach(project: Project): Promise<void> {
    const opened = await asked(this.api.projects.open({ id: project.id, window: await this.#named }))
    if (project.reattach(opened)) return
    if (project.pending === 0) {
      this.show(opened)
      this.notices.info(say(words.changedElsewhere))
    } else {
      await asked(this.api.projects.close({ handle: opened.handle }))
      await this.createProject(project.name, project.store.document)
      project.abandon()
      this.notices.info(say(words.goesOnAsCopy))
    }
  }

  async #takeName(): Promise<string> {
    const { id, isCopy } = await ownId(this.window)
    this.window = id
    // The project that it was copied with is the other window's.
    if (isCopy) sessionStorage.removeItem('project')
    return id
  }

  async #listen(): Promise<void> {
    let lastEventId: string | undefined
    for (;;) {
      try {
        const options = lastEventId === undefined ? {} : { lastEventId }
        for await (const event of await this.api.system.events(undefined, options)) {
          lastEventId = getEventMeta(event)?.id ?? lastEventId
          this.queue.hear(event)
          if (event.type === 'devices' && this.hello) this.hello = { ...this.hello, devices: event.devices }
          for (const listener of this.#listeners) listener(event)
        }
      } catch {
        // The socket is down; it comes back by itself, and the stream goes on after the last event.
      }
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }

  /** Jobs of this project, newest first. */
  jobsOf(project: Project): QueuedJob[] {
    return this.queue.jobs.filter(({ target }) => target?.project === project.id).reverse()
  }
}

const KEY = Symbol('studio')

export const provideStudio = (studio: Studio): Studio => setContext(KEY, studio)
export const useStudio = (): Studio => getContext<Studio>(KEY)
