/** Picture files that are written. */
export const FILE_FORMATS = ['png', 'jpeg', 'webp', 'avif', 'tiff'] as const
export type FileFormat = (typeof FILE_FORMATS)[number]

export const EXTENSIONS: Readonly<Record<FileFormat, string>> = {
  ...{ png: 'png', jpeg: 'jpg', webp: 'webp', avif: 'avif', tiff: 'tiff' },
}
