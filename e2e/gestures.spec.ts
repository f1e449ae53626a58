import { keptSteps, savedProject } from './documents.ts'
import { GESTURES, Hand } from './gestures.ts'
import { Random } from './random.ts'
import { expect, test } from './test.ts'

/** Issue, checks: 200 random gestures undone to the same document and redone to the same document. */
const GESTURE_COUNT = 200
const SEED = Number(process.env.SEED ?? 20_261)

test(`${GESTURE_COUNT} gestures, undone to the first document and redone to the last`, async ({
  studio,
  page,
  service,
}) => {
  // A gesture takes a third of a second of mouse and keys.
  test.setTimeout(240_000)
  const hand = new Hand(studio, new Random(SEED))
  await studio.newProject('Gestures')
  await studio.save()
  const first = await savedProject(service.home, 'Gestures')

  const revision = async () => {
    await studio.kept()
    return (await keptSteps(service.home)).revision
  }

  await hand.begin()
  let done = 1
  // Each of them once, and it has to make a step: a hand that misses would prove nothing below.
  for (const [name, gesture] of Object.entries(GESTURES)) {
    await test.step(name, async () => {
      const before = await revision()
      let after = before
      for (let tries = 0; after === before && tries < 5; tries++) {
        if (await gesture(hand)) done++
        // Arrow keys are one step until something else is pressed.
        await studio.press('v')
        after = await revision()
      }
      expect(after, `${name} made no step`).toBeGreaterThan(before)
    })
  }
  const names = Object.keys(GESTURES)
  while (done < GESTURE_COUNT) {
    const name = hand.random.one(names)
    await test.step(name, async () => {
      if (await GESTURES[name]!(hand)) done++
    })
  }

  await studio.save()
  const last = await savedProject(service.home, 'Gestures')
  const steps = last.revision - first.revision
  // Some of them change nothing: aligned what is aligned, moved what is locked.
  expect(steps).toBeGreaterThan(GESTURE_COUNT / 2)

  await studio.canvas.focus()
  for (let step = 0; step < steps; step++) await studio.press('Control+z')
  expect(await studio.layerNames()).toHaveLength(1)
  await studio.save()
  const undone = await savedProject(service.home, 'Gestures')
  expect(undone.document).toEqual(first.document)
  // As many undos as there were steps, and not one more had anything to undo.
  expect(undone.revision).toBe(last.revision + steps)

  await studio.canvas.focus()
  for (let step = 0; step < steps; step++) await studio.press('Control+Shift+z')
  await studio.save()
  const redone = await savedProject(service.home, 'Gestures')
  expect(redone.document).toEqual(last.document)
  expect(redone.revision).toBe(undone.revision + steps)

  expect(await page.getByRole('alert').allTextContents()).toEqual([])
})
