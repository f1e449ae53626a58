import { ACTIONS, type Action, type Language } from './actions.ts'

/** Shortcuts as keys pressed, as Electron writes them, and as people read them. */

/** What is read of a KeyboardEvent. */
export interface KeyPress {
  key: string
  code: string
  ctrlKey: boolean
  metaKey: boolean
  shiftKey: boolean
  altKey: boolean
  /** A key that an input method is using for a word in the making. */
  isComposing?: boolean
}

interface Chord {
  mod: boolean
  alt: boolean
  shift: boolean
  /** "S", "]", "Enter", "F2" */
  key: string
}

export const isMac = (platform: string) => platform === 'darwin' || platform.startsWith('Mac')

/**
 * The action that a key press asks for, if any. Where text is written, leave the bare ones (`isBare`) to the text.
 * What the key says comes first, then where it lies: "-" lies on a German keyboard where "/" lies on an American one.
 * The open panel's own actions come before all others.
 */
export function actionForKey(event: KeyPress, platform: string, panel?: Action['panel']): Action | undefined {
  if (event.isComposing) return undefined
  const chords = chordsHeld(event, platform)
  const heard = (from: Action['panel']) => ACTIONS.filter((action: Action) => action.panel === from)
  const actions = panel === undefined ? heard(undefined) : [...heard(panel), ...heard(undefined)]
  return actions.find((action) => chords.says(action)) ?? actions.find((action) => chords.lies(action))
}

export function matchesShortcut(action: Action, event: KeyPress, platform: string): boolean {
  return actionForKey(event, platform, action.panel)?.id === action.id
}

/** Without Mod, no function key and not Escape: in a text field these keys write. */
export function isBare(action: Action): boolean {
  if (!action.shortcut) return false
  const { mod, key } = chordOf(action.shortcut)
  return !mod && !/^(?:F\d+|Escape)$/.test(key)
}

/** "CmdOrCtrl+Shift+S": what Electron calls it. */
export function acceleratorOf(action: Action, platform: string): string | undefined {
  if (!action.shortcut) return undefined
  const { mod, alt, shift, key } = chordOf(action.shortcut)
  const control = isMac(platform) ? 'Cmd' : 'Ctrl'
  return [...(mod ? [control] : []), ...(alt ? ['Alt'] : []), ...(shift ? ['Shift'] : []), key].join('+')
}

/** "⇧⌘S" on a Mac, "Ctrl+Shift+S" elsewhere; '' for an action without one. */
export function shortcutText(
  action: Action,
  platform: string,
  language: Language,
  kind: 'electron' | 'browser' = 'electron',
): string {
  const shortcut = kind === 'browser' ? (action.browser ?? action.shortcut) : action.shortcut
  if (!shortcut) return ''
  const { mod, alt, shift, key } = chordOf(shortcut)
  // The order in which Apple writes them: option, shift, command.
  if (isMac(platform)) return `${alt ? '⌥' : ''}${shift ? '⇧' : ''}${mod ? '⌘' : ''}${MAC_KEYS[key] ?? nameOf(key)}`
  const name = language === 'zh' ? (CHINESE_KEYS[key] ?? nameOf(key)) : nameOf(key)
  return [...(mod ? ['Ctrl'] : []), ...(alt ? ['Alt'] : []), ...(shift ? ['Shift'] : []), name].join('+')
}

const MAC_KEYS: Record<string, string> = { Enter: '↩', Delete: '⌫', Backspace: '⌫', Escape: '⎋' }
const CHINESE_KEYS: Record<string, string> = { Enter: '回车', Delete: '删除键', Escape: 'Esc' }

/** A minus sign that is seen. */
const nameOf = (key: string) => (key === '-' ? '−' : key === 'Escape' ? 'Esc' : key)

/** All keys that start it; the browser's too, in the window as well: it costs nothing there. */
function keysOf({ shortcut, browser, also = [] }: Action): string[] {
  return [shortcut, browser, ...also].filter((keys) => keys !== undefined)
}

function chordOf(shortcut: string): Chord {
  const parts = shortcut.split('+')
  const key = parts.pop()!
  return { mod: parts.includes('Mod'), alt: parts.includes('Alt'), shift: parts.includes('Shift'), key }
}

function chordsHeld(event: KeyPress, platform: string) {
  const [control, other] = isMac(platform) ? [event.metaKey, event.ctrlKey] : [event.ctrlKey, event.metaKey]
  const held = ({ mod, alt, shift }: Chord) =>
    control === mod && !other && event.altKey === alt && event.shiftKey === shift
  const is = (action: Action, sameKey: (key: string) => boolean) =>
    keysOf(action)
      .map(chordOf)
      .some((chord) => held(chord) && sameKey(chord.key))
  const said = (event.key === '+' ? '=' : event.key).toLowerCase()
  return {
    says: (action: Action) => is(action, (key) => key.toLowerCase() === said),
    lies: (action: Action) => isElsewhere(said) && is(action, (key) => CODES[key] === event.code),
  }
}

/**
 * Whether a key says something other than a Latin letter: Shift makes "]" a "}", Option makes "a" an "å", a Russian
 * layout makes "v" a "м". Only then its place on the keyboard counts: a Latin letter is what it says, wherever it is.
 */
const isElsewhere = (said: string) => !/^[a-z]$/.test(said)

/** KeyboardEvent.code of signs, letters and digits. */
const CODES: Record<string, string> = {
  '[': 'BracketLeft',
  ']': 'BracketRight',
  '=': 'Equal',
  '-': 'Minus',
  "'": 'Quote',
  ';': 'Semicolon',
  '.': 'Period',
  '/': 'Slash',
  ...Object.fromEntries([...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].map((letter) => [letter, `Key${letter}`])),
  ...Object.fromEntries([...'0123456789'].map((digit) => [digit, `Digit${digit}`])),
}
