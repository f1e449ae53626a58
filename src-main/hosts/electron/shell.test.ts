import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { CALLS, NEWS, NOTES } from './bridge.ts'
import { click, inside } from './fixtures/electron-double.ts'
import { ADDRESS, newFolder, ORIGIN, openShell, settled } from './fixtures/shell.ts'

const SHA = 'a'.repeat(64)
const state = (more: object = {}) => ({ title: 'Citrus', edited: false, enabled: [], on: {}, language: 'en', ...more })

describe('the window', () => {
  test('shows the page of the service, sandboxed and apart from Node', async () => {
    const { now, did, switches } = await openShell()
    expect(now().loaded).toEqual([ADDRESS])
    expect(now().options.webPreferences).toEqual({
      preload: '/app/preload.cjs',
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      enableWebSQL: false,
      devTools: false,
    })
    expect(did).toEqual(['id dev.broadside.app', 'sandbox', 'spelling false'])
    expect(switches).toMatchObject({ 'host-resolver-rules': 'MAP * ~NOTFOUND , EXCLUDE 127.0.0.1' })
    expect(switches).toHaveProperty('no-proxy-server')
  })

  test('appears when there is something to see', async () => {
    const { now } = await openShell()
    expect([now().options.show, now().did]).toEqual([false, []])
    now().emit('ready-to-show')
    expect(now().did).toEqual(['show'])
  })

  test('waits for the service, and follows it to another address', async () => {
    const { now, service } = await openShell({ slow: true })
    expect(now().loaded).toEqual([])
    service().onAddress(ADDRESS)
    service().onAddress('http://127.0.0.1:5000/?token=secret')
    expect(now().loaded).toEqual([ADDRESS, 'http://127.0.0.1:5000/?token=secret'])
  })

  test('is where it was, with the list of recent files', async () => {
    const userData = newFolder()
    const first = await openShell({ userData })
    first.now().bounds = { x: 100, y: 50, width: 1200, height: 800 }
    first.now().maximize()
    first.now().close()
    first.app.emit('open-file', { preventDefault() {} }, '/p/a.broadside')
    first.app.quit()
    await vi.waitFor(() => expect(first.did.at(-1)).toBe('exit 0'))
    expect(JSON.parse(readFileSync(join(userData, 'window.json'), 'utf8'))).toEqual({
      bounds: { x: 100, y: 50, width: 1200, height: 800 },
      maximized: true,
    })
    const next = await openShell({ userData })
    expect(next.now().options).toMatchObject({ x: 100, y: 50, width: 1200, height: 800 })
    expect(next.now().maximized).toBe(true)
    expect(next.item('file.recent')?.submenu).toMatchObject([{ label: 'a' }, {}, {}])
  })

  test.each([
    ['on a screen that is gone', { x: 5000, y: 0, width: 1200, height: 800 }],
    ['with its upper edge above the screen', { x: 0, y: -400, width: 1200, height: 800 }],
    ['with nothing left to hold', { x: 1900, y: 0, width: 1200, height: 800 }],
  ])('is not %s', async (_where, bounds) => {
    const userData = newFolder()
    writeFileSync(join(userData, 'window.json'), JSON.stringify({ bounds, maximized: false }))
    const { now } = await openShell({ userData })
    const { x, y, width, height } = now().options
    expect({ x, y, width, height }).toEqual({ x: undefined, y: undefined, width: 1200, height: 800 })
  })

  test.each(['', '{', '[]', '{"maximized":1}', '{"bounds":{"x":"1"},"maximized":false}'])(
    'has its usual size when the file says %j',
    async (content) => {
      const userData = newFolder()
      writeFileSync(join(userData, 'window.json'), content)
      writeFileSync(join(userData, 'recent.json'), content)
      const { now, item } = await openShell({ userData })
      expect(now().options).toMatchObject({ width: 1440, height: 900 })
      expect(item('file.recent')?.enabled).toBe(false)
    },
  )

  test('is loaded again when its page crashes, and says so when that was no help', async () => {
    const { now, shown } = await openShell()
    const crash = () => now().webContents.emit('render-process-gone', {}, { reason: 'crashed' })
    crash()
    await settled()
    expect(now().loaded).toHaveLength(2)
    expect(shown).toEqual([])
    crash()
    await settled()
    expect(now().loaded).toHaveLength(3)
    expect(shown).toMatchObject([{ kind: 'message', options: { detail: "the window's page ended (crashed)" } }])
  })
})

