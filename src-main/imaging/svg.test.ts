import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { dielineKind } from '#shared/document/layers/dieline.ts'
import { StudioError } from '#shared/errors.ts'
import { encode } from './encode.ts'
import { bombPng, plain } from './fixtures.ts'
import { sharp } from './sharp.ts'
import { readDieline } from './svg-dieline.ts'
import { rasterise } from './svg-picture.ts'

const dir = mkdtempSync(join(tmpdir(), 'broadside-svg-'))
afterAll(() => rmSync(dir, { recursive: true }))

let count = 0
const fileOf = (content: string | Buffer) => {
  const file = join(dir, `${count++}.svg`)
  writeFileSync(file, content)
  return file
}
const NS = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
const svg = (inside: string, attributes = 'viewBox="0 0 100 50"') => fileOf(`<svg ${NS} ${attributes}>${inside}</svg>`)
const read = (inside: string, attributes?: string) => readDieline(svg(inside, attributes))
const at = ({ width, data }: { width: number; data: Uint8Array }, x: number, y: number) => [
  ...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4),
]

const png = (await encode(plain(4, 4, [0, 0, 255]), { format: 'png' })).toString('base64')

/** Name → file, each of which must never reach a renderer. */
const hostile: Record<string, string | Buffer> = {
  empty: '',
  'not XML': 'hello',
  HTML: '<!doctype html><html><body>hi</body></html>',
  'another root': '<svgx/>',
  'cut short': `<svg ${NS}><path d="M0 0L1 1"`,
  'a script': `<svg ${NS}><script>alert(1)</script></svg>`,
  'a script under another prefix': '<s:svg xmlns:s="http://www.w3.org/2000/svg"><s:ScRipt>1</s:ScRipt></s:svg>',
  'an event handler': `<svg ${NS} onload="alert(1)"/>`,
  'an event handler in capitals': `<svg ${NS}><rect OnClick="alert(1)"/></svg>`,
  'HTML inside': `<svg ${NS}><foreignObject><p>hi</p></foreignObject></svg>`,
  'a DOCTYPE': `<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd"><svg ${NS}/>`,
  'a billion laughs': `<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><svg ${NS}><text>&b;</text></svg>`,
  'a file as an entity': `<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg ${NS}><text>&x;</text></svg>`,
  'an unknown entity': `<svg ${NS}><text>&x;</text></svg>`,
  'a picture on the web': `<svg ${NS}><image href="https://example.com/a.png"/></svg>`,
  'a picture on the disk': `<svg ${NS}><image xlink:href="file:///etc/passwd"/></svg>`,
  'a picture beside it': `<svg ${NS}><image href="secret.png"/></svg>`,
  'a link in character references': `<svg ${NS}><image href="&#104;ttps://example.com"/></svg>`,
  'a drawing in another file': `<svg ${NS}><use href="other.svg#a"/></svg>`,
  'an SVG in the SVG': `<svg ${NS}><image href="data:image/svg+xml;base64,PHN2Zy8+"/></svg>`,
  'a page in the SVG': `<svg ${NS}><a href="data:text/html,hi"><rect/></a></svg>`,
  'a JavaScript link': `<svg ${NS}><a xlink:href=" java&#10;script:alert(1)"><rect/></a></svg>`,
  'a fill from the web': `<svg ${NS}><rect fill="url(https://example.com/#a)"/></svg>`,
  'a style from the web': `<svg ${NS}><rect style="filter: url('https://example.com/#a')"/></svg>`,
  'a style sheet that imports': `<svg ${NS}><style>@import 'https://example.com/a.css';</style></svg>`,
  'a style sheet with a font': `<svg ${NS}><style>@font-face { src: url(//example.com/a) }</style></svg>`,
  'an address in escapes': `<svg ${NS}><style>a { fill: \\75 rl(https://example.com) }</style></svg>`,
  'a style sheet in CDATA': `<svg ${NS}><style><![CDATA[a{fill:url(http://x)}]]></style></svg>`,
  'a style sheet beside it': `<?xml-stylesheet href="a.css"?><svg ${NS}/>`,
  'an animated link': `<svg ${NS}><a href="#a"><set attributeName="href" to="https://x"/></a></svg>`,
  'another base': `<svg ${NS} xml:base="https://example.com"/>`,
  'too deep': `<svg ${NS}>${'<g>'.repeat(5000)}${'</g>'.repeat(5000)}</svg>`,
  'too many elements': `<svg ${NS}>${'<g/>'.repeat(60_000)}</svg>`,
  'too many attributes': `<svg ${NS} ${Array.from({ length: 300 }, (_, i) => `a${i}=""`).join(' ')}/>`,
  'too many bytes': `<svg ${NS}><!--${'x'.repeat(11 << 20)}--></svg>`,
  compressed: Buffer.from([0x1f, 0x8b, 8, 0]),
  'UTF-16': Buffer.from(`<svg ${NS}/>`, 'utf16le'),
}

