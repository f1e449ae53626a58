import { expect, type Locator, type Page } from '@playwright/test'
import { chooseFile } from './files.ts'

/** The dock where one layout becomes many files: table, plan and run. */
export class BatchDock {
  readonly #page: Page

  constructor(page: Page) {
    this.#page = page
  }

  get root(): Locator {
    return this.#page.getByTestId('batch-dock')
  }

  async open(tab: 'Table' | 'Plan' | 'Run'): Promise<void> {
    if (!(await this.root.isVisible())) await this.#page.getByRole('button', { name: 'Batch…' }).click()
    await this.root.getByRole('tab', { name: tab }).click()
  }

  /** Rows of a file on the disk become the document's table. */
  async bringTable(path: string): Promise<void> {
    await this.open('Table')
    await chooseFile(this.#page, path, () => this.root.getByRole('button', { name: 'Import…' }).click())
    await expect(this.root.getByTestId('empty-table')).toBeHidden()
  }

  /** A plan of its own axes; the files that it comes to are in `files`. */
  async makePlan(): Promise<void> {
    await this.open('Plan')
    await this.root.getByRole('button', { name: 'Make a plan' }).click()
  }

  get files(): Locator {
    return this.root.getByTestId('files')
  }

  /** A picture made for every row. */
  async addPicture(prompt: string): Promise<void> {
    await this.root.getByRole('button', { name: 'Add an alternative' }).click()
    await this.fill('Prompt', prompt)
  }

  /** One of the sizes that people know by name. */
  async addSize(name: string): Promise<void> {
    await this.root.getByRole('button', { name: 'Add a size' }).click()
    const form = this.#page.getByRole('form', { name: 'Add a size' })
    await form.getByLabel('Size', { exact: true }).selectOption({ label: name })
    await form.getByRole('button', { name: 'Add a size' }).click()
  }

  async addVariant(number: number, variable: string, text: string): Promise<void> {
    await this.root.getByRole('button', { name: 'Add a variant' }).click()
    await this.fill(`Variant ${number}: ${variable}`, text)
  }

  async fill(label: string, value: string): Promise<void> {
    const field = this.root.getByLabel(label, { exact: true })
    await field.fill(value)
    await field.press('Tab')
  }

  async start(): Promise<void> {
    await this.root.getByRole('button', { name: /^Make [\d,]+ files?$/ }).click()
    await expect(this.progress).toBeVisible()
  }

  get progress(): Locator {
    return this.root.getByTestId('batch-progress')
  }

  async state(state: string, timeout = 60_000): Promise<void> {
    await expect(this.progress).toHaveAttribute('data-state', state, { timeout })
  }

  /** Tiles in sight; a long grid draws no others. */
  get cells(): Locator {
    return this.root.getByTestId('cell')
  }

  cell(index: number): Locator {
    return this.root.locator(`[data-testid=cell][data-index="${index}"]`)
  }
}
