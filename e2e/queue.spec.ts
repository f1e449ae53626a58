import { expect, test } from './test.ts'

/** The line of jobs, and what to do with what came out of it. */

test.beforeEach(async ({ studio }) => {
  await studio.newProject('Queue', 'Square post')
  await studio.prompt.fill('a fox, flat, orange')
})

test('stopped half way, put in another order, tried again, cleared', async ({ studio, page }) => {
  const { create } = studio
  await create.variations(4)
  await create.setField('Seed', 500)
  // So long that there is time to do something else meanwhile.
  await create.root.getByText('Advanced').click()
  await create.setField('Steps', 50)
  await studio.press('Control+Enter')
  await expect(create.progress).toBeVisible()
  const running = page.locator('[data-testid=job-tile][data-state=running]')
  await expect(running).toContainText(/step \d+\/\d+/)
  // Nothing turns without a number.
  await expect(create.progress.getByRole('progressbar')).toHaveAttribute('aria-label', /Generating 1 of 4/)

  // Seeds say which is which: the last one is to be next.
  const waiting = page.locator('[data-testid=job-tile][data-state=queued]')
  const queue = await create.openQueue()
  const grips = queue.getByRole('button', { name: /^Drag to reorder/ })
  await expect(grips).toHaveCount(3)
  await grips.last().focus()
  await studio.press('Alt+ArrowUp')
  await studio.press('Alt+ArrowUp')
  await studio.press('Escape')
  await expect(waiting).toHaveText([/503/, /501/, /502/])

  await studio.press('Control+.')
  await expect(create.progress).toBeHidden()
  await expect(page.getByTestId('job-tile')).toHaveCount(0)
  await expect(studio.pictures).toHaveCount(0)

  await create.openQueue()
  const cancelled = queue.getByRole('button', { name: 'Try again' })
  await expect(cancelled).toHaveCount(4)
  await cancelled.first().click()
  await studio.made(1)
  await queue.getByRole('button', { name: 'Clear finished' }).click()
  await expect(queue).toHaveText('Nothing is being made.')
  // A cleared list is not a cleared desk.
  await expect(studio.results).toHaveCount(1)
})

test('results are starred, compared two and two, placed and discarded', async ({ studio, page }) => {
  const { create } = studio
  await create.variations(2)
  await create.setField('Seed', 40)
  await create.root.getByRole('radio', { name: 'Results only' }).click()
  await studio.press('Control+Enter')
  await studio.made(2)
  await expect(studio.pictures).toHaveCount(0)

  await studio.results.first().hover()
  await create.root.getByRole('button', { name: 'Star', exact: true }).first().click()
  await expect(create.root.getByRole('button', { name: 'Remove star' })).toHaveCount(1)

  await studio.results.first().click()
  await studio.results.last().click({ modifiers: ['Control'] })
  await create.root.getByRole('button', { name: 'Compare', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Compare' })
  // The same wish: only the seed tells them apart.
  await expect(dialog.getByRole('row')).toHaveText([/Seed\s*40\s*41/])
  await dialog.getByRole('slider').fill('25')
  await dialog.getByRole('button', { name: 'Place the right one' }).click()
  await expect(studio.pictures).toHaveCount(1)
  await expect(studio.inspector.fact('Seed')).toHaveText('41')

  await create.choose(1, 'Discard')
  await expect(studio.results).toHaveCount(1)
  // The document keeps what it uses.
  await expect(studio.pictures).toHaveCount(1)
  await page.getByRole('tab', { name: 'Library' }).click()
  await page.getByRole('radio', { name: 'Starred' }).click()
  await expect(page.getByTestId('library').getByTestId('result')).toHaveCount(1)
})
