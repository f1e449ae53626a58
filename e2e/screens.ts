import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Page } from '@playwright/test'
import sharp from 'sharp'
import { expect } from './test.ts'

/** The screens of docs/screens, written when SCREENS=1: otherwise it is enough that a person can get there. */

const FOLDER = fileURLToPath(new URL('../docs/screens/', import.meta.url))
const MOST_BYTES = 150_000

export async function screen(page: Page, name: string): Promise<void> {
  if (process.env.SCREENS !== '1') return
  await mkdir(FOLDER, { recursive: true })
  await page.mouse.move(0, 0)
  // Pictures that are still on their way would be holes.
  await page.waitForFunction(() => [...document.images].every(({ complete }) => complete))
  const png = await page.screenshot({ animations: 'disabled', caret: 'hide' })
  const { size } = await sharp(png).webp({ quality: 88, effort: 6 }).toFile(`${FOLDER}${name}.webp`)
  expect(size).toBeLessThanOrEqual(MOST_BYTES)
}
