// Renders every subject in every drawing set to raw RGBA, so that the Python recipes need no SVG reader.
// Usage: node render.mjs OUT_DIR   (run `npm install` in a folder with this package.json first; --modules DIR when elsewhere)
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';

const SIZE = 256;
// The order is a stored format: corpus/subjects.py reads the files by these names.
const SETS = {
  flat: '@iconify-json/fluent-emoji-flat',
  glossy: '@iconify-json/fluent-emoji',
  contrast: '@iconify-json/fluent-emoji-high-contrast',
  noto: '@iconify-json/noto',
};

const [out, , modules = import.meta.dirname] = process.argv.slice(2);
const require = createRequire(path.join(path.resolve(modules), 'package.json'));
const sharp = require('sharp');

const icons = fs
  .readFileSync(path.join(import.meta.dirname, 'subjects.tsv'), 'utf8')
  .split('\n')
  .filter((line) => line && !line.startsWith('#'))
  .map((line) => line.split('\t')[0]);

fs.mkdirSync(out, { recursive: true });
for (const [name, pkg] of Object.entries(SETS)) {
  const set = JSON.parse(fs.readFileSync(require.resolve(`${pkg}/icons.json`), 'utf8'));
  const pixels = Buffer.alloc(icons.length * SIZE * SIZE * 4);
  for (const [index, icon] of icons.entries()) {
    const drawing = set.icons[icon] ?? set.icons[set.aliases?.[icon]?.parent];
    if (!drawing) throw new Error(`${pkg} has no ${icon}`);
    const width = drawing.width ?? set.width ?? 16;
    const height = drawing.height ?? set.height ?? 16;
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${SIZE}" height="${SIZE}" color="#000">${drawing.body}</svg>`;
    // Some drawings fill half of their box: trim to the drawing, so that a layout's size means the subject's size.
    const rendered = await sharp(Buffer.from(svg)).ensureAlpha().png().toBuffer();
    const trimmed = await sharp(rendered).trim({ threshold: 1 }).png().toBuffer();
    const raw = await sharp(trimmed)
      .resize(SIZE - 8, SIZE - 8, { fit: 'contain', background: { r: 0, g: 0, b: 0, alpha: 0 } })
      .extend({ top: 4, bottom: 4, left: 4, right: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } })
      .ensureAlpha()
      .raw()
      .toBuffer();
    raw.copy(pixels, index * SIZE * SIZE * 4);
  }
  fs.writeFileSync(path.join(out, `${name}.rgba`), pixels);
}
fs.writeFileSync(path.join(out, 'icons.json'), JSON.stringify({ size: SIZE, sets: Object.keys(SETS), icons }));
