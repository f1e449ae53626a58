import { beforeEach, expect, test, vi } from 'vitest'
import type { Shell } from '#shared/contract/shell.ts'
import { CALLS, NEWS, NOTES } from './bridge.ts'

/** The preload script in a double of the sandbox: what it shows the page, and what goes over the wire. */

const wire = vi.hoisted(() => ({
  exposed: {} as Record<string, unknown>,
  sent: [] as unknown[][],
  answer: { value: 'project-1' } as object,
  listeners: new Map<string, Set<(event: unknown, id: string) => void>>(),
}))

vi.mock('electron', () => ({
  contextBridge: {
    exposeInMainWorld(name: string, value: unknown) {
      wire.exposed[name] = value
    },
  },
  ipcRenderer: {
    invoke: async (...args: unknown[]) => {
      wire.sent.push(args)
      return wire.answer
    },
    send: (...args: unknown[]) => wire.sent.push(args),
    on(channel: string, listener: (event: unknown, id: string) => void) {
      wire.listeners.set(channel, (wire.listeners.get(channel) ?? new Set()).add(listener))
    },
    off: (channel: string, listener: (event: unknown, id: string) => void) =>
      wire.listeners.get(channel)?.delete(listener),
  },
}))

await import('./preload.ts')
const shell = wire.exposed.broadsideShell as Shell
const say = (channel: string, id: string) => {
  for (const listener of wire.listeners.get(channel) ?? []) listener({ sender: 'the way to send anything' }, id)
}

beforeEach(() => {
  wire.sent.length = 0
  wire.answer = { value: 'project-1' }
})

test('the page sees the shell and nothing else', () => {
  expect(Object.keys(wire.exposed)).toEqual(['broadsideShell'])
  expect(Object.keys(shell).sort()).toEqual(
    [
      'chooseFolder',
      'kind',
      'notify',
      'onAction',
      'onOpenProject',
      'openProject',
      'platform',
      'saveExport',
      'saveProjectAs',
      'setState',
      'showBatch',
      'startDrag',
    ].sort(),
  )
  expect([shell.kind, shell.platform]).toEqual(['electron', process.platform])
})

test('each method has its own channel', async () => {
  expect(await shell.openProject()).toBe('project-1')
  await shell.saveProjectAs('Zest')
  await shell.saveExport('x1', 'Zest.png')
  await shell.chooseFolder?.()
  await shell.showBatch?.('b1')
  shell.startDrag('ab')
  shell.notify('Done', '4 pictures')
  const state = { title: '', edited: false, enabled: [], on: {}, language: 'en' as const }
  shell.setState(state)
  expect(wire.sent).toEqual([
    [CALLS.openProject],
    [CALLS.saveProjectAs, 'Zest'],
    [CALLS.saveExport, 'x1', 'Zest.png'],
    [CALLS.chooseFolder],
    [CALLS.showBatch, 'b1'],
    [NOTES.startDrag, 'ab'],
    [NOTES.notify, 'Done', '4 pictures'],
    [NOTES.setState, state],
  ])
})

test('a failure is an error with its one line', async () => {
  wire.answer = { failure: 'no such file (a.broadside). Check the path.' }
  await expect(shell.openProject()).rejects.toEqual(new Error('no such file (a.broadside). Check the path.'))
})

test('listeners get the id alone, until they stop', () => {
  const heard: unknown[][] = []
  const stop = shell.onAction((...args) => heard.push(args))
  say(NEWS.action, 'file.save')
  stop()
  say(NEWS.action, 'file.open')
  expect(heard).toEqual([['file.save']])
})

test('who listens for projects says so', () => {
  const heard: string[] = []
  shell.onOpenProject((id) => heard.push(id))
  expect(wire.sent).toEqual([[NOTES.listening]])
  say(NEWS.openProject, 'project-2')
  expect(heard).toEqual(['project-2'])
})
