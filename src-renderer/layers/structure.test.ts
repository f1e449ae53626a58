import { describe, expect, it } from 'vitest'
import { recordsOf } from '#shared/document/patch.ts'
import { arrange, arranged, ordersOf } from './arrange.ts'
import { addArtboard, duplicateArtboard, layOutArtboard, moveArtboards } from './artboards.ts'
import { duplicate } from './copies.ts'
import { artboard, group, shape, shown, storeOf, text, treeOf } from './fixtures.ts'
import * as grouping from './grouping.ts'
import { mayMoveTo, moveTo, poseOf } from './placing.ts'

const abc = () => storeOf([artboard('page')], [shape('a', 'page', 1), shape('b', 'page', 2), shape('c', 'page', 3)])

const rounded = (pose: object) =>
  Object.fromEntries(Object.entries(pose).map(([key, value]) => [key, Math.round(value * 1e6) / 1e6]))

describe('order numbers', () => {
  const list = (...orders: number[]) => orders.map((order, at) => ({ id: 'abcdef'[at]!, order }))

  it('puts a moved one between its neighbours and leaves the others alone', () => {
    const [a, b, c] = list(1, 2, 3)
    expect([...ordersOf([a!, c!, b!], new Set(['c']))]).toEqual([['c', 1.5]])
  })

  it('numbers anew when neighbours are too close', () => {
    const [a, b, c] = list(1, 1 + 1e-7, 9)
    expect([...ordersOf([a!, c!, b!], new Set(['c']))]).toEqual([
      ['a', 1],
      ['c', 2],
      ['b', 3],
    ])
  })

  it.each([
    ['front', ['b', 'd'], 'acebd'],
    ['back', ['b', 'd'], 'bdace'],
    ['forward', ['b', 'd'], 'acbed'],
    ['backward', ['b', 'd'], 'badce'],
    ['forward', ['d', 'e'], 'abcde'],
    ['backward', ['a', 'c'], 'acbde'],
  ] as const)('%s of %j', (how, picked, expected) => {
    const result = arranged(list(1, 2, 3, 4, 5), new Set(picked), how)
    expect(result.map(({ id }) => id).join('')).toBe(expected)
  })

  it('survives a thousand moves between the same two', () => {
    const store = abc()
    for (let turn = 0; turn < 1000; turn++)
      store.edit('move', (edit) => {
        const tree = treeOf(store)
        const [, middle] = tree.children('page')
        moveTo(tree, edit, [tree.children('page')[0]!], { parent: 'page', under: tree.children('page')[2]!.id })
        expect(middle).toBeDefined()
      })
    expect(new Set(store.children('page').map(({ order }) => order)).size).toBe(3)
    store.edit('front', (edit) => arrange(treeOf(store), edit, ['a'], 'front'))
    expect(shown(store, 'page')[0]).toBe('a')
  })
})

describe('moving in the tree', () => {
  it('reorders under a sibling', () => {
    const store = abc()
    store.edit('move', (edit) => moveTo(treeOf(store), edit, [store.layer('a')!], { parent: 'page', under: 'c' }))
    expect(shown(store, 'page')).toEqual(['c', 'a', 'b'])
  })

  it('keeps a layer where it is seen when its group is turned', () => {
    const store = storeOf(
      [artboard('page')],
      [
        group('outer', 'page', 1, { x: 100, y: 100, width: 400, height: 200, rotation: 30 }),
        group('inner', 'outer', 1, { x: 120, y: 120, width: 100, height: 100, rotation: -80 }),
        shape('a', 'inner', 1, { x: 130, y: 140, width: 40, height: 20, rotation: 15 }),
      ],
    )
    const before = poseOf(treeOf(store), store.layer('a')!)
    const inner = poseOf(treeOf(store), store.layer('inner')!)
    store.edit('out', (edit) => moveTo(treeOf(store), edit, [store.layer('inner')!], { parent: 'page' }))
    expect(rounded(poseOf(treeOf(store), store.layer('a')!))).toEqual(rounded(before))
    expect(rounded(poseOf(treeOf(store), store.layer('inner')!))).toEqual(rounded(inner))
    store.edit('back', (edit) => moveTo(treeOf(store), edit, [store.layer('a')!], { parent: 'outer' }))
    expect(rounded(poseOf(treeOf(store), store.layer('a')!))).toEqual(rounded(before))
  })

  it('takes the same place on another artboard, or its middle when that is outside', () => {
    const store = storeOf(
      [artboard('page'), artboard('label', { x: 1200, width: 300, height: 300 })],
      [shape('near', 'page', 1, { x: 10, y: 20 }), shape('far', 'page', 2, { x: 800, y: 800 })],
    )
    store.edit('move', (edit) =>
      moveTo(treeOf(store), edit, [store.layer('near')!, store.layer('far')!], { parent: 'label' }),
    )
    expect(store.layer('near')).toMatchObject({ x: 10, y: 20, parent: 'label' })
    expect(store.layer('far')).toMatchObject({ x: 100, y: 100, parent: 'label' })
    expect(shown(store, 'label')).toEqual(['far', 'near'])
  })

  it('refuses to put a group into itself', () => {
    const store = storeOf([artboard('page')], [group('g', 'page', 1), group('h', 'g', 1)])
    expect(mayMoveTo(treeOf(store), new Set(['g']), { parent: 'h' })).toBe(false)
    expect(mayMoveTo(treeOf(store), new Set(['h']), { parent: 'page' })).toBe(true)
  })
})

