import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../canonical.ts'
import { type Document, parseDocument } from './document.ts'
import { applyPatch, isEmpty } from './patch.ts'
import { pruneSession, sessionSchema } from './session.ts'
import { DocumentStore, type Edit, type Step } from './store.ts'

const box = { x: 0, y: 0, width: 10, height: 10 }
const group = (id: string, parent = 'poster', order = 0) => ({ type: 'group', id, parent, order, ...box })
const rectangle = (id: string, parent = 'poster', order = 0) => ({
  type: 'shape',
  id,
  parent,
  order,
  ...box,
  shape: { kind: 'rectangle' },
})
const board = { type: 'artboard', id: 'poster', width: 100, height: 100 }
const open = (layers: unknown[] = [group('g'), rectangle('a'), rectangle('b', 'g', 1)]) =>
  new DocumentStore(parseDocument({ format: 1, artboards: [board], layers }))
const text = (document: Document) =>
  canonicalJson({ ...document, layers: [...document.layers].sort((a, b) => (a.id < b.id ? -1 : 1)) })

describe('records of the store', () => {
  it('[R2] a refused record names its field and changes nothing', () => {
    const store = open()
    const { document } = store
    expect(() => store.edit('Move', (edit) => edit.update('a', { x: Number.NaN }))).toThrow(/x/)
    expect(() => store.edit('Move', (edit) => edit.update('nobody', { x: 1 }))).toThrow(/"nobody" is not/)
    expect(() => store.edit('Add', (edit) => edit.add(rectangle('a')))).toThrow(/"a" is already/)
    expect(text(store.document)).toBe(text(document))
    expect(store.undoLabel).toBeUndefined()
  })

  it('[R3] a layer hangs on an artboard or a group, not on itself, not too deep', () => {
    const store = open()
    expect(() => store.edit('Nest', (edit) => edit.update('g', { parent: 'g' }))).toThrow(/circle/)
    expect(() => store.edit('Nest', (edit) => edit.update('g', { parent: 'a' }))).toThrow(/no artboard or group/)
    expect(() => store.edit('Nest', (edit) => edit.update('a', { parent: 'gone' }))).toThrow(/no artboard or group/)
    const deep = (count: number) => (edit: Edit) => {
      for (let i = 0; i < count; i++) edit.add(group(`d${i}`, i === 0 ? 'g' : `d${i - 1}`))
    }
    expect(() => store.edit('Deep', deep(17))).toThrow(/nested deeper/)
    store.edit('Deep', deep(12))
    expect(store.artboardOf('d11')?.id).toBe('poster')
  })

  it('[R3] a tall group cannot be put into a deep one', () => {
    const store = open([])
    const tower = (name: string, count: number) =>
      store.edit('Build', (edit) => {
        for (let i = 0; i < count; i++) edit.add(group(`${name}${i}`, i === 0 ? 'poster' : `${name}${i - 1}`))
      })
    tower('a', 9)
    tower('b', 9)
    expect(() => store.edit('Nest', (edit) => edit.update('b0', { parent: 'a8' }))).toThrow(/nested deeper/)
    expect(parseDocument(store.document).layers).toHaveLength(18)
    store.edit('Nest', (edit) => edit.update('b0', { parent: 'a6' }))
    expect(parseDocument(store.document).layers).toHaveLength(18)
  })

  it('[R3] a group that holds layers cannot become another kind', () => {
    const store = open()
    expect(() =>
      store.edit('Change', (edit) => edit.update('g', { ...rectangle('g'), clip: undefined, cornerRadius: undefined })),
    ).toThrow(/"b" hangs on "g"/)
  })

  it('[R4] removing removes everything under it', () => {
    const store = open()
    const patch = store.edit('Delete', (edit) => edit.remove('g'))
    expect(Object.keys(patch.removed).sort()).toEqual(['b', 'g'])
    store.undo()
    store.edit('Delete', (edit) => edit.remove('poster'))
    expect(store.document.layers).toEqual([])
  })

  it('[R5] an id never changes', () => {
    expect(() => open().edit('Rename', (edit) => edit.update('a', { id: 'z' }))).toThrow(/cannot change its id/)
  })

  it('[R6] the document is the same object until something changes', () => {
    const store = open()
    const before = store.document
    expect(store.document).toBe(before)
    store.edit('Move', (edit) => edit.update('a', { x: 5 }))
    expect(store.document).not.toBe(before)
    expect(before.layers.find(({ id }) => id === 'a')!.x).toBe(0)
  })

  it('holds 5,000 layers and no more', () => {
    const store = open([])
    store.edit('Fill', (edit) => {
      for (let i = 0; i < 5000; i++) edit.add(rectangle(`l${i}`, 'poster', i))
    })
    expect(() => store.edit('One more', (edit) => edit.add(rectangle('more')))).toThrow(/5001.*at most 5000/)
    expect(store.document.layers).toHaveLength(5000)
  })
})