describe.each(Object.entries(hostile))('an SVG with %s', (_, content) => {
  it('is refused as a picture and as a dieline, with the file and a remedy', async () => {
    const file = fileOf(content)
    for (const open of [rasterise, readDieline]) {
      const error = await open(file).then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
      expect(error).toBeInstanceOf(StudioError)
      expect(error).toMatchObject({ code: 'invalid-file', where: { file }, remedy: expect.stringMatching(/\w/) })
    }
  })
})

describe('an SVG as a picture', () => {
  const half = '<rect width="50" height="50" fill="#ff0000"/>'

  it('is drawn at the size that is asked for, clear where nothing is', async () => {
    for (const width of [10, 100, 333, 2000]) {
      const { picture, hasText } = await rasterise(svg(half), width)
      expect([picture.width, picture.height]).toEqual([width, Math.round(width / 2)])
      expect(at(picture, 1, 1)).toEqual([255, 0, 0, 255])
      expect(at(picture, width - 2, 1)).toEqual([0, 0, 0, 0])
      expect(hasText).toBe(false)
    }
  })

  it('has a size of its own in px, also when it is written in mm', async () => {
    const size = async (attributes: string) => {
      const { picture } = await rasterise(svg(half, attributes))
      return [picture.width, picture.height]
    }
    expect(await size('viewBox="0 0 100 50"')).toEqual([100, 50])
    expect(await size('width="200" viewBox="0 0 100 50"')).toEqual([200, 100])
    expect(await size('width="25.4mm" height="12.7mm" viewBox="0 0 100 50"')).toEqual([96, 48])
  })

  it('may hold a picture and refer to its own parts', async () => {
    const inside = `<defs><linearGradient id="g"><stop stop-color="#00ff00"/></linearGradient></defs>
      <rect width="50" height="50" fill="url(#g)"/><image x="50" width="50" height="50" href="data:image/png;base64,${png}"/>`
    const { picture } = await rasterise(svg(inside))
    expect(at(picture, 10, 10)).toEqual([0, 255, 0, 255])
    expect(at(picture, 75, 25)).toEqual([0, 0, 255, 255])
  })

  it('says that its letters came from this machine', async () => {
    expect((await rasterise(svg('<g><text y="20">hi</text></g>'))).hasText).toBe(true)
  })

  it.each([
    ['a picture bomb', `<image href="data:image/png;base64,${bombPng(16_000).toString('base64')}"/>`, undefined],
    ['a size of nothing', half, 'width="0" height="0"'],
    ['a size beyond memory', half, 'width="1e9" height="1e9"'],
  ])('with %s is refused', async (_, inside, attributes) => {
    await expect(rasterise(svg(inside, attributes))).rejects.toMatchObject({ code: 'invalid-file' })
  })

  it('is the only one that the renderer of SVG is open for', async () => {
    await rasterise(svg(half))
    await expect(sharp(Buffer.from(`<svg ${NS} width="9" height="9"/>`)).metadata()).rejects.toThrow()
  })
})

