import { join } from 'node:path'
import { ACTIONS, type Action, type Language } from '#shared/actions/actions.ts'
import { StudioError, toStudioError } from '#shared/errors.ts'
import { NEWS } from './bridge.ts'
import { dialogsOf } from './dialogs.ts'
import type { Electron, Sender, Window } from './electron.ts'
import { closeNetwork, guardPages, guardSession, type Home } from './guard.ts'
import { listenToPage } from './ipc.ts'
import { keptIn } from './kept.ts'
import { projectsOf } from './launch.ts'
import { menuOf } from './menu.ts'
import { type Place, serviceEnvironment } from './place.ts'
import { recentFiles, recentSchema } from './recent.ts'
import { type Service, startService } from './service.ts'
import { openWindow, rememberedSchema } from './window.ts'

/**
 * The thin shell: one window around the service's page, and what only a window has. It knows no documents, no jobs and
 * no models; it starts the service, asks the user for paths, and passes on what was chosen.
 */
export interface Surroundings {
  place: Place
  platform: NodeJS.Platform
  argv: readonly string[]
  folder: string
  env: NodeJS.ProcessEnv
  /** Tests pass a double. */
  start?: typeof startService
}

/** Actions whose menu item the page switches on and off; the clipboard's are always on, the recent files have a list. */
const SWITCHED = ACTIONS.filter((action: Action) => !action.clipboard && action.id !== 'file.recent')

/** Milliseconds between two crashes of the page that are told to the user instead of mended by loading it again. */
const CRASHES_APART_MS = 10_000

