import { expect, type Locator, type Page } from '@playwright/test'
import { chooseFile } from './files.ts'
import type { StudioPage } from './studio-page.ts'

/** The table under the canvas. Rows and columns count from 1, as people say it. */
export class TablePage {
  readonly studio: StudioPage
  readonly page: Page

  constructor(studio: StudioPage) {
    this.studio = studio
    this.page = studio.page
  }

  get grid(): Locator {
    return this.page.getByRole('grid', { name: 'Table' })
  }

  get empty(): Locator {
    return this.page.getByTestId('empty-table')
  }

  get headers(): Locator {
    return this.grid.locator('[role=columnheader]:not([aria-colindex="1"])')
  }

  get dock(): Locator {
    return this.page.getByTestId('batch-dock')
  }

  async open(): Promise<void> {
    await this.studio.canvas.focus()
    // It may be open from before a reload.
    if (!(await this.dock.isVisible())) await this.studio.press('Control+b')
    await expect(this.dock).toBeVisible()
  }

  cell(row: number, column: number): Locator {
    return this.grid.locator(`[role=row][aria-rowindex="${row + 1}"] [role=gridcell][aria-colindex="${column + 1}"]`)
  }

  row(row: number): Locator {
    return this.grid.locator(`[role=row][aria-rowindex="${row + 1}"] [role=gridcell]`)
  }

  /** What the cells of a row say. */
  async texts(row: number): Promise<string[]> {
    return (await this.row(row).allInnerTexts()).map((text) => text.trim())
  }

  async count(rows: number): Promise<void> {
    await expect(this.grid).toHaveAttribute('aria-rowcount', String(rows + 1))
  }

  async import(path: string): Promise<void> {
    await chooseFile(this.page, path, () => this.dock.getByRole('button', { name: 'Import…' }).click())
  }

  /** With the keys, on the cell that is chosen. */
  async type(text: string): Promise<void> {
    await this.studio.press('Enter')
    await this.page.getByRole('textbox', { name: 'Edit cell' }).fill(text)
    await this.studio.press('Enter')
  }

  /** What another program put on the clipboard. */
  async pasteText(text: string): Promise<void> {
    await this.page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await this.page.evaluate((value) => navigator.clipboard.writeText(value), text)
    await this.studio.press('Control+v')
  }

  async copied(): Promise<string> {
    await this.page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await this.studio.press('Control+c')
    return this.page.evaluate(() => navigator.clipboard.readText())
  }
}
