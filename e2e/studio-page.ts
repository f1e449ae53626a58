import { type Download, expect, type Locator, type Page } from '@playwright/test'
import { CreatePanel } from './create-panel.ts'
import { Inspector } from './inspector.ts'

/** Fractions of the canvas. */
export interface Place {
  x: number
  y: number
}

/** The studio as a person uses it. Specs read as what that person does. */
export class StudioPage {
  readonly page: Page
  readonly complaints: string[]
  readonly create: CreatePanel = new CreatePanel(this)
  readonly inspector: Inspector = new Inspector(this)

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

  /** Of the layers panel; the canvas has another one, for those who do not see it. */
  get tree(): Locator {
    return this.page.getByRole('complementary', { name: 'Inspect' }).getByRole('tree')
  }

  /** Rows of the layers panel, top-most first; artboards are rows too. */
  get rows(): Locator {
    return this.tree.getByRole('treeitem')
  }

  /** Rows of image layers. */
  get pictures(): Locator {
    return this.tree.locator('[role=treeitem][data-kind=image]')
  }

  get results(): Locator {
    return this.page.getByTestId('result')
  }

  /** So many pictures have been made. Their time is the model's, not the page's. */
  async made(count: number): Promise<void> {
    await expect(this.results).toHaveCount(count, { timeout: 20_000 + 15_000 * count })
  }

  layer(name: string | RegExp): Locator {
    return this.tree.getByRole('treeitem', { name })
  }

  layerNames(): Promise<string[]> {
    return this.rows.evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label') ?? ''))
  }

  /** Click on the canvas at fractions of it. */
  async clickAt({ x, y }: Place): Promise<void> {
    const box = (await this.canvas.boundingBox())!
    await this.page.mouse.click(box.x + x * box.width, box.y + y * box.height)
  }

  async drag(from: Place, to: Place): Promise<void> {
    const box = (await this.canvas.boundingBox())!
    const { mouse } = this.page
    await mouse.move(box.x + from.x * box.width, box.y + from.y * box.height)
    await mouse.down()
    for (let step = 1; step <= 8; step++) {
      const part = step / 8
      const x = from.x + (to.x - from.x) * part
      const y = from.y + (to.y - from.y) * part
      await mouse.move(box.x + x * box.width, box.y + y * box.height)
    }
    await mouse.up()
  }

  /** A text layer with the text tool. */
  async type(text: string, at: Place): Promise<void> {
    await this.canvas.focus()
    await this.press('t')
    await this.clickAt(at)
    await this.page.keyboard.type(text)
    await this.press('Escape')
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

  /** An action of the main menu. */
  async choose(menu: string, action: string): Promise<void> {
    await this.page.getByRole('button', { name: 'Menu', exact: true }).click()
    await this.page.getByRole('menuitem', { name: menu }).click()
    await this.page.getByRole('menuitem', { name: action }).click()
  }

  /** A rectangle with the shape tool; what the inspector then says is where this drag goes, px of the artboard. */
  async drawRectangle(from: Place, to: Place): Promise<void> {
    await this.canvas.focus()
    await this.press('r')
    await this.drag(from, to)
    await expect(this.layer('Rectangle').first()).toBeVisible()
  }

  /** The artboard as the file that the key for it gives. */
  async exported(): Promise<Download> {
    const download = this.page.waitForEvent('download')
    await this.press('Control+e')
    return download
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
