import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { uploadOf } from './uploads.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'broadside-upload-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A request whose body comes in parts; how long it is, it may say or not. */
function request(parts: (Buffer | Error)[], headers: Record<string, string> = {}): IncomingMessage {
  const body = Readable.from(
    (function* () {
      for (const part of parts) {
        if (part instanceof Error) throw part
        yield part
      }
    })(),
  )
  return Object.assign(body, { headers }) as unknown as IncomingMessage
}

const kilobyte = Buffer.alloc(1024, 7)

test('the parts are on the disk as they came', async () => {
  const path = join(folder, 'upload')
  const upload = uploadOf(request([kilobyte, Buffer.from('end')], { 'x-file-name': '%E7%8B%90%E7%8B%B8.png' }))
  expect(upload.name).toBe('狐狸.png')
  await upload.writeTo(path)
  expect(readFileSync(path).equals(Buffer.concat([kilobyte, Buffer.from('end')]))).toBe(true)
})

test('one that goes on past the limit is cut off there, whatever it announced', async () => {
  const body = request([kilobyte, kilobyte, kilobyte], { 'content-length': '5', 'x-file-name': 'huge.png' })
  await expect(uploadOf(body, 2000).writeTo(join(folder, 'upload'))).rejects.toMatchObject({
    code: 'invalid-file',
    where: { file: 'huge.png' },
    remedy: expect.any(String),
  })
})

test('one that announces too much is refused before anything is written', async () => {
  const body = request([kilobyte], { 'content-length': '2001' })
  await expect(uploadOf(body, 2000).writeTo(join(folder, 'upload'))).rejects.toMatchObject({ code: 'invalid-file' })
  expect(existsSync(join(folder, 'upload'))).toBe(false)
})

test('a full disk is told as that, with the user’s name of the file', async () => {
  const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
  const upload = uploadOf(request([kilobyte, full], { 'x-file-name': 'a.png' }))
  await expect(upload.writeTo(join(folder, 'upload'))).rejects.toMatchObject({
    code: 'no-space',
    where: { file: 'a.png' },
  })
})

test('a sender that goes away is no failure of ours', async () => {
  const gone = Object.assign(new Error('aborted'), { code: 'ECONNRESET' })
  await expect(uploadOf(request([kilobyte, gone])).writeTo(join(folder, 'upload'))).rejects.toMatchObject({
    code: 'cancelled',
  })
})

test('a name that is not encoded is told', () => {
  expect(() => uploadOf(request([], { 'x-file-name': '%E7%' }))).toThrow(
    expect.objectContaining({ code: 'usage', where: { field: 'x-file-name' } }),
  )
})
