import sharp from 'sharp'

/**
 * The one door to libvips. Every loader is blocked except those for the six formats of format.ts: SVG, PDF, ImageMagick
 * and friends parse far more than pictures.
 */
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: [
    'VipsForeignLoadPng',
    'VipsForeignLoadJpeg',
    'VipsForeignLoadWebp',
    'VipsForeignLoadTiff',
    'VipsForeignLoadNsgif',
    'VipsForeignLoadHeif',
  ],
})
// A worker does one task at a time and dies young: caching only costs memory, and threads would fight the model's.
sharp.cache(false)
sharp.concurrency(1)

export { sharp }
