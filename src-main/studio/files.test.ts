import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sha256Hex } from '#shared/canonical.ts'
import { copyUnderFreeName, copyWhole, publish, sweepTemporaries, temporaryBeside, writeWhole } from './files.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'broadside-files-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})
const at = (name: string) => join(folder, name)
const isRoot = process.getuid?.() === 0

describe('writing a file', () => {
  test('gives it the whole content and leaves nothing else', async () => {
    await writeWhole(at('a.txt'), 'one')
    await writeWhole(at('a.txt'), 'two')
    expect(readFileSync(at('a.txt'), 'utf8')).toBe('two')
    expect(readdirSync(folder)).toEqual(['a.txt'])
  })

  test('refuses a taken name when told not to replace', async () => {
    await writeWhole(at('a.txt'), 'one')
    await expect(writeWhole(at('a.txt'), 'two', { replace: false })).rejects.toThrow()
    expect(readFileSync(at('a.txt'), 'utf8')).toBe('one')
    expect(readdirSync(folder)).toEqual(['a.txt'])
  })

  test('names the folder that does not exist', async () => {
    await expect(writeWhole(at('no/a.txt'), 'x')).rejects.toMatchObject({
      code: 'not-found',
      where: { file: at('no/a.txt') },
    })
  })

  test.skipIf(isRoot)('says that a folder may not be written', async () => {
    mkdirSync(at('shut'))
    chmodSync(at('shut'), 0o500)
    await expect(writeWhole(at('shut/a.txt'), 'x')).rejects.toMatchObject({ code: 'not-writable' })
  })

  test('says that a part of the path is a file', async () => {
    writeFileSync(at('file'), '')
    await expect(writeWhole(at('file/a.txt'), 'x')).rejects.toMatchObject({ code: 'not-writable' })
  })
})

describe('a full disk', () => {
  const disk = () => at('disk')
  const mounted = () => {
    mkdirSync(disk())
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk()], { stdio: 'ignore' })
      return true
    } catch {
      return false
    }
  }

  test('is told as no-space, leaves no half file and the old content as it was', async (context) => {
    if (!mounted()) context.skip('needs the right to mount a small file system')
    try {
      await writeWhole(join(disk(), 'a.bin'), 'old')
      await expect(writeWhole(join(disk(), 'a.bin'), new Uint8Array(200_000))).rejects.toMatchObject({
        code: 'no-space',
        where: { file: join(disk(), 'a.bin') },
      })
      writeFileSync(at('big.bin'), new Uint8Array(200_000))
      await expect(copyWhole(at('big.bin'), join(disk(), 'b.bin'))).rejects.toMatchObject({ code: 'no-space' })
      expect(readdirSync(disk())).toEqual(['a.bin'])
      expect(readFileSync(join(disk(), 'a.bin'), 'utf8')).toBe('old')
    } finally {
      execFileSync('umount', [disk()])
    }
  })
})

describe('free names', () => {
  const put = (content: string) => {
    writeFileSync(at('source'), content)
    return copyUnderFreeName(at('source'), sha256Hex(content), at('fox-7.png'))
  }

  test('the same bytes are not written twice, other bytes get the next number', async () => {
    expect(await put('one')).toBe(at('fox-7.png'))
    expect(await put('one')).toBe(at('fox-7.png'))
    expect(await put('two')).toBe(at('fox-7-2.png'))
    expect(await put('three')).toBe(at('fox-7-3.png'))
    expect(await put('two')).toBe(at('fox-7-2.png'))
    expect(readFileSync(at('fox-7.png'), 'utf8')).toBe('one')
  })
})

describe('leftovers', () => {
  test('of processes that are gone are removed; of living ones and foreign files stay', async () => {
    const mine = temporaryBeside(at('x'))
    writeFileSync(mine, '')
    writeFileSync(at('.broadside-999999999-ab12.tmp'), '')
    writeFileSync(at('keep.tmp'), '')
    await sweepTemporaries(folder)
    expect(readdirSync(folder).map(at).sort()).toEqual([mine, at('keep.tmp')].sort())
  })

  test('a folder gets its name with everything in it', async () => {
    const temporary = temporaryBeside(at('package'))
    mkdirSync(join(temporary, 'inner'), { recursive: true })
    writeFileSync(join(temporary, 'inner', 'a'), 'x')
    await publish(temporary, at('package'))
    expect(readdirSync(folder)).toEqual(['package'])
    expect(readFileSync(at('package/inner/a'), 'utf8')).toBe('x')
  })
})
