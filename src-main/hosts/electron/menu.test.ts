import { expect, test, vi } from 'vitest'
import { ACTIONS, actionById } from '#shared/actions/actions.ts'
import type { MenuItem } from './electron.ts'
import { click, inside } from './fixtures/electron-double.ts'
import { type MenuState, menuOf } from './menu.ts'

const given = (more: Partial<MenuState> = {}): MenuState => ({
  platform: 'linux',
  language: 'en',
  enabled: [],
  on: {},
  recent: [],
  dev: false,
  choose() {},
  openRecent() {},
  clearRecent() {},
  ...more,
})
const flat = (items: MenuItem[]): MenuItem[] => items.flatMap((item) => [item, ...flat(inside(item))])
const find = (items: MenuItem[], id: string) => flat(items).find((item) => item.id === id)!
const words = (items: MenuItem[]) =>
  items.map(({ type, label, accelerator }) =>
    type === 'separator' ? '—' : [label, accelerator].filter(Boolean).join(' '),
  )

test('reads as the list of actions reads', () => {
  const menus = menuOf(given())
  expect(words(menus)).toEqual(['File', 'Edit', 'Object', 'Image', 'Copy', 'Batch', 'View', 'Tools', 'Help'])
  expect(words(inside(menus[0]!))).toEqual([
    'New project Ctrl+N',
    'Open… Ctrl+O',
    'Open recent',
    '—',
    'Save Ctrl+S',
    'Save as… Ctrl+Shift+S',
    'Revert to saved',
    '—',
    'Export… Ctrl+Shift+E',
    'Quick export as PNG Ctrl+E',
    '—',
    'Close project Ctrl+W',
    '—',
    'Quit',
  ])
  const object = inside(menus[2]!)
  expect(words(object)).toEqual([
    'Group Ctrl+G',
    'Ungroup Ctrl+Shift+G',
    '—',
    'Rename F2',
    'Lay out for another size…',
    'Lock or unlock Ctrl+Shift+L',
    'Hide or show Ctrl+Shift+H',
    '—',
    'Arrange',
    'Align',
    'Distribute',
    'Flip',
  ])
  expect(words(inside(object[9]!))).toHaveLength(6)
})

test.each(['linux', 'win32', 'darwin'])('has every action once on %s', (platform) => {
  const ids = flat(menuOf(given({ platform }))).flatMap(({ id }) => id ?? [])
  expect([...ids].sort()).toEqual(ACTIONS.map(({ id }) => id).sort())
})

test('of a Mac begins with the program’s own menu and has one for windows', () => {
  const menus = menuOf(given({ platform: 'darwin', language: 'zh' }))
  expect(words(menus)).toEqual([
    'Broadside',
    '文件',
    '编辑',
    '对象',
    '图像',
    '文案',
    '批量',
    '视图',
    '工具',
    '窗口',
    '帮助',
  ])
  expect(inside(menus[0]!).at(-1)).toEqual({ role: 'quit', label: '退出 Broadside' })
  expect(find(menus, 'file.save').accelerator).toBe('Cmd+S')
})

test('shows bare keys without taking them from who writes', () => {
  expect(find(menuOf(given()), 'tool.move')).toMatchObject({ accelerator: 'V', registerAccelerator: false })
  expect(find(menuOf(given()), 'file.save')).toMatchObject({ registerAccelerator: true })
  // A Mac's menu would take the key whatever it is told.
  expect(find(menuOf(given({ platform: 'darwin' })), 'tool.move')).not.toHaveProperty('accelerator')
})

test('leaves the clipboard to the page', () => {
  const menus = menuOf(given())
  for (const id of ['cut', 'copy', 'paste'] as const)
    expect(find(menus, `edit.${id}`)).toEqual({ id: `edit.${id}`, label: actionById(`edit.${id}`).label.en, role: id })
})

test('switches on what can be done, and passes on what is chosen', () => {
  const choose = vi.fn()
  const menus = menuOf(given({ enabled: ['edit.undo'], choose }))
  expect([find(menus, 'edit.undo').enabled, find(menus, 'edit.redo').enabled]).toEqual([true, false])
  click(find(menus, 'edit.undo'))
  expect(choose.mock.calls).toEqual([['edit.undo']])
})

test('names recent files, and opens them by path', () => {
  const openRecent = vi.fn()
  const clearRecent = vi.fn()
  const menus = menuOf(given({ recent: ['/p/Salt & Lime.broadside'], openRecent, clearRecent }))
  const [file, line, clear] = inside(find(menus, 'file.recent'))
  expect([file?.label, file?.toolTip, line?.type, clear?.label]).toEqual([
    'Salt && Lime',
    '/p/Salt & Lime.broadside',
    'separator',
    'Clear list',
  ])
  click(file)
  click(clear)
  expect([openRecent.mock.calls, clearRecent.mock.calls]).toEqual([[['/p/Salt & Lime.broadside']], [[]]])
  expect(find(menuOf(given()), 'file.recent').enabled).toBe(false)
})

test('has tools for developers only for developers', () => {
  const roles = (dev: boolean) => flat(menuOf(given({ dev }))).flatMap(({ role }) => role ?? [])
  expect(roles(true)).toContain('toggleDevTools')
  expect(roles(false)).not.toContain('toggleDevTools')
})