describe('a dieline', () => {
  const one = async (inside: string) => (await read(inside)).paths.map(({ d }) => d)

  it.each([
    ['a line', '<line x1="1" y1="2" x2="3" y2="4"/>', 'M1 2L3 4'],
    ['a polyline', '<polyline points="0,0 10 0,10,10 5"/>', 'M0 0L10 0L10 10'],
    ['a polygon', '<polygon points="0 0 10 0 10 10"/>', 'M0 0L10 0L10 10Z'],
    ['a rectangle', '<rect x="1" y="2" width="10" height="5"/>', 'M1 2L11 2L11 7L1 7Z'],
    ['relative steps and shorthands', '<path d="m1 1h2v2H1z m5 5l1 1"/>', 'M1 1L3 1L3 3L1 3ZM6 6L7 7'],
    ['quadratic curves', '<path d="M0 0Q1 1 2 0T4 0"/>', 'M0 0Q1 1 2 0Q3 -1 4 0'],
  ])('is read from %s', async (_, inside, d) => {
    expect(await one(inside)).toEqual([d])
  })

  it('turns circles and round corners into curves that stay on them', async () => {
    const [d] = await one('<circle cx="10" cy="10" r="5"/>')
    expect(d).toMatch(/^M5 10C.*Z$/)
    expect(d!.match(/C/g)!.length).toBeGreaterThanOrEqual(4)
    const [box] = await one('<rect width="20" height="10" rx="3"/>')
    expect(box!.match(/C/g)!.length).toBe(4)
    expect(box).not.toMatch(/[aA]/)
  })

  it('flattens the transforms of all its groups, arcs too', async () => {
    const inside = `<g transform="translate(10 20)"><g transform="rotate(90) scale(2)"><path d="M0 0L5 0"/></g></g>
      <path transform="matrix(1 0 0 1 3 4) skewX(45)" d="M0 0L0 1"/><circle transform="scale(2 1)" cx="10" cy="10" r="5"/>`
    const [turned, skewed, stretched] = await one(inside)
    expect(turned).toBe('M10 20L10 30')
    expect(skewed).toBe('M3 4L4 5')
    expect(stretched).toMatch(/^M10 10C/)
    expect(Math.max(...stretched!.match(/[\d.]+/g)!.map(Number))).toBeCloseTo(30, 3)
  })

  const kinds = async (inside: string) => (await read(inside)).paths.map(({ kind }) => kind)
  const line = (attributes = '') => `<path ${attributes} d="M0 0L9 9"/>`

  it('takes the kind of a line from its own name, then from its layer, then from its colour', async () => {
    const named = ['cut', 'Crease 2', 'fold-lines', 'PERF', 'bleed_area', 'glue-tab', '压痕', '模切', 'x'].map((id) =>
      line(`id="${id}"`),
    )
    expect(await kinds(named.join(''))).toEqual([
      ...['cut', 'crease', 'crease', 'perforation', 'bleed', 'glue', 'crease', 'cut', 'cut'],
    ])
    const layer = `<g inkscape:label="Folds" xmlns:inkscape="x">${line()}${line('class="cut"')}</g>`
    expect(await kinds(layer)).toEqual(['crease', 'cut'])
    const colours = ['#00f', 'rgb(0, 160, 90)', 'orange', '#800080', 'red', '#000'].map((c) => line(`stroke="${c}"`))
    expect(await kinds(colours.join(''))).toEqual(['crease', 'bleed', 'glue', 'perforation', 'cut', 'cut'])
    expect(await kinds(`<g id="Dieline" stroke="blue">${line()}${line('stroke="red"')}</g>`)).toEqual(['crease', 'cut'])
  })

  it('reads style sheets and dashes as drawing programs write them', async () => {
    const sheet = '<defs><style>/* a */.st0,.st1{fill:none;stroke:#0000FF;} .st1{stroke:#E30613}</style></defs>'
    expect(await kinds(`${sheet}${line('class="st0"')}${line('class="st1"')}`)).toEqual(['crease', 'cut'])
    expect(await kinds(line('stroke="#e30613" stroke-dasharray="3 2"'))).toEqual(['crease'])
    expect(await kinds(line('style="stroke: #00f; stroke-dasharray: none"'))).toEqual(['crease'])
  })

  it('has a size in mm when the file has one, and none when it is in px', async () => {
    const sized = await read(line(), 'width="210mm" height="29.7cm" viewBox="0 0 595 842"')
    expect(sized.sizeMm).toEqual({ width: 210, height: 297 })
    expect(sized.viewBox).toEqual([0, 0, 595, 842])
    expect((await read(line(), 'width="100" height="50px"')).viewBox).toEqual([0, 0, 100, 50])
    expect((await read(line(), 'width="100" height="50px"')).sizeMm).toBeUndefined()
    expect((await read(line(), 'width="2in" viewBox="0 0 10 20"')).sizeMm?.height).toBeCloseTo(101.6)
    expect((await read(line(), '')).viewBox).toEqual([0, 0, 9, 9])
  })

  it('leaves out what is hidden or not drawn, and says what else it left out', async () => {
    const inside = `${line()}<defs>${line()}</defs><g display="none">${line()}</g><text>Front</text>
      <g><image href="data:image/png;base64,${png}"/></g><use href="#a"/><path d="M0 0L1 oops"/>`
    const { paths, ignored } = await read(inside)
    expect(paths.length).toBe(1)
    expect(ignored).toEqual(['damaged path', 'image', 'text', 'use'])
  })

  it('of five thousand lines fits a layer all the same', async () => {
    const many = Array.from({ length: 5000 }, (_, i) => line(i % 2 ? 'stroke="blue"' : '')).join('')
    const { viewBox, paths } = await read(many)
    expect(paths.map(({ kind }) => kind)).toEqual(['crease', 'cut'])
    const layer = { type: 'dieline', id: 'd', parent: 'b', order: 0, x: 0, y: 0, width: 9, height: 9, viewBox, paths }
    expect(dielineKind.schema.safeParse(layer).success).toBe(true)
  })

  it.each([
    ['no lines', '<text>hi</text>'],
    ['a megabyte of lines', `<path d="M0 0${'L1.2345 6.789'.repeat(60_000)}"/>`],
    ['places beyond all numbers', '<path d="M1e400 0L1e999 1"/>'],
  ])('with %s is refused', async (_, inside) => {
    await expect(read(inside)).rejects.toMatchObject({ code: 'invalid-file', remedy: expect.any(String) })
  })
})
