import { expect, type Locator } from '@playwright/test'
import type { StudioPage } from './studio-page.ts'

export interface Box {
  x: number
  y: number
  width: number
  height: number
}

/** What is selected, on the right. */
export class Inspector {
  readonly #studio: StudioPage

  constructor(studio: StudioPage) {
    this.#studio = studio
  }

  get root(): Locator {
    return this.#studio.page.getByRole('complementary', { name: 'Inspect' })
  }

  button(name: string): Locator {
    return this.root.getByRole('button', { name, exact: true })
  }

  /** A line of the recipe. */
  fact(name: string): Locator {
    return this.root.locator('dt', { hasText: new RegExp(`^${name}$`) }).locator('xpath=following-sibling::dd[1]')
  }

  /** Lengths in px, as they count on the artboard. */
  async inPixels(): Promise<void> {
    const unit = (name = '') => this.root.getByRole('button', { name: `Unit: ${name}` })
    while (!(await unit('px').isVisible())) {
      const now = (await unit().getAttribute('aria-label'))!
      await unit().click()
      await expect(unit()).not.toHaveAttribute('aria-label', now)
    }
  }

  async box(): Promise<Box> {
    const value = async (name: string) =>
      Number(await this.root.getByRole('textbox', { name, exact: true }).first().inputValue())
    return { x: await value('Left'), y: await value('Top'), width: await value('Width'), height: await value('Height') }
  }
}
