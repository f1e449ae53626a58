import type { ProjectSummary } from '#shared/contract/project.ts'
import type { Shell } from '#shared/contract/shell.ts'
import { fetched, post } from './api.ts'

declare global {
  interface Window {
    broadsideShell?: Shell
  }
}

/** What a browser can do of the window's part: uploads for opening, downloads for saving. */
const browserShell: Shell = {
  kind: 'browser',
  platform: navigator.platform,
  async openProject() {
    const file = await pickFile('.broadside')
    return file && (await post<ProjectSummary>('/projects', file, file.name)).id
  },
  // A browser page has no places: the service keeps projects in its own folder, under the name.
  saveProjectAs: async () => undefined,
  async saveExport(id, name) {
    // The name that the service gave the file would win over ours, were this a plain link to it.
    const url = URL.createObjectURL(await fetched(`/exports/${encodeURIComponent(id)}`))
    download(url, name)
    setTimeout(() => URL.revokeObjectURL(url), 60_000)
    return name
  },
  startDrag() {},
  notify(title, body) {
    if (Notification.permission === 'granted') new Notification(title, { body })
  },
  onAction: () => () => {},
  onOpenProject: () => () => {},
  setState({ title, edited }) {
    document.title = `${edited ? '• ' : ''}${title}`
  },
}

export const shell: Shell = window.broadsideShell ?? browserShell

/** Undefined when the user thought better of it. */
export function pickFile(accept: string): Promise<File | undefined> {
  return new Promise((resolve) => {
    const input = document.createElement('input')
    input.type = 'file'
    input.accept = accept
    input.addEventListener('change', () => resolve(input.files?.[0]))
    input.addEventListener('cancel', () => resolve(undefined))
    input.click()
  })
}

export function download(url: string, name: string): void {
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
}
