import { contextBridge, type IpcRendererEvent, ipcRenderer } from 'electron'
import type { Shell } from '#shared/contract/shell.ts'
import { type Answer, CALLS, NEWS, NOTES } from './bridge.ts'

/** `window.broadsideShell`: these methods and nothing else reaches the page; there is no way to name a channel. */

const shell: Shell = {
  kind: 'electron',
  platform: process.platform,
  openProject: () => call(CALLS.openProject),
  saveProjectAs: (name) => call(CALLS.saveProjectAs, name),
  saveExport: (id, name) => call(CALLS.saveExport, id, name),
  chooseFolder: () => call(CALLS.chooseFolder),
  showBatch: (id) => call(CALLS.showBatch, id),
  startDrag: (sha256) => ipcRenderer.send(NOTES.startDrag, sha256),
  notify: (title, body) => ipcRenderer.send(NOTES.notify, title, body),
  onAction: (listener) => hear(NEWS.action, listener),
  onOpenProject(listener) {
    const stop = hear(NEWS.openProject, listener)
    ipcRenderer.send(NOTES.listening)
    return stop
  },
  setState: (state) => ipcRenderer.send(NOTES.setState, state),
}

contextBridge.exposeInMainWorld('broadsideShell', shell)

async function call(channel: string, ...args: string[]): Promise<string | undefined> {
  const answer: Answer = await ipcRenderer.invoke(channel, ...args)
  if ('failure' in answer) throw new Error(answer.failure)
  return answer.value
}

/** The listener gets the id alone: the event would carry a way to send anything. */
function hear(channel: string, listener: (id: string) => void): () => void {
  const heard = (_event: IpcRendererEvent, id: string) => listener(id)
  ipcRenderer.on(channel, heard)
  return () => {
    ipcRenderer.off(channel, heard)
  }
}
