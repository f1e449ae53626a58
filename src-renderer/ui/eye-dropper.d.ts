/** Chromium's own colour picker; TypeScript's DOM does not know it yet. */
interface EyeDropper {
  open(): Promise<{ sRGBHex: string }>
}

interface Window {
  EyeDropper?: new () => EyeDropper
}
