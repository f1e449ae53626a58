import { ACTIONS, type Action, type Label, type Language, MENUS, SUBMENUS } from '#shared/actions/actions.ts'
import { acceleratorOf, isBare } from '#shared/actions/shortcuts.ts'
import type { MenuItem } from './electron.ts'
import { projectName } from './recent.ts'

/** The native menus, drawn from the studio's actions. */
export interface MenuState {
  platform: string
  language: Language
  /** Ids of actions that can be done now. */
  enabled: readonly string[]
  /** Of actions that are on or off. */
  on: Readonly<Record<string, boolean>>
  recent: readonly string[]
  /** For developers. */
  dev: boolean
  choose(id: string): void
  openRecent(path: string): void
  clearRecent(): void
}

export function menuOf(state: MenuState): MenuItem[] {
  const say = (label: Label) => label[state.language]
  const menus: MenuItem[] = MENUS.map(({ id, label }) => ({
    label: say(label),
    submenu: [...itemsOf(id, state), ...added(id, state, say)],
  }))
  return state.platform === 'darwin'
    ? [appMenu(say), ...menus.slice(0, -1), windowMenu(say), ...menus.slice(-1)]
    : menus
}

/** A line where the group changes; a submenu where its first action stands. */
function itemsOf(menu: string, state: MenuState): MenuItem[] {
  const actions: Action[] = ACTIONS.filter((action) => action.menu === menu)
  return actions.flatMap((action, i): MenuItem[] => {
    const before = actions[i - 1]
    const line: MenuItem[] = before && before.group !== action.group ? [{ type: 'separator' }] : []
    const { submenu } = action
    if (submenu === undefined) return [...line, itemOf(action, state)]
    if (before?.submenu === submenu) return []
    const inside = actions.filter((other) => other.submenu === submenu).map((other) => itemOf(other, state))
    return [...line, { label: SUBMENUS[submenu][state.language], submenu: inside }]
  })
}

function itemOf(action: Action, state: MenuState): MenuItem {
  if (action.id === 'file.recent') return recentMenu(action, state)
  const accelerator = acceleratorOf(action, state.platform)
  const item: MenuItem = { id: action.id, label: action.label[state.language] }
  // The page hears the clipboard event that these make; in a text field they work as everywhere.
  if (action.clipboard) return { ...item, role: action.clipboard }
  const bare = isBare(action)
  return {
    ...item,
    enabled: state.enabled.includes(action.id),
    ...(state.on[action.id] === undefined ? {} : { type: 'checkbox', checked: state.on[action.id]! }),
    // A bare key is a letter while text is written: only the page knows. A Mac's menu would take it all the same.
    ...(accelerator === undefined || (bare && state.platform === 'darwin')
      ? {}
      : { accelerator, registerAccelerator: !bare }),
    click: () => state.choose(action.id),
  }
}

function recentMenu(action: Action, state: MenuState): MenuItem {
  const files = state.recent.map(
    (path): MenuItem => ({
      // "&" would underline the next letter.
      label: projectName(path).replaceAll('&', '&&'),
      toolTip: path,
      click: () => state.openRecent(path),
    }),
  )
  const clear: MenuItem = {
    label: { en: 'Clear list', zh: '清除列表' }[state.language],
    click: () => state.clearRecent(),
  }
  return {
    id: action.id,
    label: action.label[state.language],
    enabled: files.length > 0,
    submenu: [...files, { type: 'separator' }, clear],
  }
}

type Say = (label: Label) => string

/** What only a native menu has. */
function added(menu: string, { platform, dev }: MenuState, say: Say): MenuItem[] {
  if (menu === 'file' && platform !== 'darwin')
    return [{ type: 'separator' }, { role: 'quit', label: say({ en: 'Quit', zh: '退出' }) }]
  if (menu === 'view')
    return [
      { type: 'separator' },
      { role: 'togglefullscreen', label: say({ en: 'Full screen', zh: '全屏' }) },
      ...(dev ? [{ role: 'toggleDevTools', label: say({ en: 'Developer tools', zh: '开发者工具' }) } as const] : []),
    ]
  return []
}

function appMenu(say: Say): MenuItem {
  return {
    label: 'Broadside',
    submenu: [
      { role: 'about', label: say({ en: 'About Broadside', zh: '关于 Broadside' }) },
      { type: 'separator' },
      { role: 'services', label: say({ en: 'Services', zh: '服务' }) },
      { type: 'separator' },
      { role: 'hide', label: say({ en: 'Hide Broadside', zh: '隐藏 Broadside' }) },
      { role: 'hideOthers', label: say({ en: 'Hide others', zh: '隐藏其他' }) },
      { role: 'unhide', label: say({ en: 'Show all', zh: '全部显示' }) },
      { type: 'separator' },
      { role: 'quit', label: say({ en: 'Quit Broadside', zh: '退出 Broadside' }) },
    ],
  }
}

function windowMenu(say: Say): MenuItem {
  return {
    role: 'windowMenu',
    label: say({ en: 'Window', zh: '窗口' }),
  }
}
