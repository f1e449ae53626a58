import { describe, expect, test } from 'vitest'
import { ACTIONS, type Action, actionById, MENUS } from './actions.ts'
import { acceleratorOf, actionForKey, isBare, type KeyPress, matchesShortcut, shortcutText } from './shortcuts.ts'

const press = (code: string, key: string, held = ''): KeyPress => ({
  code,
  key,
  ctrlKey: held.includes('ctrl'),
  metaKey: held.includes('meta'),
  shiftKey: held.includes('shift'),
  altKey: held.includes('alt'),
})
const onLinux = (code: string, key: string, held = '') => actionForKey(press(code, key, held), 'linux')?.id
const onMac = (code: string, key: string, held = '') => actionForKey(press(code, key, held), 'darwin')?.id

describe('the list', () => {
  test('has every id once, under a menu of its own name', () => {
    expect(new Set(ACTIONS.map(({ id }) => id)).size).toBe(ACTIONS.length)
    const room = (id: string) => id.split('.')[0]!.replace('tool', 'tools')
    expect(ACTIONS.filter(({ id, menu }) => room(id) !== menu)).toEqual([])
    expect(MENUS.filter((menu) => !ACTIONS.some((action) => action.menu === menu.id))).toEqual([])
  })

  test('keeps the actions of a submenu and of a group together', () => {
    const places = ACTIONS.map(({ menu, group, ...more }: Action) => `${menu}/${group}/${more.submenu ?? ''}`)
    const runs = places.filter((place, i) => place !== places[i - 1])
    expect(new Set(runs).size).toBe(runs.length)
  })

  test('names everything in both languages, differently', () => {
    for (const { label } of ACTIONS) {
      expect(label.en).toMatch(/\p{Script=Latin}|中/u)
      expect(label.zh).not.toBe(label.en)
    }
  })

  test.each(['linux', 'win32', 'darwin'])('gives no keys to two actions on %s', (platform) => {
    for (const panel of [undefined, 'copy']) {
      const heard = ACTIONS.filter((action: Action) => action.panel === panel)
      const shown = heard.map((action) => acceleratorOf(action, platform)).filter((keys) => keys !== undefined)
      expect(new Set(shown).size).toBe(shown.length)
    }
  })

  test('finds an action by its id', () => {
    expect(actionById('file.save').label.zh).toBe('保存')
    expect(actionById('file.nonsense')).toBeUndefined()
  })
})

describe('keys', () => {
  test('start the action that shows them, on every platform', () => {
    for (const platform of ['linux', 'win32', 'darwin']) {
      for (const action of ACTIONS as readonly Action[]) {
        const keys = acceleratorOf(action, platform)?.split('+')
        if (!keys) continue
        const key = keys.pop()!
        const held = keys.join(' ').toLowerCase().replace('cmd', 'meta')
        const event = press('', key, held)
        expect(actionForKey(event, platform, action.panel)?.id).toBe(action.id)
        expect(matchesShortcut(action, event, platform)).toBe(true)
      }
    }
  })

  test('take ⌘ on a Mac and Ctrl elsewhere, and not the other one', () => {
    expect([onMac('KeyS', 's', 'meta'), onMac('KeyS', 's', 'ctrl'), onMac('KeyS', 's')]).toEqual([
      'file.save',
      undefined,
      undefined,
    ])
    expect([onLinux('KeyS', 's', 'ctrl'), onLinux('KeyS', 's', 'meta')]).toEqual(['file.save', undefined])
  })

  test('count by what they say, whatever Shift and caps lock make of it', () => {
    expect(onLinux('KeyS', 'S', 'ctrl shift')).toBe('file.save-as')
    expect(onLinux('KeyV', 'V')).toBe('tool.move')
    // AZERTY: the key that says "a" lies where "q" lies.
    expect(onLinux('KeyQ', 'a', 'ctrl')).toBe('edit.select-all')
    expect(onLinux('KeyA', 'q', 'ctrl')).toBeUndefined()
  })

  test('count by their place where they say no Latin letter', () => {
    expect(onLinux('BracketRight', '}', 'ctrl shift')).toBe('object.bring-to-front')
    expect(onLinux('KeyV', 'м')).toBe('tool.move')
    expect(onMac('KeyA', 'å', 'alt')).toBe('object.align-left')
    expect(onMac('KeyH', 'Dead', 'alt')).toBe('object.align-center')
  })

  test('count by what they say before their place', () => {
    // German: "-" lies where "/" lies, "+" where "]" lies.
    expect(onLinux('Slash', '-', 'ctrl')).toBe('view.zoom-out')
    expect(onLinux('BracketRight', '+', 'ctrl')).toBe('view.zoom-in')
    expect(onLinux('Equal', '+', 'ctrl shift')).toBe('view.zoom-in')
  })

  test('have their other keys', () => {
    expect(onLinux('Backspace', 'Backspace')).toBe('edit.delete')
    expect(onLinux('KeyY', 'y', 'ctrl')).toBe('edit.redo')
    expect(onLinux('KeyN', 'n', 'ctrl alt')).toBe('file.new')
  })

  test("of a panel are heard while it is open, before everybody else's", () => {
    const enter = press('Enter', 'Enter', 'ctrl')
    expect(actionForKey(enter, 'linux')?.id).toBe('image.generate')
    expect(actionForKey(enter, 'linux', 'copy')?.id).toBe('copy.write')
    expect(actionForKey(press('KeyS', 's'), 'linux')).toBeUndefined()
    expect(actionForKey(press('KeyZ', 'z', 'ctrl'), 'linux', 'copy')?.id).toBe('edit.undo')
    expect(isBare(actionById('copy.stop'))).toBe(false)
  })

  test('belong to the input method while a word is in the making', () => {
    expect(actionForKey({ ...press('KeyV', 'v'), isComposing: true }, 'linux')).toBeUndefined()
  })

  test('that write text where text is written are bare', () => {
    const bare = (['tool.move', 'edit.delete', 'object.align-left', 'view.rulers'] as const).map((id) => actionById(id))
    const not = (['file.save', 'object.rename', 'image.inpaint', 'image.generate'] as const).map((id) => actionById(id))
    expect([bare.map(isBare), not.map(isBare)]).toEqual([bare.map(() => true), not.map(() => false)])
  })
})

describe('shortcuts are written', () => {
  test('for Electron', () => {
    expect(acceleratorOf(actionById('file.save-as'), 'darwin')).toBe('Cmd+Shift+S')
    expect(acceleratorOf(actionById('file.save-as'), 'win32')).toBe('Ctrl+Shift+S')
    expect(acceleratorOf(actionById('image.inpaint'), 'linux')).toBeUndefined()
  })

  test('for people', () => {
    expect(shortcutText(actionById('file.save-as'), 'darwin', 'en')).toBe('⇧⌘S')
    expect(shortcutText(actionById('file.save-as'), 'linux', 'en')).toBe('Ctrl+Shift+S')
    expect(shortcutText(actionById('image.generate'), 'linux', 'zh')).toBe('Ctrl+回车')
    expect(shortcutText(actionById('image.generate'), 'darwin', 'zh')).toBe('⌘↩')
    expect(shortcutText(actionById('image.inpaint'), 'linux', 'en')).toBe('')
  })

  test('as a browser leaves them to the page', () => {
    expect(shortcutText(actionById('file.new'), 'linux', 'en', 'browser')).toBe('Ctrl+Alt+N')
    expect(shortcutText(actionById('file.save'), 'linux', 'en', 'browser')).toBe('Ctrl+S')
  })
})
