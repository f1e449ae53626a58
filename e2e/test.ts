import { test as base, expect, type Page } from '@playwright/test'
import { type Service, startService } from './service.ts'
import { StudioPage } from './studio-page.ts'

interface Fixtures {
  service: Service
  studio: StudioPage
  /** Lines of the page's console that say something is wrong; a spec ends with none. */
  complaints: string[]
}

/** A service and a page with nothing in them. What the page complains about fails the spec. */
export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads which fixtures are needed from the pattern
  service: async ({}, use) => {
    const service = await startService()
    await use(service)
    await service.stop()
  },
  complaints: async ({ page }, use) => {
    const complaints: string[] = []
    listen(page, complaints)
    await use(complaints)
    expect(complaints).toEqual([])
  },
  studio: async ({ page, service, complaints }, use) => {
    const studio = new StudioPage(page, complaints)
    await page.goto(service.url)
    await use(studio)
  },
})

function listen(page: Page, complaints: string[]): void {
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    // A service that is killed on purpose makes the browser complain about the socket; specs that do it say so.
    if (message.type() === 'error') complaints.push(message.text())
  })
}

export { expect }
