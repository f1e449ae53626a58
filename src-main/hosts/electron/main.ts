import { app, BrowserWindow, dialog, ipcMain, Menu, Notification, nativeImage, screen, session, shell } from 'electron'
import { toStudioError } from '#shared/errors.ts'
import { checkoutPlace, packedPlace } from './place.ts'
import { startShell } from './shell.ts'

/** The process that Electron starts, and the only file that takes Electron's values in hand. */

/** Electron is not ready before this module is done: nothing may be awaited here. */
startShell(
  { app, BrowserWindow, dialog, ipcMain, Menu, Notification, nativeImage, screen, session, shell },
  {
    place: app.isPackaged
      ? packedPlace(process.resourcesPath, process.platform)
      : checkoutPlace(app.getAppPath(), process.env),
    platform: process.platform,
    argv: process.argv,
    folder: process.cwd(),
    env: process.env,
  },
).catch((error) => {
  process.stderr.write(`${toStudioError(error).toLine()}\n`)
  app.exit(1)
})
