import type * as All from 'electron'

/** What the shell uses of Electron. main.ts passes the real one, tests a recorded double: nobody else imports it. */
export type Electron = Pick<
  typeof All,
  | 'app'
  | 'BrowserWindow'
  | 'dialog'
  | 'ipcMain'
  | 'Menu'
  | 'nativeImage'
  | 'Notification'
  | 'screen'
  | 'session'
  | 'shell'
>

export type Window = All.BrowserWindow
export type Session = All.Session
export type WebContents = All.WebContents
export type WebPreferences = All.WebPreferences
export type WindowOptions = All.BrowserWindowConstructorOptions
export type MenuItem = All.MenuItemConstructorOptions
export type Rectangle = All.Rectangle
export type Sender = All.IpcMainEvent | All.IpcMainInvokeEvent
export type FileFilter = All.FileFilter
export type OpenOptions = All.OpenDialogOptions