describe('steps of the store', () => {
  it('[S1] an edit is one step', () => {
    const store = open()
    store.edit('Move', (edit) => {
      edit.update('a', { x: 5 })
      edit.update('b', { x: 5 })
    })
    store.undo()
    expect(store.layer('a')!.x + store.layer('b')!.x).toBe(0)
    expect(store.undoLabel).toBeUndefined()
  })

  it('[S2] an edit that throws half-way changes nothing', () => {
    const store = open()
    const before = store.document
    const edit = () =>
      store.edit('Move', (edit) => {
        edit.update('a', { x: 5 })
        edit.remove('g')
        throw new Error('stop')
      })
    expect(edit).toThrow('stop')
    expect(text(store.document)).toBe(text(before))
    expect(store.undoLabel).toBeUndefined()
  })

  it('[S3] a gesture is one step', () => {
    const store = open()
    const drag = store.gesture('Move')
    for (let x = 1; x <= 50; x++) drag.update((edit) => edit.update('a', { x }))
    expect(drag.commit().updated.a).toMatchObject([{ x: 0 }, { x: 50 }])
    store.undo()
    expect(store.layer('a')!.x).toBe(0)
    store.redo()
    expect(store.layer('a')!.x).toBe(50)
  })

  it('[S4] a gesture that ends where it began makes no step', () => {
    const store = open()
    const drag = store.gesture('Move')
    drag.update((edit) => edit.update('a', { x: 9 }))
    drag.update((edit) => edit.add(rectangle('new')))
    drag.update((edit) => edit.update('a', { x: 0 }))
    drag.update((edit) => edit.remove('new'))
    expect(isEmpty(drag.commit())).toBe(true)
    expect(store.undoLabel).toBeUndefined()
  })

  it('[S5] [H4] a cancelled or undone gesture restores what it touched', () => {
    for (const end of ['cancel', 'undo'] as const) {
      const store = open()
      store.edit('Move', (edit) => edit.update('a', { x: 3 }))
      const before = text(store.document)
      const drag = store.gesture('Move')
      drag.update((edit) => edit.update('a', { x: 9 }))
      drag.update((edit) => edit.remove('g'))
      if (end === 'cancel') drag.cancel()
      else store.undo()
      expect(text(store.document)).toBe(before)
      expect(store.undoLabel).toBe('Move')
    }
  })

  it('[S6] beginning a gesture commits the one before', () => {
    const store = open()
    const first = store.gesture('First')
    first.update((edit) => edit.update('a', { x: 1 }))
    store.gesture('Second').update((edit) => edit.update('a', { x: 2 }))
    expect(() => first.update((edit) => edit.update('a', { x: 3 }))).toThrow(/"First" is over/)
    expect(store.undoLabel).toBe('First')
  })
})

/** Random work on a few layers and groups. What is refused on the way (a circle, a twin) is part of the test. */
const work = fc.array(
  fc.record({
    kind: fc.constantFrom('move', 'add', 'remove', 'nest', 'drag', 'undo', 'redo'),
    id: fc.constantFrom('a', 'b', 'g', 'h', 'c', 'd'),
    under: fc.constantFrom('poster', 'g', 'h'),
    x: fc.integer({ min: 0, max: 3 }),
  }),
  { minLength: 1, maxLength: 60 },
)

