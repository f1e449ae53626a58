import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename, extname, isAbsolute } from 'node:path'
import type { Duplex } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { WebSocketServer } from 'ws'
import { zipOf } from '#main/studio/batch/archive.ts'
import { programFile } from '#main/studio/program.ts'
import { type ExactSize, PYRAMID_SIDES, type PyramidSide, type StudioApi } from '#shared/contract/studio-api.ts'
import { StudioError, toStudioError } from '#shared/errors.ts'
import { MAX_DRAWN } from '#shared/scene/pictures.ts'
import { MOST_FILE_BYTES } from '#shared/table/table.ts'
import { guardHeaders, notThere, sendError, sendFile, sendJson, sendLines, sendStream } from './answer.ts'
import { createCalls } from './calls.ts'
import { fontFiles, pageFiles } from './files.ts'
import { createGate, newToken } from './gate.ts'
import { createSockets } from './socket.ts'
import { uploadOf } from './uploads.ts'

export interface WebHostOptions {
  studio: StudioApi
  home: string
  /** 0 or left out: any free one. */
  port?: number
  /** Left out: a new one for every start. */
  token?: string
  /** Folder of the built renderer. */
  page?: string
}

export interface WebHost {
  /** Address of the page; with the token it lets a browser in. */
  readonly url: string
  readonly token: string
  readonly port: number
  close(): Promise<void>
}

/** A call holds a document at most, or a step that puts one table in place of another: both are in it. */
export const MAX_MESSAGE = 64 << 20

/** The studio over HTTP and WebSocket, for this machine only. */
export async function openWebHost({
  studio,
  home,
  port = 0,
  token = newToken(),
  page,
}: WebHostOptions): Promise<WebHost> {
  const server = createServer()
  const listening = await listen(server, port)
  const gate = createGate({ token, port: listening })
  const pages = pageFiles(page ?? fileURLToPath(programFile('out/renderer')))
  const fonts = fontFiles()
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE, perMessageDeflate: false })
  const connect = createSockets(createCalls(studio, home), ({ handles }) => {
    for (const handle of handles) studio.projects.orphan(handle)
  })

  server.on('request', (request, response) => {
    for (const [name, value] of Object.entries(guardHeaders(`127.0.0.1:${listening}`, `localhost:${listening}`)))
      if (value !== undefined) response.setHeader(name, value)
    answer(request, response).catch((thrown) => {
      // What is left of an upload is not read: the connection ends with the answer.
      if (!request.complete) response.setHeader('connection', 'close')
      sendError(response, thrown)
    })
  })

  server.on('upgrade', (request, socket, head) => {
    const refusal = gate.refuse(request)
    if (refusal || urlOf(request)?.pathname !== '/rpc') return refuseSocket(socket, refusal?.status ?? 404)
    sockets.handleUpgrade(request, socket, head, connect)
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = urlOf(request)
    if (!url) throw notThere('this address')
    if (gate.opens(request, url)) {
      response.writeHead(303, { location: '/', 'set-cookie': gate.cookie, 'cache-control': 'no-store' }).end()
      return
    }
    const refusal = gate.refuse(request)
    if (refusal) return sendError(response, new StudioError({ code: 'usage', message: refusal.why }), refusal.status)
    switch (request.method) {
      case 'GET':
      case 'HEAD':
        return show(request, response, url)
      case 'POST':
        return take(request, response, url)
      default:
        response.setHeader('allow', 'GET, HEAD, POST')
        return sendError(response, new StudioError({ code: 'usage', message: 'only GET and POST are known here' }), 405)
    }
  }

  /** Nothing here changes anything. */
  async function show(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const { pathname } = url
    const [, room, id = '', part = ''] = pathname.split('/')
    switch (room) {
      case 'artifacts': {
        const [sha256, exact] = [sha256Of(id), exactOf(url)]
        const { whole, ...file } = exact
          ? await studio.pictures.exact(sha256, exact)
          : await studio.pictures.level(sha256, sideOf(url))
        // Whoever asked for a part of it computes the exact size from the whole.
        if (whole) response.setHeader('x-picture-size', `${whole.width}x${whole.height}`)
        return sendFile(request, response, { ...file, immutable: true })
      }
      case 'previews': {
        const preview = studio.pictures.preview(id, Number(part))
        // A job that has just ended is no error: a browser would write one down for every picture that is stopped.
        if (!preview) return void response.writeHead(204).end()
        response.writeHead(200, {
          'content-type': 'application/octet-stream',
          'cache-control': 'no-store',
          'x-picture-size': `${preview.width}x${preview.height}`,
        })
        response.end(preview.pixels)
        return
      }
      case 'exports': {
        const { path, name } = studio.exports.file(id)
        return sendFile(request, response, { path, type: 'application/octet-stream', saveAs: name })
      }
      case 'batches':
        return showBatch(request, response, url)
      case 'fonts.css':
        response.writeHead(200, { 'content-type': 'text/css; charset=utf-8', 'cache-control': 'no-cache' })
        response.end(fonts.css())
        return
      case 'fonts': {
        const file = fonts.find(pathname)
        if (!file) throw notThere(pathname)
        return sendFile(request, response, { ...file, immutable: true })
      }
      default: {
        const file = pages.find(pathname)
        if (!file) throw notThere(pathname)
        return sendFile(request, response, { ...file, immutable: pathname.startsWith('/assets/') })
      }
    }
  }

  /** `/batches/{id}/archive`, and `/batches/{id}/files/{index}`: the file, or with a side a small picture of it. */
  async function showBatch(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const [, , id = '', what, index] = url.pathname.split('/')
    const number = /^\d{1,6}$/.test(index ?? '') ? Number(index) : undefined
    if (what === 'archive') {
      const { name, files } = await studio.batches.contents(id)
      return sendStream(request, response, zipOf(files), { type: 'application/zip', saveAs: `${name}.zip` })
    }
    if (what !== 'files' || number === undefined) throw notThere(url.pathname)
    const side = sideOf(url)
    // A file that is made again is another one: whoever names its sha256 may keep it.
    const immutable = url.searchParams.has('sha256')
    if (side !== undefined)
      return sendFile(request, response, { ...(await studio.batches.picture(id, number, side)), immutable })
    const { path, name } = await studio.batches.file(id, number)
    return sendFile(request, response, { path, type: 'application/octet-stream', saveAs: name })
  }

  /**
   * A folder for a batch of a command: the page has a cookie and never sees the token, so who knows the token has read
   * the lock file, which is this user's alone, and may name a path as the user may.
   */
  function placeOf(request: IncomingMessage): string {
    const path = decodeURIComponent(String(request.headers['x-file-name'] ?? ''))
    if (!gate.isProgram(request) || !isAbsolute(path))
      throw new StudioError({ code: 'usage', message: 'only a command of this user may name a folder' })
    return studio.batches.registerPlace(path)
  }

  async function take(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    if (url.pathname === '/places') return sendJson(response, { id: placeOf(request) })
    const upload = url.pathname === '/tables' ? uploadOf(request, MOST_FILE_BYTES) : uploadOf(request)
    switch (url.pathname) {
      case '/pictures': {
        const width = widthOf(url)
        const options = width === undefined ? {} : { width }
        return sendJson(response, await studio.receive(upload, (path) => studio.pictures.bring(path, options)))
      }
      case '/remakes': {
        const device = url.searchParams.get('device')?.slice(0, 40)
        return sendLines(response, (onEvent, signal) =>
          studio.receive(upload, (path) => studio.remake(path, { onEvent, signal, ...(device ? { device } : {}) })),
        )
      }
      case '/documents':
        return sendJson(response, await studio.receive(upload, (path) => studio.documents.read(path)))
      case '/dielines':
        return sendJson(response, await studio.receive(upload, (path) => studio.pictures.dieline(path)))
      case '/tables':
        return sendJson(response, await studio.receive(upload, (path) => studio.tables.read(path)))
      case '/projects': {
        const name = basename(upload.name, extname(upload.name))
        return sendJson(response, { id: await studio.receive(upload, (path) => studio.projects.bring(path, name)) })
      }
      default:
        throw notThere(url.pathname)
    }
  }

  return {
    url: `http://127.0.0.1:${listening}/`,
    token,
    port: listening,
    async close() {
      for (const client of sockets.clients) client.terminate()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function listen(server: ReturnType<typeof createServer>, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? portTaken(port) : toStudioError(error)),
    )
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => resolve((server.address() as AddressInfo).port))
  })
}