describe('the service', () => {
  test('runs on plain Node, without what would change Node', async () => {
    const env = { HOME: '/home/me', NODE_OPTIONS: '--inspect', ELECTRON_RUN_AS_NODE: '1', BROADSIDE_HOME: '/d' }
    const { service } = await openShell({ env })
    expect(service()).toMatchObject({ node: '/app/node', entry: '/app/service.mjs' })
    expect(service().env).toEqual({ HOME: '/home/me', BROADSIDE_HOME: '/d', BROADSIDE_FONTS: '/app/fonts' })
  })

  test.each([
    [0, 'try again'],
    [1, 'quit'],
  ])('that does not start is told with its last words; button %i: %s', async (response, then) => {
    const shell = await openShell({ slow: true })
    shell.answer({ response })
    shell.service().onTrouble('the data folder is in use')
    await settled()
    expect(shell.asked).toEqual([then])
    expect(shell.shown).toMatchObject([{ kind: 'message', options: { detail: 'the data folder is in use' } }])
  })

  test('ends before the program does; closing the window asks nothing', async () => {
    const shell = await openShell()
    expect(shell.now().webContents.attempt('will-prevent-unload', '')).toBe('refused') // the page cannot hold it open
    shell.now().close()
    shell.app.emit('window-all-closed')
    await vi.waitFor(() => expect(shell.did.slice(-3)).toEqual(['quit', 'waits', 'exit 0']))
    expect(shell.asked).toEqual(['quit'])
  })

  test('lives on without a window on a Mac', async () => {
    const shell = await openShell({ platform: 'darwin' })
    shell.now().close()
    shell.app.emit('window-all-closed')
    expect(shell.did).not.toContain('quit')
    shell.app.emit('activate')
    expect(shell.windows).toHaveLength(2)
    expect(shell.now().loaded).toEqual([ADDRESS])
  })
})

describe('files from outside', () => {
  test('wait for the page to listen', async () => {
    const { now, note, asked } = await openShell({
      argv: ['broadside', '--flag', 'a.broadside', 'notes.txt', '/x/B.BROADSIDE'],
    })
    expect(asked).toEqual(['adopt /home/me/a.broadside', 'adopt /x/B.BROADSIDE'])
    expect(now().webContents.sent).toEqual([])
    note(NOTES.listening)
    expect(now().webContents.sent).toEqual([
      [NEWS.openProject, 'id of /home/me/a.broadside'],
      [NEWS.openProject, 'id of /x/B.BROADSIDE'],
    ])
  })

  test('of a Mac come before Electron is ready', async () => {
    const shell = await openShell({ waiting: true, platform: 'darwin' })
    let kept = false
    shell.app.emit('open-file', { preventDefault: () => (kept = true) }, '/p/early.broadside')
    expect([kept, shell.asked]).toEqual([true, []])
    shell.ready()
    await shell.started
    expect(shell.asked).toEqual(['adopt /p/early.broadside'])
  })

  test('of a second start come to the first window', async () => {
    const { app, now, note, asked, windows } = await openShell()
    note(NOTES.listening)
    now().minimized = true
    app.emit('second-instance', {}, ['broadside', '--x', 'late.broadside'], '/elsewhere')
    await settled()
    expect(asked).toEqual(['adopt /elsewhere/late.broadside'])
    expect(now().did.slice(0, 3)).toEqual(['restore', 'show', 'focus'])
    expect(now().webContents.sent).toEqual([[NEWS.openProject, 'id of /elsewhere/late.broadside']])
    expect(windows).toHaveLength(1)
  })

  test('that cannot be opened are named with the remedy, and leave the list', async () => {
    const userData = newFolder()
    writeFileSync(join(userData, 'recent.json'), JSON.stringify(['/p/missing.broadside', '/p/other.broadside']))
    const shell = await openShell({ userData })
    const labels = () => inside(shell.item('file.recent')).map(({ label }) => label)
    expect(labels()).toEqual(['missing', 'other', undefined, 'Clear list'])
    click(inside(shell.item('file.recent'))[0])
    await settled()
    expect(shell.asked).toEqual(['adopt /p/missing.broadside'])
    expect(shell.shown).toMatchObject([
      { kind: 'message', options: { detail: 'no such file (adopt /p/missing.broadside). Look.' } },
    ])
    expect(labels()).toEqual(['other', undefined, 'Clear list'])
  })

  test('a page that loads again has to listen again', async () => {
    const { app, now, note } = await openShell()
    note(NOTES.listening)
    await now().loadURL(ADDRESS)
    app.emit('open-file', { preventDefault() {} }, '/p/a.broadside')
    await settled()
    expect(now().webContents.sent).toEqual([])
    note(NOTES.listening)
    expect(now().webContents.sent).toEqual([[NEWS.openProject, 'id of /p/a.broadside']])
  })
})

