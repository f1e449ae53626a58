import { expect, test } from './test.ts'

test('prompt → layer → headline → saved → service killed → everything there → exported', async ({
  studio,
  page,
  service,
}) => {
  await studio.newProject('First poster')
  await studio.prompt.fill('a fox on a teal sunburst, paper cut')
  await expect(page.getByTestId('reading')).toContainText('fox')
  await page.getByLabel('Variations').fill('2')
  await studio.press('Control+Enter')
  await expect(page.getByTestId('progress')).toBeVisible()
  await studio.made(2)
  // The first becomes a layer; the others wait in the results to be compared.
  await expect(studio.pictures).toHaveCount(1)

  await studio.type('Peel the day', { x: 0.5, y: 0.15 })
  await expect(studio.layer('Peel the day')).toBeVisible()
  await studio.kept()
  await studio.save()
  const before = await studio.layerNames()

  await service.restart()
  await expect(page.getByTestId('save-state')).toHaveText(/saved/)
  await page.reload()
  await expect(studio.canvas).toBeVisible()
  expect(await studio.layerNames()).toEqual(before)
  studio.forgiveLostConnection()

  const download = page.waitForEvent('download')
  await studio.press('Control+e')
  expect((await download).suggestedFilename()).toMatch(/First poster.*\.png$/)
})