function perform(store: DocumentStore, { kind, id, under, x }: { kind: string; id: string; under: string; x: number }) {
  const attempt = (edit: () => unknown) => {
    try {
      edit()
    } catch (error) {
      if (!/already|not in|circle|no group|no artboard/.test(String(error))) throw error
    }
  }
  if (kind === 'move') attempt(() => store.edit('Move', (edit) => edit.update(id, { x })))
  if (kind === 'add')
    attempt(() => store.edit('Add', (edit) => edit.add(id < 'e' ? rectangle(id, under) : group(id, under))))
  if (kind === 'remove') attempt(() => store.edit('Delete', (edit) => edit.remove(id)))
  if (kind === 'nest') attempt(() => store.edit('Nest', (edit) => edit.update(id, { parent: under })))
  if (kind === 'drag') {
    const drag = store.gesture('Drag')
    for (let i = 0; i <= x; i++) attempt(() => drag.update((edit) => edit.update(id, { x: i, y: i })))
    drag.commit()
  }
  if (kind === 'undo') store.undo()
  if (kind === 'redo') store.redo()
}

describe('history of the store', () => {
  it('[H1] [H2] [S7] [L2] undoes and redoes any work exactly, and the journal replays it', () => {
    fc.assert(
      fc.property(work, (gestures) => {
        const store = open()
        const first = store.document
        let replayed = first
        store.journal(({ patch }) => {
          replayed = applyPatch(replayed, patch)
          expect(text(replayed)).toBe(text(store.document))
        })
        for (const gesture of gestures) perform(store, gesture)
        const last = text(store.document)
        expect(text(replayed)).toBe(last)
        while (store.redo());
        const end = text(store.document)
        while (store.undo());
        expect(text(store.document)).toBe(text(first))
        while (store.redo());
        expect(text(store.document)).toBe(end)
      }),
      { numRuns: 200 },
    )
  })

  it('[H3] a new step forgets what could be redone', () => {
    const store = open()
    store.edit('One', (edit) => edit.update('a', { x: 1 }))
    store.undo()
    expect(store.redoLabel).toBe('One')
    store.edit('Two', (edit) => edit.update('a', { x: 2 }))
    expect(store.redoLabel).toBeUndefined()
    expect(store.redo()).toBeUndefined()
  })
})

describe('listeners of the store', () => {
  it('[L1] [L2] watchers see every move, journals finished steps', () => {
    const store = open()
    let moves = 0
    const steps: Step[] = []
    const unwatch = store.watch(() => moves++)
    store.journal((step) => steps.push(step))
    const drag = store.gesture('Move')
    for (let x = 1; x <= 5; x++) drag.update((edit) => edit.update('a', { x }))
    expect([moves, steps.length]).toEqual([5, 0])
    drag.commit()
    store.undo()
    expect(moves).toBe(6)
    expect(steps.map(({ label }) => label)).toEqual(['Move', 'Move'])
    unwatch()
    store.redo()
    expect(moves).toBe(6)
  })
})

describe('the session', () => {
  it('[C2] forgets what is gone and falls back to the first artboard', () => {
    const guide = { artboard: 'poster', axis: 'x', at: 40 } as const
    const guides = [guide, { ...guide, artboard: 'gone' }]
    const session = sessionSchema.parse({ artboard: 'gone', selection: ['a', 'gone'], zoom: 2, guides })
    expect(pruneSession(session, open().document)).toEqual({
      artboard: 'poster',
      selection: ['a'],
      zoom: 2,
      x: 0,
      y: 0,
      guides: [guide],
      placed: [],
    })
  })

  it('[C1] of a project that was kept before guides were has none', () => {
    expect(sessionSchema.parse({ zoom: 2 }).guides).toEqual([])
  })
})
