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

/**
 * The renderer of SVG, for as long as `work` lasts: svg.ts has searched the file by then. No other picture is decoded
 * meanwhile, and none that claims to be one could be an SVG: format.ts looks at the bytes.
 */
export async function withSvgLoader<T>(work: (loader: typeof sharp) => Promise<T>): Promise<T> {
  const operation = ['VipsForeignLoadSvg']
  sharp.unblock({ operation })
  try {
    return await work(sharp)
  } finally {
    sharp.block({ operation })
  }
}

export { sharp }