export async function startShell(electron: Electron, at: Surroundings): Promise<void> {
  const { app, Menu, Notification, nativeImage, session } = electron
  // Before anything else: a second start gives its files to the first one and ends.
  if (!app.requestSingleInstanceLock()) return app.quit()

  const home: Home = { origin: undefined }
  const toOpen: string[] = projectsOf(at.argv, at.folder)
  const opened: string[] = []
  let window: Window | undefined
  let language: Language = 'en'
  let enabled: readonly string[] = []
  let on: Readonly<Record<string, boolean>> = {}
  let pageListens = false
  let address: string | undefined

  app.setAppUserModelId('dev.broadside.app')
  app.enableSandbox()
  closeNetwork(app)
  guardPages(app, home)

  // Files named before the start is complete wait; these listeners must exist before Electron is ready.
  let ready = false
  const openSoon = (path: string) => (ready ? void openProject(path) : void toOpen.push(path))
  app.on('open-file', (event, path) => {
    event.preventDefault()
    openSoon(path)
  })
  app.on('second-instance', (_event, argv, folder) => {
    show()
    for (const path of projectsOf(argv, folder)) openSoon(path)
  })

  const remembered = keptIn(join(app.getPath('userData'), 'window.json'), rememberedSchema, { maximized: false })
  const recentFile = keptIn(join(app.getPath('userData'), 'recent.json'), recentSchema, [])
  const recent = recentFiles(recentFile, () => drawMenu())
  const dialogs = dialogsOf(
    electron,
    () => window,
    () => language,
  )

  const service: Service = (at.start ?? startService)({
    node: at.place.node,
    entry: at.place.service,
    env: serviceEnvironment(at.env, at.place),
    onAddress(url) {
      address = url
      home.origin = new URL(url).origin
      void load()
    },
    async onTrouble(lastWords) {
      if (await dialogs.trouble(lastWords)) service.tryAgain()
      else app.quit()
    },
  })

  app.on('will-quit', (event) => {
    event.preventDefault()
    // Running jobs go back to the queue, what was drawn last is in the journal: nothing to ask.
    Promise.all([service.quit(), remembered.written(), recentFile.written()]).finally(() => app.exit(0))
  })
  app.on('window-all-closed', () => {
    if (at.platform !== 'darwin') app.quit()
  })

  await app.whenReady()
  if (app.getLocale().startsWith('zh')) language = 'zh' // until the page says which
  guardSession(session.defaultSession, home)
  listenToPage(electron, isOurs, {
    async openProject() {
      const path = await dialogs.openProject()
      return path === undefined ? undefined : adopt(path)
    },
    async saveProjectAs(name) {
      const path = await dialogs.saveProject(name)
      if (path === undefined) return undefined
      const place = await service.place(path)
      remember(path)
      return place
    },
    async saveExport(id, name) {
      const path = await dialogs.saveExport(name)
      return path === undefined ? undefined : service.exportTo(id, path)
    },
    async chooseFolder() {
      const path = await dialogs.chooseFolder()
      return path === undefined ? undefined : service.batchPlace(path)
    },
    async showBatch(id) {
      const path = await service.batchFolder(id)
      const trouble = await electron.shell.openPath(path)
      if (trouble !== '') throw new StudioError({ code: 'not-found', message: trouble, where: { file: path } })
      return path
    },
    async startDrag(sha256) {
      const file = await service.takeOut(sha256)
      const icon = nativeImage.createFromPath(at.place.icon).resize({ width: 64 })
      window?.webContents.startDrag({ file, icon })
    },
    notify(title, body) {
      // Who looks at the window sees it there.
      if (window?.isFocused() || !Notification.isSupported()) return
      const notification = new Notification({ title, body, icon: at.place.icon })
      notification.on('click', show)
      notification.show()
    },
    setState(state) {
      const dot = state.edited && at.platform !== 'darwin' ? '• ' : '' // a Mac marks its own button
      window?.setTitle(state.title === '' ? 'Broadside' : `${dot}${state.title} — Broadside`)
      window?.setDocumentEdited(state.edited)
      // What an item is, a tick or none, is fixed when it is drawn.
      const same = state.language === language && Object.keys(state.on).every((id) => id in on)
      ;({ enabled, on, language } = state)
      if (same) markItems()
      else drawMenu()
    },
    listening() {
      pageListens = true
      for (const id of opened.splice(0)) tell(NEWS.openProject, id)
    },
  })
  app.on('activate', show)
  drawMenu()
  show()
  ready = true
  for (const path of toOpen.splice(0)) void openProject(path)

  /** The main frame of our window, showing the service's page. */
  function isOurs({ senderFrame }: Sender): boolean {
    return (
      window !== undefined &&
      senderFrame !== null &&
      senderFrame === window.webContents.mainFrame &&
      home.origin !== undefined &&
      senderFrame.origin === home.origin
    )
  }

  /** Bring the window to the front; make it when there is none. */
  function show(): void {
    if (window) {
      if (window.isMinimized()) window.restore()
      window.show()
      window.focus()
    } else if (app.isReady()) {
      window = makeWindow()
      void load()
    }
  }

  function makeWindow(): Window {
    const made = openWindow(electron, {
      preload: at.place.preload,
      icon: at.place.icon,
      remembered,
      dev: !app.isPackaged,
    })
    made.on('closed', () => {
      window = undefined
      pageListens = false
    })
    made.webContents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
      if (isMainFrame && !isSameDocument) pageListens = false
    })
    let crashed = Number.NEGATIVE_INFINITY
    made.webContents.on('render-process-gone', (_event, { reason }) => {
      if (reason === 'clean-exit') return
      const again = performance.now() - crashed < CRASHES_APART_MS
      crashed = performance.now()
      const mended = again ? dialogs.failed(`the window's page ended (${reason})`) : Promise.resolve()
      void mended.then(load)
    })
    return made
  }

  async function load(): Promise<void> {
    if (!window || address === undefined) return
    // A service that died meanwhile is on its way back; its page connects then.
    await window.loadURL(address).catch((error: Error) => process.stderr.write(`${error.message}\n`))
  }

  /** From the desktop, the command line or the menu: there is no page waiting for the answer. */
  async function openProject(path: string): Promise<void> {
    try {
      const id = await adopt(path)
      show()
      if (pageListens) tell(NEWS.openProject, id)
      else opened.push(id)
    } catch (error) {
      await dialogs.failed(toStudioError(error).toLine())
    }
  }

  async function adopt(path: string): Promise<string> {
    try {
      const id = await service.adopt(path)
      remember(path)
      return id
    } catch (error) {
      if ((error as StudioError).code === 'not-found') recent.remove(path)
      throw error
    }
  }

  function remember(path: string): void {
    recent.add(path)
    app.addRecentDocument(path) // the system's own list: dock, jump list
  }

  function tell(news: string, id: string): void {
    window?.webContents.send(news, id)
  }

  function drawMenu(): void {
    if (!app.isReady()) return
    const template = menuOf({
      platform: at.platform,
      language,
      enabled,
      on,
      recent: recent.list(),
      dev: !app.isPackaged,
      choose: (id) => tell(NEWS.action, id),
      openRecent: (path) => void openProject(path),
      clearRecent() {
        recent.clear()
        app.clearRecentDocuments()
      },
    })
    Menu.setApplicationMenu(Menu.buildFromTemplate(template))
  }

  /** A menu that is open stays open. */
  function markItems(): void {
    const menu = Menu.getApplicationMenu()
    for (const { id } of SWITCHED) {
      const item = menu?.getMenuItemById(id)
      if (!item) continue
      item.enabled = enabled.includes(id)
      if (on[id] !== undefined) item.checked = on[id]
    }
  }
}
