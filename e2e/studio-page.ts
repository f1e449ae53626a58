import { expect, type Locator, type Page } from '@playwright/test'

/** The studio as a person uses it. Specs read as what that person does. */
export class StudioPage {
  readonly page: Page
  readonly complaints: string[]

  constructor(page: Page, complaints: string[]) {
    this.page = page
    this.complaints = complaints
  }

  get canvas(): Locator {
    return this.page.getByTestId('canvas')
  }

  get prompt(): Locator {
    return this.page.getByRole('textbox', { name: 'Prompt', exact: true })
  }

  get notices(): Locator {
    return this.page.getByRole('alert')
  }

  /** Rows of the layers panel, top-most first. */
  get layers(): Locator {
    return this.page.getByRole('tree').getByRole('treeitem')
  }

  async newProject(name: string, size = 'Poster 3:4'): Promise<void> {
    await this.page.getByLabel('Name', { exact: true }).fill(name)
    await this.page.getByRole('combobox', { name: 'Size' }).selectOption({ label: size })
    await this.page.getByRole('button', { name: 'New project' }).click()
    await expect(this.canvas).toBeVisible()
  }

  async openRecent(name: string): Promise<void> {
    await this.page.getByRole('button', { name }).click()
    await expect(this.canvas).toBeVisible()
  }

  async press(keys: string): Promise<void> {
    await this.page.keyboard.press(keys)
  }

  /** Until the edits are in the journal. */
  async kept(): Promise<void> {
    await expect(this.page.getByTestId('save-state')).not.toHaveText(/keeping/)
  }

  async save(): Promise<void> {
    await this.press('Control+s')
    await expect(this.page.getByTestId('save-state')).toHaveText(/^saved/)
  }

  /** Forget complaints about a connection that a spec cut on purpose. */
  forgiveLostConnection(): void {
    const rest = this.complaints.filter((line) => !/WebSocket|ERR_CONNECTION|Failed to load resource/.test(line))
    this.complaints.splice(0, this.complaints.length, ...rest)
  }
}
