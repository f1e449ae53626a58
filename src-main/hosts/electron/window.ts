import { z } from 'zod'
import type { Electron, Rectangle, Window, WindowOptions } from './electron.ts'
import type { Kept } from './kept.ts'

/** The window: how it is made, and where it was. */

export const rememberedSchema = z.object({
  bounds: z.object({ x: z.int(), y: z.int(), width: z.int().min(1), height: z.int().min(1) }).optional(),
  maximized: z.boolean(),
})
export type Remembered = z.infer<typeof rememberedSchema>

const SMALLEST = { width: 960, height: 640 }
const USUAL = { width: 1440, height: 900 }
/** So much of it must lie on a screen to be taken hold of. */
const GRIP = 100

export function windowOptions(preload: string, icon: string, bounds: Partial<Rectangle>, dev: boolean): WindowOptions {
  return {
    ...bounds,
    minWidth: SMALLEST.width,
    minHeight: SMALLEST.height,
    title: 'Broadside',
    icon,
    show: false, // until there is something to see
    backgroundColor: '#16140f',
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false, // its dictionaries would be fetched
      enableWebSQL: false,
      devTools: dev,
    },
  }
}

/** The remembered place, when enough of it is still on a screen; else the usual size, wherever the system puts it. */
export function placeOnScreens(wanted: Rectangle | undefined, screens: Rectangle[]): Partial<Rectangle> {
  if (!wanted) return USUAL
  const size = { width: Math.max(wanted.width, SMALLEST.width), height: Math.max(wanted.height, SMALLEST.height) }
  const place = { x: wanted.x, y: wanted.y, ...size }
  // Its upper edge must be seen: that is where a window is held.
  const held = screens.some(
    (screen) =>
      overlap(place.x, place.width, screen.x, screen.width) >= GRIP &&
      place.y >= screen.y &&
      place.y + GRIP <= screen.y + screen.height,
  )
  return held ? place : size
}

const overlap = (a: number, aLength: number, b: number, bLength: number) =>
  Math.min(a + aLength, b + bLength) - Math.max(a, b)

export interface WindowMaking {
  preload: string
  icon: string
  remembered: Kept<Remembered>
  /** Chromium's tools for developers can be opened. */
  dev: boolean
}

export function openWindow(
  { BrowserWindow, screen }: Electron,
  { preload, icon, remembered, dev }: WindowMaking,
): Window {
  const { bounds, maximized } = remembered.read()
  const screens = screen.getAllDisplays().map((display) => display.workArea)
  const window = new BrowserWindow(windowOptions(preload, icon, placeOnScreens(bounds, screens), dev))
  if (maximized) window.maximize()
  window.once('ready-to-show', () => window.show())
  // The page's own <title> is not the window's: the page says it by setState.
  window.on('page-title-updated', (event) => event.preventDefault())
  window.on('close', () => remembered.write({ bounds: window.getNormalBounds(), maximized: window.isMaximized() }))
  return window
}
