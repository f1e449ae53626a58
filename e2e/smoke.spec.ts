import { expect, test } from './test.ts'

test('a new project opens on a canvas', async ({ studio, page }) => {
  await studio.newProject('Smoke')
  await expect(page.getByText('Smoke', { exact: true })).toBeVisible()
})
