import { readFile } from 'node:fs/promises'
import { expect, type Locator } from '@playwright/test'
import type { StudioPage } from './studio-page.ts'

/** The view where copy is written. */
export class CopyView {
  readonly #studio: StudioPage

  constructor(studio: StudioPage) {
    this.#studio = studio
  }

  get panel(): Locator {
    return this.#studio.page.getByTestId('copy-panel')
  }

  get board(): Locator {
    return this.#studio.page.getByTestId('copy-board')
  }

  get lines(): Locator {
    return this.#studio.page.getByTestId('copy-line')
  }

  get chosen(): Locator {
    return this.board.locator('[role=option][aria-selected=true]')
  }

  get side(): Locator {
    return this.#studio.page.getByTestId('copy-side')
  }

  /** By the key for it: the product's field then has the keyboard. */
  async open(): Promise<void> {
    await this.#studio.press('Control+Alt+c')
    await expect(this.field('product')).toBeFocused()
  }

  field(name: string): Locator {
    return this.panel.getByTestId(`copy-${name}`)
  }

  /** A chip of the brief: a tone, a channel, a language. */
  chip(group: string, name: string | RegExp): Locator {
    return this.panel.getByRole('group', { name: group, exact: true }).getByRole('button', { name })
  }

  /** Press a chip without the mouse. */
  async tick(group: string, name: string | RegExp): Promise<void> {
    const chip = this.chip(group, name)
    await chip.focus()
    await expect(chip).toBeFocused() // under a dialog that is still closing it cannot have the focus
    await this.#studio.press('Space')
  }

  group(channel: string, language: 'en' | 'zh'): Locator {
    return this.board.locator(`[data-channel=${channel}][data-language=${language}]`)
  }

  texts(within: Locator = this.board): Promise<string[]> {
    return within.getByTestId('copy-line').locator('.text').allTextContents()
  }

  /** Until everything that was asked for is written. */
  async written(): Promise<void> {
    await expect(this.panel.getByTestId('copy-write')).toBeVisible({ timeout: 90_000 })
  }

  /** What the export dialog saves when it is walked through with the keyboard. */
  async exported(format: 'Plain text' | 'Table (CSV)' | 'Markdown'): Promise<{ name: string; text: string }> {
    const { page } = this.#studio
    await this.#studio.press('Control+Shift+e')
    const dialog = page.getByRole('dialog', { name: 'Export copy' })
    await dialog.getByRole('radio', { name: 'Plain text' }).focus()
    const steps = { 'Plain text': 0, 'Table (CSV)': 1, Markdown: 2 }[format]
    for (let step = 0; step < steps; step++) await this.#studio.press('ArrowRight')
    const coming = page.waitForEvent('download')
    await dialog.getByRole('button', { name: 'Export' }).focus()
    await this.#studio.press('Enter')
    const download = await coming
    return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') }
  }
}
