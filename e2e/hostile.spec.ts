import { readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { savedProject } from './documents.ts'
import { chooseFile, dropFiles, longFile, onDesktop } from './files.ts'
import { goodPicture, hostileFiles } from './hostile.ts'
import type { StudioPage } from './studio-page.ts'
import { expect, test } from './test.ts'

/** Issue, "What bad input gets": a message that names the file and the remedy; the document stays whole; nothing runs. */

const MIDDLE = { x: 0.5, y: 0.5 }
const fixture = (name: string) => join(import.meta.dirname, '../src-main/studio/projects/fixtures', name)

/** Somebody else's server: what reaches it left the studio. */
interface Elsewhere {
  readonly url: string
  readonly heard: string[]
  close(): void
}

async function elsewhere(page = ''): Promise<Elsewhere> {
  const heard: string[] = []
  const server: Server = createServer((request, response) => {
    heard.push(`${request.method} ${request.url}`)
    response.setHeader('content-type', 'text/html').end(page)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, heard, close: () => server.close() }
}

/** A project with something on it that would show a scratch. */
async function begin(studio: StudioPage): Promise<void> {
  await studio.newProject('Whole')
  await studio.type('Still here', { x: 0.4, y: 0.2 })
  await studio.save()
  await studio.canvas.focus()
}

/** A refused request is a line in the browser's console, and no fault of the page. */
function forgiveRefusals(studio: StudioPage): void {
  const rest = studio.complaints.filter((line) => !/Failed to load resource: .* status of 4\d\d/.test(line))
  studio.complaints.splice(0, studio.complaints.length, ...rest)
}

/** Reads one message, and takes it away. */
async function told(page: Page, name: string): Promise<{ message: string; remedy: string }> {
  const alert = page.getByRole('alert').filter({ hasText: name })
  await expect(alert).toBeVisible()
  const message = (await alert.locator('b').textContent()) ?? ''
  const remedy = await alert.locator('.text > span').allTextContents()
  await alert.getByRole('button', { name: 'Dismiss' }).click()
  await expect(page.getByRole('alert')).toHaveCount(0)
  return { message, remedy: remedy.join() }
}

test('hostile files are refused by name with a remedy; the document stays as it was, nothing runs', async ({
  studio,
  page,
  service,
}, info) => {
  test.setTimeout(180_000)
  const outside = await elsewhere()
  const dialogs: string[] = []
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message())
    void dialog.dismiss()
  })
  const foreign: string[] = []
  page.on('request', (request) => {
    if (new URL(request.url()).host !== new URL(service.url).host) foreign.push(request.url())
  })

  await begin(studio)
  const before = await savedProject(service.home, 'Whole')
  const looks = async () => {
    // Elsewhere: the canvas is framed while the keys are its own.
    await studio.prompt.focus()
    return (await studio.canvas.screenshot()).toString('base64')
  }
  const seen = await looks()
  const paths = await onDesktop(info.outputPath('desktop'), await hostileFiles(outside.url))
  expect(paths.length).toBeGreaterThanOrEqual(30)

  for (const path of paths) {
    const name = path.slice(path.lastIndexOf('/') + 1)
    await test.step(name, async () => {
      await dropFiles(studio, [path], MIDDLE)
      const { message, remedy } = await told(page, name)
      expect(message).not.toMatch(/internal|undefined|\[object/)
      expect(remedy).toMatch(/\w.*\.$/)
      expect(await studio.layerNames()).toHaveLength(2)
    })
  }

  // All at once: every name is told.
  await dropFiles(studio, paths, MIDDLE)
  const names = paths.map((path) => path.slice(path.lastIndexOf('/') + 1))
  await expect(page.getByRole('alert')).toBeVisible({ timeout: 30_000 })
  const all = await page.getByRole('alert').textContent()
  for (const name of names) expect(all).toContain(name)
  await page.getByRole('alert').getByRole('button', { name: 'Dismiss' }).click()

  expect((await looks()) === seen, 'the picture on the screen').toBe(true)
  await expect(page.getByTestId('save-state')).toHaveText(/^saved/)
  expect(outside.heard).toEqual([])
  expect(foreign).toEqual([])
  expect(dialogs).toEqual([])

  // The next good one works, between two bad ones too.
  // … and under a wrong name it is what it is.
  const good = await onDesktop(info.outputPath('desktop'), {
    'good.png': await goodPicture(),
    'misnamed.jpg': await goodPicture(),
  })
  await dropFiles(studio, [paths[0]!, ...good, paths[1]!], MIDDLE)
  await expect(studio.layer('good')).toBeVisible()
  await expect(studio.layer('misnamed')).toBeVisible()
  await expect(page.getByRole('alert')).toHaveCount(2)
  await studio.canvas.focus()
  await studio.press('Control+z')
  await studio.save()
  expect((await savedProject(service.home, 'Whole')).document).toEqual(before.document)
  forgiveRefusals(studio)
  outside.close()
})

test('a file of 2 GB is refused before a byte of it is sent', async ({ studio, page }, info) => {
  await begin(studio)
  const [good] = await onDesktop(info.outputPath('desktop'), { 'good.png': await goodPicture() })
  const path = await longFile(info.outputPath('desktop', 'two-gigabytes.png'), 2 ** 31)
  const sent: string[] = []
  page.on('request', (request) => sent.push(`${request.method()} ${new URL(request.url()).pathname}`))
  await dropFiles(studio, [path], MIDDLE)
  expect(await told(page, 'two-gigabytes.png')).toEqual({
    message: 'two-gigabytes.png: the file is larger than 1 GiB',
    remedy: 'Save a smaller copy first.',
  })
  expect(sent).not.toContain('POST /pictures')
  await rm(path) // whoever collects what tests leave would copy every zero of it
  await dropFiles(studio, [good!], MIDDLE)
  await expect(studio.layer('good')).toBeVisible()
})