function portTaken(port: number): StudioError {
  return new StudioError({
    code: 'usage',
    message: `port ${port} is taken`,
    where: { field: 'port' },
    remedy: 'Choose another one, or leave --port out.',
  })
}

function urlOf({ url }: IncomingMessage): URL | undefined {
  const whole = `http://127.0.0.1${url}`
  return url?.startsWith('/') && URL.canParse(whole) ? new URL(whole) : undefined
}

function refuseSocket(socket: Duplex, status: number): void {
  socket.on('error', () => {}) // it has gone already
  socket.end(`HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`)
}

function sha256Of(text: string): string {
  if (/^[0-9a-f]{64}$/.test(text)) return text
  throw new StudioError({ code: 'usage', message: 'expected a sha256', where: { field: 'sha256' } })
}

function sideOf(url: URL): PyramidSide | undefined {
  const given = url.searchParams.get('side')
  if (given === null) return undefined
  const side = PYRAMID_SIDES.find((one) => String(one) === given)
  if (side !== undefined) return side
  throw new StudioError({
    code: 'usage',
    message: `there are sides of ${PYRAMID_SIDES.join(', ')} px`,
    where: { field: 'side' },
  })
}

function exactOf(url: URL): ExactSize | undefined {
  const [width, height] = ['width', 'height'].map((key) => url.searchParams.get(key))
  if (width == null && height == null) return undefined
  const size = { width: Number(width), height: Number(height) }
  const sides = Object.values(size)
  if (
    sides.every((side) => Number.isInteger(side) && side >= 1 && side <= 65_500) &&
    size.width * size.height <= MAX_DRAWN
  )
    return size
  throw new StudioError({
    code: 'usage',
    message: `expected a width and a height, together at most ${MAX_DRAWN / 1e6} megapixels`,
    where: { field: 'width' },
  })
}

function widthOf(url: URL): number | undefined {
  const given = url.searchParams.get('width')
  if (given === null) return undefined
  const width = Number(given)
  if (Number.isInteger(width) && width >= 1 && width <= 8192) return width
  throw new StudioError({ code: 'usage', message: 'expected a width from 1 to 8192 px', where: { field: 'width' } })
}
