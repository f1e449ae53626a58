import { mkdir, open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Locator, Page } from '@playwright/test'
import type { Place, StudioPage } from './studio-page.ts'

/** Files of the desktop, and what a person does with them. */

export async function onDesktop(folder: string, files: Record<string, Uint8Array | string>): Promise<string[]> {
  await mkdir(folder, { recursive: true })
  const paths: string[] = []
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name)
    await writeFile(path, content)
    paths.push(path)
  }
  return paths
}

/** As long as asked for, and almost nothing on the disk. */
export async function longFile(path: string, bytes: number): Promise<string> {
  const file = await open(path, 'w')
  await file.truncate(bytes)
  await file.close()
  return path
}

/** Dragged from the desktop and let go over the canvas: the page gets files as the system gives them. */
export async function dropFiles(studio: StudioPage, paths: readonly string[], at: Place): Promise<void> {
  await dropOn(studio.page, studio.canvas, paths, at)
}

/** Let go over a part of the page, at fractions of it. */
export async function dropOn(page: Page, part: Locator, paths: readonly string[], at: Place): Promise<void> {
  const box = (await part.boundingBox())!
  const point = { x: box.x + at.x * box.width, y: box.y + at.y * box.height }
  const browser = await page.context().newCDPSession(page)
  const data = { items: [], files: [...paths], dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await browser.send('Input.dispatchDragEvent', { type, ...point, data })
  await browser.detach()
}

/** Answers the browser's own dialog for the file that `ask` asks for. */
export async function chooseFile(page: Page, path: string, ask: () => Promise<unknown>): Promise<void> {
  const chooser = page.waitForEvent('filechooser')
  await ask()
  await (await chooser).setFiles(path)
}