test('truncated, foreign and too new projects are refused by name, and what is open stays open', async ({
  studio,
  page,
}, info) => {
  await begin(studio)
  const whole = await readFile(fixture('format-1.broadside'))
  const desktop = info.outputPath('desktop')
  const [cut, empty, picture] = await onDesktop(desktop, {
    'cut.broadside': whole.subarray(0, whole.length >> 1),
    'empty.broadside': '',
    'picture.broadside': await goodPicture(),
  })
  for (const path of [cut!, empty!, picture!, fixture('format-9-unreadable.broadside')]) {
    const name = path.slice(path.lastIndexOf('/') + 1)
    await test.step(name, async () => {
      await chooseFile(page, path, () => studio.press('Control+o'))
      const { remedy } = await told(page, name.replace('.broadside', ''))
      expect(remedy).toMatch(/\w.*\.$/)
      await expect(studio.layer('Still here')).toBeVisible()
      await studio.canvas.focus()
    })
  }
  forgiveRefusals(studio)
  // It is still one that can be edited.
  await studio.type('And goes on', { x: 0.4, y: 0.6 })
  await studio.save()
})

test('a project of a newer format opens to be read, and its file is never written', async ({ studio, page }) => {
  await chooseFile(page, fixture('format-9-readable.broadside'), () =>
    page.getByRole('button', { name: 'Open a file…' }).click(),
  )
  await expect(studio.canvas).toBeVisible()
  await expect(page.getByTestId('save-state')).toHaveText('read only')
  const before = await studio.layerNames()
  expect(before.length).toBeGreaterThan(1)
  // By keys, by the tree and with the mouse: nothing is changed that would be lost.
  await studio.canvas.focus()
  await studio.press('Control+a')
  for (const keys of ['Delete', 'Control+d', 'Control+g', 'Control+Shift+h', 'Alt+a', 'ArrowLeft', 'Control+s'])
    await studio.press(keys)
  await studio.drag({ x: 0.5, y: 0.5 }, { x: 0.6, y: 0.6 })
  await studio.layer('Headline').dblclick()
  await expect(studio.tree.getByRole('textbox')).toHaveCount(0)
  await expect(page.getByRole('textbox', { name: 'Left' })).toBeDisabled()
  await expect(studio.layer('Headline').getByRole('button', { name: 'Hide' })).toBeDisabled()
  expect(await studio.layerNames()).toEqual(before)
  await studio.canvas.focus()
  await studio.press('Control+z')
  expect(await studio.layerNames()).toEqual(before)
})

test('without the right token nothing is shown, and the page says how to get in', async ({ service, browser }) => {
  const context = await browser.newContext()
  const page = await context.newPage()
  const wrong = new URL(service.url)
  wrong.searchParams.set('token', 'x'.repeat(43))
  for (const address of [wrong.href, wrong.origin]) {
    const response = await page.goto(address)
    expect(response?.status()).toBe(401)
    await expect(page.locator('body')).toContainText('open Broadside with the address that it printed')
  }
  // A name of somebody else's that points to this machine.
  const borrowed = new URL(service.url)
  borrowed.hostname = 'studio.localhost'
  expect((await page.goto(borrowed.href))?.status()).toBe(403)
  await context.close()
})

test('a page from somewhere else reaches nothing, with our cookie in the same browser', async ({
  studio,
  context,
  service,
}) => {
  await begin(studio)
  const { origin } = new URL(service.url)
  const other = await elsewhere('<!doctype html><title>elsewhere</title>')
  const page = await context.newPage()
  await page.goto(other.url)
  const reached = await page.evaluate(async (studio) => {
    const attempt = async (init: RequestInit, path = '/') =>
      fetch(`${studio}${path}`, { credentials: 'include', ...init }).then(
        ({ ok, type }) => ok || type === 'opaque',
        () => false,
      )
    const socket = new WebSocket(`${studio.replace('http', 'ws')}/rpc`)
    const opened = new Promise<boolean>((resolve) => {
      socket.onopen = () => resolve(true)
      socket.onclose = () => resolve(false)
    })
    const picture = new Promise<boolean>((resolve) => {
      const image = new Image()
      image.onload = () => resolve(true)
      image.onerror = () => resolve(false)
      image.src = `${studio}/artifacts/${'0'.repeat(64)}`
    })
    return {
      page: await attempt({}),
      upload: await attempt({ method: 'POST', body: 'x' }, '/pictures'),
      project: await attempt({ method: 'POST', body: 'x', headers: { 'x-file-name': 'x' } }, '/projects'),
      socket: await opened,
      picture: await picture,
    }
  }, origin)
  expect(reached).toEqual({ page: false, upload: false, project: false, socket: false, picture: false })

  // Nor does it get the studio into a frame, where its clicks would be ours.
  await page.setContent(`<iframe src="${origin}"></iframe>`)
  const frame = page.frames().at(-1)!
  await expect.poll(() => frame.url()).not.toBe(`${origin}/`)
  await expect(frame.getByTestId('canvas')).toHaveCount(0)
  await page.close()
  await expect(studio.layer('Still here')).toBeVisible()
  other.close()
})
