import { expect, test } from 'vitest'
import type { Artifact } from '#shared/contract/artifact.ts'
import { parseDocument } from '#shared/document/document.ts'
import { DocumentStore } from '#shared/document/store.ts'
import { TEMPLATES } from '#shared/document/templates/templates.ts'
import { SIZES } from '#shared/units/sizes.ts'
import { merged, queryOf, shows } from './library-query.ts'
import { applyTemplate, textsOf } from './templating.ts'

const picture = (sha256: string, more: Partial<Artifact> = {}): Artifact =>
  ({ sha256, kind: 'picture', width: 1, height: 1, created: 1, ...more }) as Artifact

test('a search asks for words, kinds and stars', () => {
  expect(queryOf('all', '  ')).toEqual({})
  expect(queryOf('brought', ' fox ')).toEqual({ text: 'fox', kind: 'input' })
  expect(queryOf('starred', '')).toEqual({ starred: true })
})

test('what a filter shows stays in sight as stars come and go', () => {
  expect(shows('starred', picture('a', { starred: true }))).toBe(true)
  expect(shows('starred', picture('a'))).toBe(false)
  expect(shows('brought', picture('a'))).toBe(false)
  expect(shows('all', picture('a', { kind: 'copy' }))).toBe(false)
})

test('pages follow each other without doubles and without copy', () => {
  const first = [picture('a'), picture('b')]
  expect(
    merged(first, [picture('b'), picture('c'), picture('d', { kind: 'copy' })]).map(({ sha256 }) => sha256),
  ).toEqual(['a', 'b', 'c'])
})

const texts = { headline: 'Peel', tagline: 'Sun', brand: 'Zest', callToAction: 'Taste' }
const input = {
  art: { asset: 'a'.repeat(64), width: 512, height: 512 },
  texts,
  language: 'en' as const,
  palette: {
    swatches: [{ colour: '#ff7c1f', share: 1 }],
    edge: { colour: '#ff7c1f', share: 0.4, near: 0.4 },
    subject: { x: 0.3, y: 0.2, width: 0.4, height: 0.6 },
  },
}
const size = { name: 'Poster', width: 1080, height: 1440, dpi: 72, bleedMm: 0, safeMm: 0 }

test.each(TEMPLATES)('$id fills an empty artboard, then adds one beside it; each is one step', (template) => {
  const board = { type: 'artboard' as const, id: 'board', ...size }
  const store = new DocumentStore(
    parseDocument({
      format: 1,
      artboards: [board],
      layers: [],
      variables: [{ type: 'variable', id: 'brand', value: 'Mine' }],
    }),
  )
  store.edit('New', (edit) => {
    applyTemplate(store.document, edit, template, input, size, store.artboard('board'))
  })
  expect(store.document.artboards).toHaveLength(1)
  expect(store.children('board').length).toBeGreaterThan(3)
  store.edit('New', (edit) => {
    // As the list of sizes has it, with more than an artboard takes.
    applyTemplate(store.document, edit, template, input, SIZES.find(({ id }) => id === 'square')!)
  })
  const [, second] = store.document.artboards
  expect(second!.x).toBeGreaterThan(1080)
  expect(store.children(second!.id)).toHaveLength(store.children('board').length)
  expect(store.document.variables.find(({ id }) => id === 'brand')?.value).toBe('Mine')
  store.undo()
  store.undo()
  expect(store.document.layers).toEqual([])
})

test('placeholders stand where the document has no words', () => {
  const document = parseDocument({
    ...{ format: 1, artboards: [], layers: [] },
    variables: [{ type: 'variable', id: 'headline', value: 'Ours' }],
  })
  expect(textsOf(document, texts)).toEqual({ ...texts, headline: 'Ours' })
})
