import { gzipSync } from 'node:zlib'
import sharp from 'sharp'
import { hostileFiles as broken } from '#main/imaging/fixtures.ts'

/** Files that nobody should have to be afraid of. Name → bytes. */

const svg = (inside: string, attributes = 'width="90" height="90"') =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${attributes}>${inside}</svg>`

/** `outside`: an address that hears of every request. */
const drawings = (outside: string): Record<string, string> => ({
  'script.svg': svg(`<script>fetch('${outside}')</script><rect width="9" height="9"/>`),
  'handler.svg': svg(`<rect width="90" height="90" onload="fetch('${outside}')"/>`),
  'picture-elsewhere.svg': svg(`<image xlink:href="${outside}/picture.png" width="90" height="90"/>`),
  'use-elsewhere.svg': svg(`<use href="${outside}/shapes.svg#a"/>`),
  'style-elsewhere.svg': svg(`<style>@import url("${outside}/style.css");</style><rect width="9" height="9"/>`),
  'font-elsewhere.svg': svg(`<style>@font-face{font-family:a;src:url(${outside}/a.woff2)}</style><text y="9">a</text>`),
  'page-inside.svg': svg(`<foreignObject width="90" height="90"><iframe src="${outside}"/></foreignObject>`),
  'javascript-link.svg': svg(`<a href="javascript:fetch('${outside}')"><rect width="90" height="90"/></a>`),
  'file-of-the-disk.svg': svg('<image href="file:///etc/passwd" width="90" height="90"/>'),
  'entity-bomb.svg': `<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>${svg('<text y="9">&c;</text>')}`,
  'entity-of-the-disk.svg': `<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>${svg('<text y="9">&x;</text>')}`,
  'huge.svg': svg('<rect width="9" height="9"/>', 'width="1" height="100000000"'),
  'broken.svg': '<svg xmlns="http://www.w3.org/2000/svg"><rect',
  'empty.svg': '',
})

export async function hostileFiles(outside: string): Promise<Record<string, Uint8Array | string>> {
  const picture = sharp({ create: { width: 64, height: 64, channels: 3, background: '#c43' } })
  const jpeg = await picture.clone().jpeg().toBuffer()
  // A drawing under a wrong name is a drawing all the same.
  const { 'xml-svg.jpg': _, ...files } = broken(await picture.clone().png().toBuffer(), jpeg)
  return {
    ...files,
    'bomb-65500.jpg': enlarged(jpeg, 65_500),
    'compressed.svg': gzipSync(svg('<rect width="9" height="9"/>')),
    ...drawings(outside),
  }
}

/** The same JPEG, saying that it is so many px wide and high. */
function enlarged(jpeg: Buffer, side: number): Buffer {
  const forged = Buffer.from(jpeg)
  const frame = forged.indexOf(Buffer.from([0xff, 0xc0]))
  forged.writeUInt16BE(side, frame + 5)
  forged.writeUInt16BE(side, frame + 7)
  return forged
}

export const goodPicture = (): Promise<Buffer> =>
  sharp({ create: { width: 640, height: 480, channels: 3, background: '#1b7f79' } })
    .png()
    .toBuffer()
