import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type DocumentRecord, MAX_DEPTH, MOST, parseDocument } from '#shared/document/document.ts'
import { applyPatch, emptyPatch, type Patch, recordSchema, recordsOf } from '#shared/document/patch.ts'
import { StudioError } from '#shared/errors.ts'
import { poster, rectangle } from './fixtures/documents.ts'
import { LiveDocument } from './live-document.ts'

const group = (id: string, parent: string) => ({
  ...rectangle(id, 1, parent),
  type: 'group' as const,
  shape: undefined,
})
const record = (input: object): DocumentRecord => recordSchema.parse(JSON.parse(JSON.stringify(input)))

const NAMES = ['a', 'b', 'c', 'd', 'board', 'other'] as const
/** Often sensible, often not: wrong parents, circles, records that were changed meanwhile, ids that are taken. */
const change = fc.record({
  id: fc.constantFrom(...NAMES),
  parent: fc.constantFrom(...NAMES, 'nobody'),
  kind: fc.constantFrom('shape', 'group', 'artboard', 'variable'),
  how: fc.constantFrom('add', 'update', 'remove'),
  order: fc.integer({ min: 0, max: 3 }),
  stale: fc.integer({ min: 0, max: 9 }),
})
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never

function made({ id, parent, kind, order }: Change): DocumentRecord {
  if (kind === 'artboard') return record({ type: 'artboard', id, width: 100, height: 100, order })
  if (kind === 'variable') return record({ type: 'variable', id, value: String(order) })
  return record(kind === 'group' ? group(id, parent) : rectangle(id, order, parent))
}

function patchOf(changes: readonly Change[], now: ReadonlyMap<string, DocumentRecord>): Patch {
  const patch = emptyPatch()
  for (const one of changes) {
    const to = made(one)
    const from = one.stale === 0 ? made({ ...one, order: one.order + 1 }) : now.get(one.id)
    if (one.how === 'add') patch.added[one.id] = to
    else if (from && one.how === 'remove') patch.removed[one.id] = from
    else if (from) patch.updated[one.id] = [from, to]
  }
  return patch
}

const byId = (document: Parameters<typeof recordsOf>[0]) => Object.fromEntries(recordsOf(document))

test('takes and refuses exactly what applyPatch takes and refuses, with the same result', () => {
  let taken = 0
  let refused = 0
  fc.assert(
    fc.property(fc.array(fc.array(change, { minLength: 1, maxLength: 4 }), { maxLength: 30 }), (steps) => {
      let document = poster()
      const live = new LiveDocument(document)
      for (const changes of steps) {
        const patch = patchOf(changes, recordsOf(document))
        let next = document
        try {
          next = applyPatch(document, patch)
        } catch (error) {
          expect(error).toBeInstanceOf(StudioError)
          expect(() => live.applyAll([patch])).toThrow(StudioError)
          expect(byId(live.document)).toEqual(byId(document))
          refused++
          continue
        }
        live.applyAll([patch])()
        expect(byId(live.document)).toEqual(byId(document)) // taken back
        live.applyAll([patch])
        document = next
        expect(byId(live.document)).toEqual(byId(document))
        expect(parseDocument(live.document)).toEqual(live.document)
        taken++
      }
    }),
    { numRuns: 400 },
  )
  expect(taken).toBeGreaterThan(300)
  expect(refused).toBeGreaterThan(300)
})

test('a group that moves takes what is in it along: never deeper than a document may be', () => {
  const chain = (prefix: string, length: number, parent: string) =>
    Array.from({ length }, (_, n) => group(`${prefix}${n}`, n === 0 ? parent : `${prefix}${n - 1}`))
  const document = parseDocument({
    ...poster(),
    layers: [...chain('x', 9, 'board'), ...chain('y', 8, 'board'), rectangle('leaf', 1, 'y7')].map(record),
  })
  const moved = (to: string): Patch => {
    const from = recordsOf(document).get('y0')!
    return { ...emptyPatch(), updated: { y0: [from, { ...from, parent: to } as DocumentRecord] } }
  }
  const live = new LiveDocument(document)
  expect(() => applyPatch(document, moved('x8'))).toThrow(/nested deeper/)
  expect(() => live.applyAll([moved('x8')])).toThrow(`nested deeper than ${MAX_DEPTH} groups`)
  expect(live.document).toEqual(document)
  live.applyAll([moved('x7')])
  expect(byId(live.document)).toEqual(byId(applyPatch(document, moved('x7'))))
})

test('more rows than a document holds are refused, and nothing of them stays', () => {
  const live = new LiveDocument(poster())
  const rows = Array.from({ length: MOST.rows + 1 }, (_, at) => record({ type: 'row', id: `r${at}`, order: at }))
  const patch = { ...emptyPatch(), added: Object.fromEntries(rows.map((row) => [row.id, row])) }
  expect(() => live.applyAll([patch])).toThrow(expect.objectContaining({ code: 'usage', where: { field: 'rows' } }))
  expect(live.document.rows).toEqual([])
})
