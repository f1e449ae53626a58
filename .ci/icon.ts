/** Draws assets/icon.png from assets/icon.svg; electron-builder makes every system's own format from it. */
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'

const at = (name: string) => fileURLToPath(new URL(`../assets/${name}`, import.meta.url))

await sharp(at('icon.svg'))
  .resize(1024, 1024)
  .png({ compressionLevel: 9, palette: true, colours: 64 })
  .toFile(at('icon.png'))
