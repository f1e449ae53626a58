import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../canonical.ts'
import type { StudioError } from '../errors.ts'
import { type Document, parseDocument } from './document.ts'
import { applyPatch, diffDocuments, isEmpty, parsePatch, parsePatchInParts, reversePatch } from './patch.ts'

const layer = (id: string, x = 0) => ({ type: 'group', id, parent: 'poster', order: 0, x, y: 0, width: 10, height: 10 })
const board = { type: 'artboard', id: 'poster', width: 100, height: 100 }
const make = (layers: unknown[]): Document => parseDocument({ format: 1, artboards: [board], layers })
const before = make([layer('a'), layer('b')])
const after = make([layer('a', 5), layer('c')])
const same = (a: Document, b: Document) =>
  [a, b].map((d) => canonicalJson({ ...d, layers: [...d.layers].sort((l, r) => (l.id < r.id ? -1 : 1)) }))

describe('a patch', () => {
  const patch = diffDocuments(before, after)

  it('holds what was added, changed and removed', () => {
    expect(Object.keys(patch.added)).toEqual(['c'])
    expect(Object.keys(patch.updated)).toEqual(['a'])
    expect(Object.keys(patch.removed)).toEqual(['b'])
  })

  it('makes one document of the other, and its reverse takes that back', () => {
    const [applied, wanted] = same(applyPatch(before, patch), after)
    expect(applied).toBe(wanted)
    const [undone, start] = same(applyPatch(applyPatch(before, patch), reversePatch(patch)), before)
    expect(undone).toBe(start)
  })

  it('does so for any two documents', () => {
    const documents = fc.uniqueArray(fc.tuple(fc.constantFrom(...'abcdefgh'), fc.integer({ min: 0, max: 3 })), {
      selector: ([id]) => id,
    })
    const of = (entries: [string, number][]) => make(entries.map(([id, x]) => layer(id, x)))
    fc.assert(
      fc.property(documents, documents, (from, to) => {
        const [a, b] = [of(from), of(to)]
        const forth = diffDocuments(a, b)
        const [there, wanted] = same(applyPatch(a, forth), b)
        const [back, start] = same(applyPatch(b, reversePatch(forth)), a)
        return there === wanted && back === start
      }),
      { numRuns: 100 },
    )
  })

  it('between equal documents is empty', () => {
    expect(isEmpty(diffDocuments(before, before))).toBe(true)
  })

  it('made from another state is refused whole', () => {
    expect(() => applyPatch(after, patch)).toThrow(/patch: "b" is not in the document/)
    const moved = make([layer('a', 9), layer('b')])
    expect(() => applyPatch(moved, patch)).toThrow(/"a" was changed meanwhile/)
    expect(() => applyPatch(applyPatch(before, patch), diffDocuments(before, after))).toThrow(/patch/)
  })

  it('may not rename a record or leave a layer without its artboard', () => {
    const [a, c] = [before.layers[0]!, after.layers.find(({ id }) => id === 'c')!]
    expect(() => applyPatch(before, { added: {}, removed: {}, updated: { a: [a, { ...a, id: 'z' }] } })).toThrow(
      /change its id/,
    )
    expect(() => applyPatch(before, { added: { z: c }, removed: {}, updated: {} })).toThrow(/another id/)
    expect(() => applyPatch(before, { added: {}, removed: { poster: before.artboards[0]! }, updated: {} })).toThrow(
      /hangs on/,
    )
  })

  it('from the wire is checked', () => {
    expect(parsePatch({})).toEqual({ added: {}, updated: {}, removed: {} })
    expect(() => parsePatch({ added: { a: { type: 'group' } } })).toThrow(/patch/)
  })

  it('is read in parts as in one piece, with a pause after each', async () => {
    const layers = Array.from({ length: 400 }, (_, at) => layer(`l${at}`))
    const updated = Object.fromEntries(layers.map((each) => [each.id, [each, { ...each, y: 1 }]]))
    const added = { more: layer('more') }
    const large = JSON.parse(JSON.stringify({ added, updated, removed: {} }))
    let pauses = 0
    const pause = async () => pauses++
    expect(await parsePatchInParts(large, pause)).toEqual(parsePatch(large))
    expect(pauses).toBeGreaterThanOrEqual(3)
    pauses = 0
    expect(await parsePatchInParts({ added }, pause)).toEqual(parsePatch({ added }))
    expect(pauses).toBe(0)
  })

  it('is refused in parts as in one piece, by its field', async () => {
    const many = Object.fromEntries(Array.from({ length: 400 }, (_, at) => [`l${at}`, layer(`l${at}`)]))
    for (const wrong of [
      { added: { ...many, l399: { ...layer('l399'), opacity: 7 } } },
      { added: many, more: {} },
      { added: many, updated: { l1: [layer('l1')] } },
      { added: [] },
      'a patch',
    ]) {
      const told = (thrown: unknown) => (thrown as StudioError).where?.field
      const inParts = await parsePatchInParts(wrong, async () => {}).then(() => 'nothing wrong', told)
      let whole: string | undefined = 'nothing wrong'
      try {
        parsePatch(wrong)
      } catch (thrown) {
        whole = told(thrown)
      }
      expect(inParts).toBe(whole)
    }
  })
})
