import { expect, test } from './test.ts'

/** Words, seeds and models: from the panel to a layer on the artboard. */

test.beforeEach(async ({ studio }) => {
  await studio.newProject('Create', 'Square post')
  await studio.create.variations(1)
})

test('a prompt becomes a layer, in English and in Chinese; words that are not known are told', async ({
  studio,
  page,
}) => {
  const { create, prompt } = studio
  await prompt.fill('a fox on a teal sunburst, xylofoo')
  await expect(create.reading).toContainText('fox')
  const unknown = create.reading.getByRole('button', { name: 'xylofoo' })
  await expect(unknown).toHaveAttribute('title', /“xylofoo” is not known/)
  await unknown.click()
  await page.getByRole('menuitem', { name: /^Leave “xylofoo” out/ }).click()
  await expect(prompt).toHaveValue(/^a fox on a teal sunburst,?\s*$/)
  await expect(unknown).toBeHidden()

  await create.style('Flat').click()
  await expect(prompt).toHaveValue(/, flat$/)
  await expect(create.style('Flat')).toHaveAttribute('aria-pressed', 'true')
  await create.style('Flat').click()
  await expect(prompt).not.toHaveValue(/flat/)
  await expect(create.style('Flat')).toHaveAttribute('aria-pressed', 'false')

  await studio.press('Control+Enter')
  await studio.made(1)
  await expect(studio.layer(/^A fox on a teal sunburst/)).toBeVisible()

  await prompt.fill('一只狐狸，青色放射光芒')
  await expect(create.reading).toContainText('狐狸')
  await expect(create.reading).toContainText('青色')
  await expect(create.reading.getByRole('button')).toHaveCount(0)
  await create.button.click()
  await studio.made(2)
  await expect(studio.layer(/^一只狐狸/)).toBeVisible()
})

test('a seed that is kept makes the same picture again, and another one another', async ({ studio }) => {
  const { create } = studio
  await studio.prompt.fill('an orange on a yellow sunburst, flat')
  await create.setField('Seed', 1871)
  await expect(create.root.getByRole('button', { name: 'A new seed every time' })).toBeVisible()
  for (const count of [1, 2]) {
    await create.button.click()
    await studio.made(count)
  }
  const [again, first] = await create.sha256s()
  expect(again).toBe(first)

  await create.root.getByRole('button', { name: 'A new seed every time' }).click()
  await create.button.click()
  await studio.made(3)
  expect((await create.sha256s())[0]).not.toBe(first)
})

test('the pattern model and the mood model each make a layer', async ({ studio }) => {
  const { create } = studio
  await create.model(/pattern/i)
  await create.root.getByRole('group', { name: 'Pattern' }).getByRole('button', { name: 'Terrazzo' }).click()
  await expect(studio.prompt).toHaveValue('terrazzo')
  await create.button.click()
  await studio.made(1)
  await expect(studio.layer('Terrazzo')).toBeVisible()

  await create.model(/mood/i)
  await expect(studio.prompt).toBeHidden()
  await create.field('Do').selectOption('Make from noise')
  await create.button.click()
  await studio.made(2)
  await expect(studio.layer(/^mood-vae \d+/)).toBeVisible()
})
