import { expect, type Locator } from '@playwright/test'
import type { StudioPage } from './studio-page.ts'

/** The panel where pictures are made, and the line of jobs behind the status bar. */
export class CreatePanel {
  readonly #studio: StudioPage

  constructor(studio: StudioPage) {
    this.#studio = studio
  }

  get root(): Locator {
    return this.#studio.page.getByTestId('create-panel')
  }

  /** What the model makes of the prompt. */
  get reading(): Locator {
    return this.root.getByTestId('reading')
  }

  get progress(): Locator {
    return this.root.getByTestId('progress')
  }

  get button(): Locator {
    return this.root.getByTestId('generate')
  }

  style(name: string): Locator {
    return this.root.getByRole('group', { name: 'Style' }).getByRole('button', { name })
  }

  field(name: string): Locator {
    return this.root.getByLabel(name, { exact: true })
  }

  async setField(name: string, value: string | number): Promise<void> {
    await this.field(name).fill(String(value))
    await this.field(name).press('Tab')
  }

  async variations(count: number): Promise<void> {
    await this.setField('Variations', count)
  }

  async model(name: RegExp): Promise<void> {
    await this.root.getByTestId('model').click()
    await this.#studio.page.getByRole('menuitem', { name }).click()
  }

  /** A menu of the n-th result. */
  async choose(result: number, action: string): Promise<void> {
    const tile = this.#studio.results.nth(result)
    await tile.hover()
    const label = (await tile.getAttribute('aria-label'))!
    await tile.locator('xpath=..').getByRole('button', { name: label, exact: true }).last().click()
    await this.#studio.page.getByRole('menuitem', { name: action }).click()
  }

  async sha256s(): Promise<string[]> {
    return this.#studio.results.evaluateAll((tiles) => tiles.map((tile) => tile.getAttribute('data-sha256') ?? ''))
  }

  /** Until nothing of this panel is being made any more. */
  async idle(): Promise<void> {
    await expect(this.button).toBeVisible({ timeout: 30_000 })
  }

  /** The line of jobs. */
  async openQueue(): Promise<Locator> {
    await this.#studio.page.getByRole('button', { name: 'Queue' }).click()
    const queue = this.#studio.page.getByTestId('queue')
    await expect(queue).toBeVisible()
    return queue
  }
}