test('a second start ends at once: no window, no service', async () => {
  const { did, windows, service } = await openShell({ second: true })
  expect(did).toEqual(['quit'])
  expect(windows).toEqual([])
  expect(service()).toBeUndefined()
})

describe('the page asks', () => {
  test('to open a project', async () => {
    const { answer, call, asked, recent } = await openShell()
    expect(await call(CALLS.openProject)).toEqual({ value: undefined })
    answer({ canceled: false, filePaths: ['/p/a.broadside'] })
    expect(await call(CALLS.openProject)).toEqual({ value: 'id of /p/a.broadside' })
    expect([asked, recent]).toEqual([['adopt /p/a.broadside'], ['/p/a.broadside']])
  })

  test('the folder of a batch, and shows it', async () => {
    const { answer, call, asked, shown, folders } = await openShell()
    expect(await call(CALLS.chooseFolder)).toEqual({ value: undefined })
    answer({ canceled: false, filePaths: ['/p/posters'] })
    expect(await call(CALLS.chooseFolder)).toEqual({ value: 'batch place of /p/posters' })
    expect(shown[0]!.options.properties).toContain('openDirectory')
    expect(await call(CALLS.showBatch, 'b1')).toEqual({ value: '/batches/b1' })
    expect(asked).toEqual(['batch place /p/posters', 'batch folder b1'])
    expect(folders).toEqual(['/batches/b1'])
    expect(await call(CALLS.showBatch, 'gone')).toEqual({ failure: expect.stringContaining('gone') })
  })

  test('where to save, under a name that every system takes', async () => {
    const shell = await openShell()
    expect(await shell.call(CALLS.saveProjectAs, '../Zest: "A/B"?')).toEqual({ value: undefined })
    shell.answer({ canceled: false, filePath: '/p/Zest.broadside' })
    expect(await shell.call(CALLS.saveProjectAs, 'Zest')).toEqual({ value: 'place of /p/Zest.broadside' })
    shell.answer({ canceled: false, filePath: '/p/Zest' })
    expect(await shell.call(CALLS.saveProjectAs, 'Zest')).toEqual({ value: 'place of /p/Zest.broadside' })
    expect(shell.recent).toEqual(['/p/Zest.broadside', '/p/Zest.broadside'])
    expect(shell.shown.map(({ options }) => options.defaultPath)).toEqual([
      '/home/me/documents/-Zest- -A-B--.broadside',
      '/home/me/documents/Zest.broadside',
      '/home/me/documents/Zest.broadside',
    ])
  })

  test('to put an export somewhere', async () => {
    const shell = await openShell()
    shell.answer({ canceled: false, filePath: '/p/Poster.png' })
    expect(await shell.call(CALLS.saveExport, 'x1', 'Poster.png')).toEqual({ value: '/p/Poster.png' })
    expect(shell.asked).toEqual(['export x1 /p/Poster.png'])
    expect(shell.shown).toMatchObject([
      {
        kind: 'save',
        options: {
          defaultPath: '/home/me/pictures/Poster.png',
          filters: [{ name: 'PNG picture', extensions: ['png'] }],
        },
      },
    ])
  })

  test('and hears a failure as one line with file and remedy', async () => {
    const shell = await openShell()
    shell.answer({ canceled: false, filePaths: ['/p/missing.broadside'] })
    expect(await shell.call(CALLS.openProject)).toEqual({
      failure: 'no such file (adopt /p/missing.broadside). Look.',
    })
  })

  test('to drag a result to the desktop', async () => {
    const { note, now, asked } = await openShell()
    await note(NOTES.startDrag, SHA)
    expect(asked).toEqual([`take ${SHA}`])
    expect(now().webContents.drags).toEqual([{ file: '/out/aaaa.png', icon: '/app/icon.png at 64' }])
  })

  test('to tell who looks elsewhere that a job is done', async () => {
    const { note, now, notifications } = await openShell()
    await note(NOTES.notify, 'Done', '4 pictures')
    expect(notifications).toEqual([])
    now().focused = false
    await note(NOTES.notify, 'Done', '4 pictures')
    expect(notifications).toMatchObject([{ title: 'Done', body: '4 pictures' }])
    notifications[0]!.click()
    expect(now().did).toEqual(['show', 'focus'])
  })

  test.each([
    ['linux', '• Citrus — Broadside'],
    ['darwin', 'Citrus — Broadside'],
  ] as const)('for its title on %s', async (platform, title) => {
    const { note, now } = await openShell({ platform })
    await note(NOTES.setState, state({ edited: true }))
    expect([now().title, now().edited]).toEqual([title, true])
    await note(NOTES.setState, state({ title: '' }))
    expect([now().title, now().edited]).toEqual(['Broadside', false])
  })

  test('for menus that follow it', async () => {
    const { note, item, menu } = await openShell()
    const before = menu()
    expect(item('file.save')?.enabled).toBe(false)
    await note(NOTES.setState, state({ enabled: ['file.save'] }))
    expect([item('file.save')?.enabled, item('edit.undo')?.enabled, menu() === before]).toEqual([true, false, true])
    await note(NOTES.setState, state({ enabled: ['file.save'], language: 'zh' }))
    expect(item('file.save')).toMatchObject({ label: '保存', enabled: true })
  })

  test('with a tick at what is on', async () => {
    const { note, item, menu } = await openShell()
    await note(NOTES.setState, state({ on: { 'view.rulers': true, 'view.grid': false } }))
    expect(item('view.rulers')).toMatchObject({ type: 'checkbox', checked: true })
    expect(item('view.grid')).toMatchObject({ type: 'checkbox', checked: false })
    expect(item('file.save')?.type).not.toBe('checkbox')
    const before = menu()
    await note(NOTES.setState, state({ on: { 'view.rulers': false, 'view.grid': false } }))
    expect([item('view.rulers')?.checked, menu() === before]).toEqual([false, true])
  })
})

