import sharp from 'sharp'
import { chooseFile, onDesktop } from './files.ts'
import { differing, pixelsOf } from './pictures.ts'
import type { Place } from './studio-page.ts'
import { expect, test } from './test.ts'

/** Pictures that begin with a place or with a picture: frames, image to image, repainting, enlarging. */

test('a picture fills the frame that was drawn for it, and is extended beyond it', async ({ studio, page }) => {
  const { create, inspector } = studio
  await studio.newProject('Frame', 'Square post')
  await create.variations(1)
  await inspector.inPixels()
  const [from, to]: [Place, Place] = [
    { x: 0.37, y: 0.31 },
    { x: 0.52, y: 0.63 },
  ]
  await studio.drawRectangle(from, to)
  const frame = await inspector.box()
  await studio.press('Control+z')
  await expect(studio.rows).toHaveCount(1)

  await studio.press('f')
  await studio.drag(from, to)
  await expect(create.root.getByRole('radio', { name: 'Frame' })).toBeChecked()
  await studio.prompt.fill('a pear, flat, green')
  await studio.press('Control+Enter')
  await studio.made(1)
  await expect(studio.layer(/^A pear/)).toHaveAttribute('aria-selected', 'true')
  expect(await inspector.box()).toEqual(frame)
  // The frame has done its work.
  await expect(create.root.getByRole('radio', { name: 'New layer' })).toBeChecked()

  const before = await pixelsOf(await studio.exported())
  await studio.choose('Image', 'Outpaint')
  const dialog = page.getByRole('dialog', { name: 'Extend the picture' })
  await dialog.getByRole('textbox', { name: 'Right' }).fill('120')
  await studio.press('Tab')
  await dialog.getByRole('button', { name: 'Extend' }).click()
  await studio.made(2)
  await expect(studio.pictures).toHaveCount(2)
  expect(await inspector.box()).toEqual({ ...frame, width: frame.width + 120 })
  const after = await pixelsOf(await studio.exported())
  const right = frame.x + frame.width
  const grown = differing(before, after, (x, y) => x > right + 20 && x < right + 100 && y > frame.y && y < frame.y + 99)
  expect(grown.differ).toBeGreaterThan(grown.of / 2)
  // The fade into the old picture is narrower than a fifth of it.
  expect(differing(before, after, (x) => x < right - frame.width / 5)).toMatchObject({ differ: 0 })
})

test('a picture starts from another one; others are varied from it', async ({ studio, page }) => {
  const { create, inspector } = studio
  await studio.newProject('From a picture', 'Square post')
  await create.variations(1)
  await studio.prompt.fill('a tomato, flat, red')
  await studio.press('Control+Enter')
  await studio.made(1)
  const [source] = await create.sha256s()

  const start = create.root.getByRole('region', { name: 'Start from a picture' })
  await start.getByRole('button', { name: 'Use the selected layer' }).click()
  await expect(create.field('Change')).toBeVisible()
  await studio.prompt.fill('a lemon, flat, yellow')
  await studio.press('Control+Enter')
  await studio.made(2)
  await expect(studio.layer(/^A lemon/)).toHaveAttribute('aria-selected', 'true')
  await expect(inspector.fact('Strength')).toHaveText('0.6')
  expect((await create.sha256s())[0]).not.toBe(source)

  await create.variations(2)
  await inspector.button('Vary').click()
  await studio.made(4)
  const made = await create.sha256s()
  expect(new Set(made).size).toBe(4)
  // What is varied is to be chosen from first.
  await expect(studio.pictures).toHaveCount(2)
  await page.getByTestId('result').first().dblclick()
  await expect(studio.pictures).toHaveCount(3)
  await expect(inspector.fact('Strength')).toHaveText('0.6')
})

test('a logo becomes the subject, in the colours and the style of the words', async ({ studio, page }, info) => {
  const { create, inspector } = studio
  const logo =
    '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="300"><circle cx="150" cy="150" r="120" fill="#2233aa"/></svg>'
  const [path] = await onDesktop(info.outputPath('desktop'), {
    'logo.png': await sharp(Buffer.from(logo)).png().toBuffer(),
  })
  await studio.newProject('Logo', 'Square post')
  await create.variations(1)
  await studio.prompt.fill('plain yellow background, flat')
  const subject = create.root.getByRole('region', { name: 'Picture of the subject' })
  await chooseFile(page, path!, () => subject.getByRole('button', { name: 'Choose or drop one' }).click())
  await expect(subject.getByRole('img', { includeHidden: true })).toBeVisible()
  await studio.press('Control+Enter')
  await studio.made(1)
  await expect(inspector.fact('Subject from picture')).toHaveText(/^[0-9a-f]{8}$/)
  const { width, height, data } = await pixelsOf(await studio.exported())
  const at = (x: number, y: number) => {
    const from = (Math.round(y * height) * width + Math.round(x * width)) * 4
    return [...data.subarray(from, from + 3)] as [number, number, number]
  }
  const [red, , blue] = at(0.5, 0.5)
  expect(blue, 'the middle is the logo’s blue').toBeGreaterThan(red + 40)
  const corner = at(0.05, 0.05)
  expect(corner[0], 'the ground is yellow').toBeGreaterThan(corner[2] + 60)

  await subject.getByRole('button', { name: 'Remove this picture' }).click()
  await expect(subject.getByRole('button', { name: /Choose|Use the selected/ })).toBeVisible()
})

