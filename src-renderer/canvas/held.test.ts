import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DocumentStore } from '#shared/document/store.ts'
import { box, group, storeOf } from './fixtures.ts'
import { flipped } from './flip.ts'
import { centreOf, cornersOf, type Point } from './geometry.ts'
import { refitGroups } from './groups.ts'
import { boxOfAll, type Change, groupsOver, hold, lying, moved, resized, rotated, standing } from './held.ts'

const write = (store: DocumentStore, changes: Change[]) =>
  store.edit('test', (edit) => {
    for (const { id, fields } of changes) edit.update(id, fields)
  })

/** Where a layer's corners are seen. */
const seen = (store: DocumentStore, id: string): Point[] => {
  const layer = store.layer(id)!
  return cornersOf(standing(layer, groupsOver(store, layer), { x: 0, y: 0 }))
}

const near = (a: readonly Point[], b: readonly Point[]) => {
  for (const [index, point] of b.entries()) {
    expect(a[index]!.x).toBeCloseTo(point.x, 1)
    expect(a[index]!.y).toBeCloseTo(point.y, 1)
  }
}

const nested = () =>
  storeOf(
    group('outer', 0, 0, 400, 400, { rotation: 30 }),
    group('inner', 50, 60, 200, 100, { parent: 'outer', rotation: -20 }),
    box('leaf', 70, 80, 60, 40, { parent: 'inner', rotation: 10 }),
  )

describe('through groups', () => {
  test('standing and lying are each other’s reverse', () => {
    const store = nested()
    const leaf = store.layer('leaf')!
    const groups = groupsOver(store, leaf)
    const back = lying(standing(leaf, groups, { x: 100, y: 50 }), groups, { x: 100, y: 50 })
    for (const key of ['x', 'y', 'width', 'height', 'rotation'] as const) expect(back[key]).toBeCloseTo(leaf[key], 6)
  })

  test('a child comes with its group and is not held twice', () => {
    expect(hold(nested(), ['leaf', 'outer']).map(({ layer }) => layer.id)).toEqual(['outer'])
  })
})

describe('moving', () => {
  test('shifts what is seen, at any depth, by the same way', () => {
    for (const id of ['outer', 'inner', 'leaf']) {
      const store = nested()
      const before = seen(store, 'leaf')
      write(store, moved(hold(store, [id]), 30, -12))
      near(
        seen(store, 'leaf'),
        before.map(({ x, y }) => ({ x: x + 30, y: y - 12 })),
      )
    }
  })
})

describe('turning', () => {
  test('turns everything about one point', () => {
    const store = nested()
    const about = { x: 300, y: 300 }
    const before = seen(store, 'leaf')
    write(store, rotated(hold(store, ['outer']), 90, about))
    // hold counts from the pasteboard, where the artboard lies at (100, 50)
    const pivot = { x: about.x - 100, y: about.y - 50 }
    near(
      seen(store, 'leaf'),
      before.map(({ x, y }) => ({ x: pivot.x - (y - pivot.y), y: pivot.y + (x - pivot.x) })),
    )
  })
})

describe('resizing', () => {
  test('one layer takes the box it is given', () => {
    const store = storeOf(box('one', 10, 10, 100, 50, { rotation: 45 }))
    const [held] = hold(store, ['one'])
    write(store, resized([held!], { ...held!.box, width: 300 }))
    expect(store.layer('one')).toMatchObject({ width: 300, height: 50, rotation: 45 })
  })

  test('several keep their places in the box about them', () => {
    const store = storeOf(box('left', 0, 0, 100, 100), box('right', 300, 100, 100, 100))
    const held = hold(store, ['left', 'right'])
    const all = boxOfAll(held)!
    write(store, resized(held, { ...all, width: all.width * 2, height: all.height / 2 }))
    expect(store.layer('right')).toMatchObject({ x: 600, y: 50, width: 200, height: 50 })
  })

  test('a group takes its children along', () => {
    const store = nested()
    const before = seen(store, 'leaf')
    const [held] = hold(store, ['outer'])
    const { x, y } = centreOf(held!.box)
    write(store, resized([held!], { ...held!.box, x: x - 400, y: y - 400, width: 800, height: 800 }))
    const middle = { x: x - 100, y: y - 50 }
    near(
      seen(store, 'leaf'),
      before.map((corner) => ({ x: middle.x + (corner.x - middle.x) * 2, y: middle.y + (corner.y - middle.y) * 2 })),
    )
  })

  test('letters keep their size unless they are asked to grow', () => {
    const text = box('t', 0, 0, 100, 50, { type: 'text', shape: undefined, text: 'a', family: 'Inter', size: 20 })
    for (const [type, size] of [
      [false, 20],
      [true, 40],
    ] as const) {
      const store = storeOf(text)
      const held = hold(store, ['t'])
      write(store, resized(held, { ...held[0]!.box, width: 200, height: 100 }, { type }))
      expect(store.layer('t')).toMatchObject({ width: 200, size })
    }
  })
})

describe('mirroring', () => {
  test('twice is as before', () => {
    const store = nested()
    const before = store.document.layers
    for (const direction of ['horizontally', 'horizontally'] as const)
      write(store, flipped(hold(store, ['outer']), direction))
    for (const layer of before) {
      const now = store.layer(layer.id)!
      for (const key of ['x', 'y', 'rotation'] as const) expect(now[key]).toBeCloseTo(layer[key], 2)
    }
  })

  test('puts every corner on the other side', () => {
    const store = nested()
    const before = seen(store, 'leaf')
    const axis = centreOf(store.layer('outer')!)
    write(store, flipped(hold(store, ['outer']), 'horizontally'))
    const mirrored = before.map(({ x, y }) => ({ x: 2 * axis.x - x, y }))
    // Left and right change places: top left is what top right was.
    near(seen(store, 'leaf'), [mirrored[1]!, mirrored[0]!, mirrored[3]!, mirrored[2]!])
  })
})

describe('a group’s box', () => {
  test('follows its children, and nothing seen moves', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -180, max: 180 }),
        fc.integer({ min: -200, max: 200 }),
        fc.integer({ min: -200, max: 200 }),
        (rotation, dx, dy) => {
          const store = storeOf(
            group('g', 100, 100, 200, 100, { rotation }),
            box('one', 100, 100, 50, 50, { parent: 'g' }),
            box('two', 250, 150, 50, 50, { parent: 'g', rotation: 15 }),
          )
          const two = seen(store, 'two')
          const held = hold(store, ['one'])
          const one = seen(store, 'one')
          store.edit('test', (edit) => {
            for (const { id, fields } of moved(held, dx, dy)) edit.update(id, fields)
            refitGroups(edit, store, ['one'])
          })
          near(seen(store, 'two'), two)
          near(
            seen(store, 'one'),
            one.map(({ x, y }) => ({ x: x + dx, y: y + dy })),
          )
        },
      ),
      { numRuns: 60 },
    )
  })

  test('that cuts stays what it is', () => {
    const store = storeOf(group('g', 0, 0, 100, 100, { clip: true }), box('one', 0, 0, 50, 50, { parent: 'g' }))
    store.edit('test', (edit) => {
      edit.update('one', { x: 500 })
      refitGroups(edit, store, ['one'])
    })
    expect(store.layer('g')).toMatchObject({ x: 0, width: 100 })
  })
})
