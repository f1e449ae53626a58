import { existsSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { Label, Language } from '#shared/actions/actions.ts'
import type { Electron, FileFilter, OpenOptions, Window } from './electron.ts'

/** What the user is asked. Every answer that is a path stays in the shell and the service. */
export interface Dialogs {
  openProject(): Promise<string | undefined>
  saveProject(name: string): Promise<string | undefined>
  saveExport(name: string): Promise<string | undefined>
  chooseFolder(): Promise<string | undefined>
  failed(line: string): Promise<void>
  /** The service does not start. Whether to try again. */
  trouble(lastWords: string): Promise<boolean>
}

const PROJECT: Label = { en: 'Broadside project', zh: 'Broadside 项目' }
const KINDS: Record<string, Label> = {
  png: { en: 'PNG picture', zh: 'PNG 图片' },
  jpg: { en: 'JPEG picture', zh: 'JPEG 图片' },
  jpeg: { en: 'JPEG picture', zh: 'JPEG 图片' },
  webp: { en: 'WebP picture', zh: 'WebP 图片' },
  txt: { en: 'Plain text', zh: '纯文本' },
  csv: { en: 'Table', zh: '表格' },
  md: { en: 'Markdown', zh: 'Markdown 文档' },
}

export function dialogsOf(
  { app, dialog }: Pick<Electron, 'app' | 'dialog'>,
  windowNow: () => Window | undefined,
  language: () => Language,
): Dialogs {
  const say = (label: Label) => label[language()]
  const filters = (extension: string, label: Label | undefined): FileFilter[] =>
    label ? [{ name: say(label), extensions: [extension] }] : []

  async function save(folder: 'documents' | 'pictures', name: string, extension: string, label: Label | undefined) {
    const options = {
      defaultPath: join(app.getPath(folder), safeName(name, extension)),
      filters: filters(extension, label),
      showsTagField: false,
    }
    const window = windowNow()
    const { canceled, filePath } = await (window
      ? dialog.showSaveDialog(window, options)
      : dialog.showSaveDialog(options))
    return canceled || filePath === '' ? undefined : withExtension(filePath, extension)
  }

  async function open(options: OpenOptions): Promise<string | undefined> {
    const window = windowNow()
    const { canceled, filePaths } = await (window
      ? dialog.showOpenDialog(window, options)
      : dialog.showOpenDialog(options))
    return canceled ? undefined : filePaths[0]
  }

  async function ask(message: string, detail: string, buttons: string[]): Promise<number> {
    const options = { type: 'error' as const, title: 'Broadside', message, detail, buttons, defaultId: 0, noLink: true }
    const window = windowNow()
    const { response } = await (window ? dialog.showMessageBox(window, options) : dialog.showMessageBox(options))
    return response
  }

  return {
    openProject: () => open({ properties: ['openFile'], filters: filters('broadside', PROJECT) }),
    chooseFolder: () => open({ properties: ['openDirectory', 'createDirectory'] }),
    saveProject: (name) => save('documents', name, 'broadside', PROJECT),
    saveExport(name) {
      const extension = extname(name).slice(1).toLowerCase()
      return save('pictures', name, extension, KINDS[extension])
    },
    async failed(line) {
      await ask(say({ en: 'This did not work', zh: '操作未成功' }), line, [say({ en: 'OK', zh: '好' })])
    },
    async trouble(lastWords) {
      const message = say({
        en: 'The studio cannot start its service. Your work is safe on the disk.',
        zh: '工作室无法启动其服务。您的作品已安全保存在磁盘上。',
      })
      const buttons = [say({ en: 'Try again', zh: '重试' }), say({ en: 'Quit', zh: '退出' })]
      return (await ask(message, lastWords, buttons)) === 0
    },
  }
}

/** A name that every system takes: it comes from a document, which may come from anywhere. */
export function safeName(name: string, extension: string): string {
  const stem = extension && name.toLowerCase().endsWith(`.${extension}`) ? name.slice(0, -extension.length - 1) : name
  const safe = stem
    .replace(/[\\/:*?"<>|\p{Cc}\p{Cf}]/gu, '-')
    .replace(/^[.\s]+|[.\s]+$/g, '')
    .slice(0, 120)
  return `${safe === '' ? 'Untitled' : safe}${extension ? `.${extension}` : ''}`
}

/**
 * The dialog asked before it took the place of another file, for the name that was typed. With the extension added it
 * may be another file's name, for which nobody asked: then a free one.
 */
function withExtension(path: string, extension: string): string {
  if (extension === '' || path.toLowerCase().endsWith(`.${extension}`)) return path
  for (let n = 1; ; n++) {
    const wanted = `${path}${n === 1 ? '' : `-${n}`}.${extension}`
    if (!existsSync(wanted)) return wanted
  }
}