test('a brushed part is repainted; every pixel outside of it stays what it was', async ({ studio }) => {
  const { create, inspector } = studio
  await studio.newProject('Inpaint', 'Square post')
  await create.variations(1)
  await studio.prompt.fill('a fish on stripes, blue, flat')
  await studio.press('Control+Enter')
  await studio.made(1)
  const [from, to]: [Place, Place] = [
    { x: 0.44, y: 0.42 },
    { x: 0.53, y: 0.46 },
  ]
  // The same drag as a rectangle says where on the artboard it goes.
  await studio.drawRectangle(from, to)
  await inspector.inPixels()
  const { x, y, width, height } = await inspector.box()
  await studio.press('Control+z')
  await expect(studio.layer('Rectangle')).toHaveCount(0)
  const before = await pixelsOf(await studio.exported())

  await studio.press('b')
  await studio.drag(from, to)
  await studio.prompt.fill('a cherry, red, flat')
  await expect(create.button).toHaveText('Repaint the brushed part')
  await create.button.click()
  await studio.made(2)
  await expect(studio.layer(/^A cherry/)).toHaveAttribute('aria-selected', 'true')
  await expect(inspector.fact('Since')).toContainText('masked')
  const after = await pixelsOf(await studio.exported())

  // From the line of the stroke: half the brush, and what the model's coarser pixels and the snapping of the
  // rectangle add to it.
  const along = (px: number, py: number) => {
    const t = Math.min(1, Math.max(0, ((px - x) * width + (py - y) * height) / (width ** 2 + height ** 2)))
    return Math.hypot(px - x - t * width, py - y - t * height)
  }
  expect(differing(before, after, (px, py) => along(px, py) > 60 + 24)).toMatchObject({ differ: 0 })
  const painted = differing(before, after, (px, py) => along(px, py) < 20, 8)
  expect(painted.differ).toBeGreaterThan(painted.of / 4)
})

test('a picture is enlarged to the size it is printed at', async ({ studio, page }) => {
  const { create, inspector } = studio
  await studio.newProject('Print', 'A6 postcard')
  await create.variations(1)
  await studio.prompt.fill('a whale, navy, flat')
  await studio.press('Control+Enter')
  await studio.made(1)
  const dpi = async () => Number(/(\d+) dpi/.exec((await inspector.fact('Pixels').textContent()) ?? '')?.[1])
  await expect(inspector.fact('Pixels')).toContainText('dpi')
  const before = await dpi()

  await inspector.button('Print size').click()
  const dialog = page.getByRole('dialog', { name: 'Upscale to print size' })
  await dialog.getByLabel('Density').fill('200')
  await studio.press('Tab')
  const promised = Number(/: (\d+) dpi/.exec((await dialog.getByTestId('becomes').textContent()) ?? '')?.[1])
  expect(promised).toBeGreaterThanOrEqual(200)
  await dialog.getByRole('button', { name: 'Upscale', exact: true }).click()
  await expect(inspector.fact('Source')).toContainText('×', { timeout: 60_000 })
  await expect.poll(dpi).toBe(promised)
  expect(promised).toBeGreaterThan(before)
  // In its place, not beside it.
  await expect(studio.pictures).toHaveCount(1)
})

test('a size that takes several passes is one job, and ends in its layer when the window is loaded again meanwhile', async ({
  studio,
  page,
}) => {
  test.setTimeout(180_000)
  const { create, inspector } = studio
  await studio.newProject('Passes', 'A6 postcard')
  await create.variations(1)
  await studio.prompt.fill('a whale, navy, flat')
  await studio.press('Control+Enter')
  await studio.made(1)
  await studio.save()

  await inspector.button('Print size').click()
  const dialog = page.getByRole('dialog', { name: 'Upscale to print size' })
  await dialog.getByLabel('Density').fill('600')
  await studio.press('Tab')
  const becomes = (await dialog.getByTestId('becomes').textContent()) ?? ''
  const [, width, height] = /×4 → ×4 makes (\d+) × (\d+) px/.exec(becomes)!
  await dialog.getByRole('button', { name: 'Upscale', exact: true }).click()

  await expect(page.getByTestId('queue-state')).toContainText('1 running')
  await expect(page.getByTestId('progress')).toContainText('left')
  await page.reload()
  await expect(studio.canvas).toBeVisible()
  await expect(page.getByTestId('queue-state')).toContainText('1 running')

  await expect(page.getByTestId('queue-state')).toContainText('Queue empty', { timeout: 120_000 })
  await studio.layer(/^A whale/).click()
  await expect(inspector.fact('Source')).toContainText('×16')
  await expect(inspector.fact('Pixels')).toContainText(new RegExp(`${width}.*${height}`))
  await expect(studio.pictures).toHaveCount(1)
})