describe('nobody else', () => {
  test('may ask anything', async () => {
    const shell = await openShell()
    const { mainFrame } = shell.now().webContents
    const line = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    const strangers = [null, { origin: ORIGIN }, { origin: 'https://evil.test' }]
    expect(shell.channels().sort()).toEqual([...Object.values(CALLS), ...Object.values(NOTES)].sort())
    for (const stranger of strangers) {
      for (const channel of Object.values(CALLS))
        expect(await shell.callFrom(stranger, channel, 'x', 'y')).toEqual({
          failure: expect.stringContaining("asked by a page that is not the studio's"),
        })
      for (const channel of Object.values(NOTES)) await shell.callFrom(stranger, channel, SHA, 'y')
    }
    mainFrame.origin = 'http://127.0.0.1:4712' // our window, gone astray
    expect(await shell.call(CALLS.openProject)).toHaveProperty('failure')
    expect(line).toHaveBeenCalledTimes(strangers.length * Object.keys(NOTES).length)
    line.mockRestore()
    expect([shell.asked, shell.notifications, shell.shown]).toEqual([[], [], []])
  })

  test.each([
    [CALLS.openProject, ['/etc/passwd']],
    [CALLS.saveProjectAs, []],
    [CALLS.saveProjectAs, ['']],
    [CALLS.saveProjectAs, ['x'.repeat(201)]],
    [CALLS.saveProjectAs, [{ toString: 'x' }]],
    [CALLS.saveExport, ['id']],
    [CALLS.saveExport, [1, 'name.png']],
    [CALLS.saveExport, ['id', 'name.png', 'more']],
  ])('%s refuses %j', async (channel, args) => {
    const { call, asked } = await openShell()
    expect(await call(channel, ...args)).toEqual({ failure: expect.stringContaining(channel) })
    expect(asked).toEqual([])
  })

  test.each([
    [NOTES.startDrag, ['../../etc/passwd']],
    [NOTES.startDrag, [SHA.toUpperCase()]],
    [NOTES.notify, ['title']],
    [NOTES.notify, ['x'.repeat(201), '']],
    [NOTES.setState, [state({ language: 'fr' })]],
    [NOTES.setState, [state({ more: 1 })]],
    [NOTES.setState, [state({ enabled: Array(501).fill('x') })]],
  ])('%s ignores %j', async (channel, args) => {
    const { note, now, asked, notifications } = await openShell()
    now().focused = false
    const line = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    await note(channel, ...args)
    expect(line.mock.calls.map(([text]) => text)).toEqual([expect.stringContaining(channel)])
    line.mockRestore()
    expect([asked, notifications, now().title]).toEqual([[], [], ''])
  })
})
