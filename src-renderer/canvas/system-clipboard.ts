/** The system's clipboard for a Paste without its keys: there is no event that carries it, and the browser may ask. */

export interface OnClipboard {
  files: File[]
  text: string
}

/** Undefined when the page may not look. */
export async function readSystemClipboard(): Promise<OnClipboard | undefined> {
  const found: OnClipboard = { files: [], text: '' }
  try {
    for (const item of await navigator.clipboard.read()) {
      const picture = item.types.find((type) => type.startsWith('image/'))
      if (picture) found.files.push(await fileOf(item, picture))
      else if (item.types.includes('text/plain')) found.text += await (await item.getType('text/plain')).text()
    }
  } catch {
    return undefined
  }
  return found
}

async function fileOf(item: ClipboardItem, type: string): Promise<File> {
  const extension = type.slice('image/'.length).replace(/\+.*$/, '')
  return new File([await item.getType(type)], `clipboard.${extension}`, { type })
}