describe('groups', () => {
  it('lie where their topmost layer was, around all of them', () => {
    const store = abc()
    const step = store.edit('group', (edit) => {
      const tree = treeOf(store)
      grouping.group(tree, edit, tree.topmost(['a', 'b']), 'g', 'Group')
    })
    expect(shown(store, 'page')).toEqual(['c', 'g'])
    expect(shown(store, 'g')).toEqual(['b', 'a'])
    expect(store.layer('g')).toMatchObject({ x: 0, y: 0, width: 100, height: 100 })
    expect(Object.keys(step.added)).toEqual(['g'])
    store.undo()
    expect(shown(store, 'page')).toEqual(['c', 'b', 'a'])
  })

  it('dissolve without moving, fading or showing anything', () => {
    const store = storeOf(
      [artboard('page')],
      [
        group('g', 'page', 1, { x: 200, y: 200, rotation: 45, opacity: 0.5, hidden: true }),
        shape('a', 'g', 1, { x: 210, y: 230, opacity: 0.5 }),
        shape('b', 'page', 2),
      ],
    )
    const before = poseOf(treeOf(store), store.layer('a')!)
    store.edit('ungroup', (edit) => grouping.ungroup(treeOf(store), edit, store.layer('g')!))
    expect(rounded(poseOf(treeOf(store), store.layer('a')!))).toEqual(rounded(before))
    expect(store.layer('a')).toMatchObject({ parent: 'page', opacity: 0.25, hidden: true })
    expect(shown(store, 'page')).toEqual(['b', 'a'])
    expect(store.get('g')).toBeUndefined()
  })

  it('take layers of several groups of one artboard, not of two', () => {
    const store = storeOf(
      [artboard('page'), artboard('label')],
      [group('g', 'page', 1), shape('a', 'g', 1), shape('b', 'page', 2), shape('c', 'label', 1)],
    )
    const tree = treeOf(store)
    expect(grouping.canGroup(tree, tree.topmost(['a', 'c']))).toBe(false)
    store.edit('group', (edit) => grouping.group(tree, edit, tree.topmost(['a', 'b']), 'n', ''))
    expect(shown(store, 'page')).toEqual(['n', 'g'])
    expect(shown(store, 'n')).toEqual(['b', 'a'])
  })
})

describe('copies', () => {
  it('lie over their originals with all they hold', () => {
    const store = storeOf(
      [artboard('page')],
      [group('g', 'page', 1), text('t', 'g', 1, { x: 5 }), shape('top', 'page', 2)],
    )
    let made: string[] = []
    store.edit('duplicate', (edit) => {
      const tree = treeOf(store)
      made = duplicate(tree, edit, tree.topmost(['g', 't']), 10)
    })
    expect(shown(store, 'page')).toEqual(['top', made[0], 'g'])
    expect(store.children(made[0]!)).toMatchObject([{ type: 'text', text: 't', x: 15 }])
  })
})

describe('artboards', () => {
  const boards = () =>
    storeOf(
      [artboard('one', { order: 1 }), artboard('two', { x: 1200, order: 2 }), artboard('three', { order: 3 })],
      [shape('a', 'one', 1)],
    )
  const order = (store: ReturnType<typeof boards>) => store.document.artboards.map(({ name }) => name)

  it('are added to the right of the row', () => {
    const store = boards()
    const size = { name: 'new', width: 500, height: 700, dpi: 300, bleedMm: 3, safeMm: 5 }
    store.edit('add', (edit) => addArtboard(store.document, edit, size))
    expect(order(store)).toEqual(['one', 'two', 'three', 'new'])
    expect(store.document.artboards[3]).toMatchObject({ x: 2320, y: 0, dpi: 300 })
  })

  it('are copied with their layers, next to the original', () => {
    const store = boards()
    let id = ''
    store.edit('copy', (edit) => {
      id = duplicateArtboard(treeOf(store), edit, store.artboard('one')!, 'one copy')
    })
    expect(order(store)).toEqual(['one', 'one copy', 'two', 'three'])
    expect(store.children(id)).toHaveLength(1)
  })

  it('are laid out for another size beside the others, with new layers, in one step', () => {
    const store = storeOf(
      [artboard('page'), artboard('next', { x: 1200 })],
      [group('g', 'page', 1), shape('in', 'g', 1), text('t', 'page', 2, { x: 60, width: 880 })],
    )
    const before = store.document
    let id = ''
    store.edit('lay out', (edit) => {
      const size = { name: 'Wide', width: 2000, height: 1000 }
      id = layOutArtboard(store.document, edit, store.artboard('page')!, size)
    })
    expect(store.document.artboards.map(({ name }) => name)).toEqual(['page', 'Wide', 'next'])
    expect(store.artboard(id)).toMatchObject({ width: 2000, height: 1000, y: 0 })
    expect(store.artboard(id)!.x).toBeGreaterThanOrEqual(2200)
    const [copied, wide] = store.children(id)
    expect(wide).toMatchObject({ type: 'text', x: 60, width: 1880 })
    expect(store.children(copied!.id)).toHaveLength(1)
    expect(store.layer('t')).toMatchObject({ width: 880 })
    store.undo()
    expect(recordsOf(store.document)).toEqual(recordsOf(before))
  })

  it('change places in the list', () => {
    const store = boards()
    store.edit('move', (edit) => moveArtboards(store.document, edit, new Set(['three']), undefined))
    expect(order(store)).toEqual(['three', 'one', 'two'])
    store.edit('move', (edit) => moveArtboards(store.document, edit, new Set(['three']), 'one'))
    expect(order(store)).toEqual(['one', 'three', 'two'])
  })
})
