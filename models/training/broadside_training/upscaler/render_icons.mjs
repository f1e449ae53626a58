// Renders SVG icons large, as PNG with transparency: `node render_icons.mjs FOLDER [SIZE]`.
// Icons and sharp come from models/training/subjects (`npm install` there, or in its cache copy given as SUBJECTS).
import fs from 'node:fs'
import path from 'node:path'
import { createRequire } from 'node:module'

const here = path.dirname(new URL(import.meta.url).pathname)
const subjects = process.env.SUBJECTS ?? path.join(here, '../../subjects')
const require = createRequire(path.join(subjects, 'package.json'))
const sharp = require('sharp')

const [folder, size = '640'] = process.argv.slice(2)
const PER_SET = { 'fluent-emoji-flat': 220, noto: 110 }
// Near-duplicates of each other would leak from training into the held-out icons.
const LOOK_ALIKES =
  /flag|skin|tone|medium|light|dark|-face|hand|button|square|circle|person|man|woman|clock|keycap|family|couple|kiss|hair/

fs.mkdirSync(folder, { recursive: true })
for (const [set, count] of Object.entries(PER_SET)) {
  const icons = JSON.parse(fs.readFileSync(require.resolve(`@iconify-json/${set}/icons.json`), 'utf8'))
  const names = Object.keys(icons.icons).filter((name) => !LOOK_ALIKES.test(name)).sort()
  for (let i = 0; i < count; i++) {
    const name = names[Math.floor((i * names.length) / count)]
    const icon = icons.icons[name]
    const width = icon.width ?? icons.width ?? 32
    const height = icon.height ?? icons.height ?? width
    const svg =
      `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ` +
      `viewBox="0 0 ${width} ${height}" width="${size}" height="${size}">${icon.body}</svg>`
    await sharp(Buffer.from(svg))
      .resize(Number(size), Number(size))
      .ensureAlpha()
      .png()
      .toFile(path.join(folder, `${set}--${name}.png`))
  }
}
