import { pack, unpack, unpackPictures } from '../imaging/archive.ts'
import { compose } from '../imaging/compose.ts'
import { contactSheet } from '../imaging/contact-sheet.ts'
import { decode } from '../imaging/decode.ts'
import { encodeTo } from '../imaging/encode.ts'
import { readPictureFile, readRaw, writeBytes, writeRaw } from '../imaging/files.ts'
import { readMetadata } from '../imaging/metadata.ts'
import { pdfSheet, readPdfSheet } from '../imaging/pdf-sheet.ts'
import { readDieline } from '../imaging/svg-dieline.ts'
import { rasterise } from '../imaging/svg-picture.ts'
import { readTable } from '../imaging/table.ts'
import { thumbnailOf } from '../imaging/thumbnail.ts'
import { serve } from './serve.ts'

/** The imaging worker: everything that parses or draws pictures runs in this process and may die with it. */
serve({
  decode: async ({ path, out, resize }) => writeRaw(out, await decode(path, resize)),

  encode: async ({ picture, out, ...options }) => encodeTo(out, await readRaw(picture), options),

  'read-metadata': async ({ path }) => ({ ...(await readMetadata(path)) }),

  compose: async (task, { signal, report }) => {
    const { document, artboard, scale, assets, only, bleed = false, dielines = false, out, ...options } = task
    report({ type: 'stage', stage: 'composing' })
    const { overflows, ...picture } = await compose(document, artboard, {
      ...{ scale, assets, bleed, dielines },
      ...(only ? { only } : {}),
    })
    signal.throwIfAborted()
    report({ type: 'stage', stage: 'encoding' })
    const encoded = await encodeTo(out, picture, { ...options, source: 'compositeWithTrainedAlgorithmicMedia' })
    return { ...encoded, overflows }
  },

  'read-dieline': ({ path }) => readDieline(path),

  'rasterise-svg': async ({ path, width, out }, { signal }) => {
    const { picture, hasText } = await rasterise(path, width)
    signal.throwIfAborted()
    return { ...(await encodeTo(out, picture, { format: 'png' })), hasText }
  },

  'contact-sheet': async ({ out, format, ...request }, { signal }) => {
    const picture = await contactSheet(request)
    signal.throwIfAborted()
    return encodeTo(out, picture, { format })
  },

  'pdf-sheet': async ({ request, out }, { signal }) => pdfSheet(await readPdfSheet(request), out, signal),

  thumbnail: async ({ path, side, out }) => {
    const bytes = await thumbnailOf(await readPictureFile(path), side)
    await writeBytes(out, bytes)
    return { bytes: bytes.length }
  },

  pack: (task, { signal }) => pack(task, signal),

  unpack: (task) => unpack(task),

  'unpack-pictures': (task, { signal }) => unpackPictures(task, signal),

  'read-table': async ({ path, out }) => {
    const bytes = Buffer.from(JSON.stringify(await readTable(path)))
    await writeBytes(out, bytes)
    return { bytes: bytes.length }
  },
})
