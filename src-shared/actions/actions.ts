/**
 * Everything a person can do, as data: the native menus, the page's menus, buttons, shortcuts and the list of shortcuts
 * are drawn from here. The page adds to each id when it is enabled and what it does (`Record<ActionId, …>` proves that
 * none is forgotten). A new action is one line.
 *
 * A shortcut is written `Mod+Shift+S`; Mod is ⌘ on a Mac and Ctrl elsewhere. The page sees every key first, in the
 * window as in a browser, and what it handles (preventDefault) never reaches a native menu: no action runs twice.
 */

export type Language = 'en' | 'zh'
export type Label = Record<Language, string>

export const MENUS = [
  { id: 'file', label: { en: 'File', zh: '文件' } },
  { id: 'edit', label: { en: 'Edit', zh: '编辑' } },
  { id: 'object', label: { en: 'Object', zh: '对象' } },
  { id: 'image', label: { en: 'Image', zh: '图像' } },
  { id: 'copy', label: { en: 'Copy', zh: '文案' } },
  { id: 'batch', label: { en: 'Batch', zh: '批量' } },
  { id: 'view', label: { en: 'View', zh: '视图' } },
  { id: 'tools', label: { en: 'Tools', zh: '工具' } },
  { id: 'help', label: { en: 'Help', zh: '帮助' } },
] as const satisfies readonly { id: string; label: Label }[]

export type MenuId = (typeof MENUS)[number]['id']

/** Menus inside a menu. They stand where their first action stands. */
export const SUBMENUS = {
  arrange: { en: 'Arrange', zh: '排列' },
  align: { en: 'Align', zh: '对齐' },
  distribute: { en: 'Distribute', zh: '分布' },
  flip: { en: 'Flip', zh: '翻转' },
} as const satisfies Record<string, Label>

export type SubmenuId = keyof typeof SUBMENUS

export interface Action {
  id: string
  label: Label
  menu: MenuId
  submenu?: SubmenuId
  /** A line is drawn in the menu where the group changes. */
  group: string
  /** Its keys are heard only while this panel is open, and there before those of other actions. */
  panel?: 'copy'
  shortcut?: string
  /** Other keys that do the same; not shown. */
  also?: readonly string[]
  /** Shown and used in a browser's tab, where `shortcut` is the browser's own. */
  browser?: string
  /**
   * The page's own clipboard command: it makes a `cut`, `copy` or `paste` event in the page, which carries the clipboard
   * without asking for permission. Listen to that event; never prevent the key.
   */
  clipboard?: 'cut' | 'copy' | 'paste'
}

// Written flat and in menu order, one line each, to be read as the menus themselves.
export const ACTIONS = [
  action('file.new', 'New project', '新建项目', 'file', 'open', { shortcut: 'Mod+N', browser: 'Mod+Alt+N' }),
  action('file.open', 'Open…', '打开…', 'file', 'open', { shortcut: 'Mod+O' }),
  action('file.recent', 'Open recent', '打开最近项目', 'file', 'open'),
  action('file.save', 'Save', '保存', 'file', 'save', { shortcut: 'Mod+S' }),
  action('file.save-as', 'Save as…', '另存为…', 'file', 'save', { shortcut: 'Mod+Shift+S' }),
  action('file.revert', 'Revert to saved', '恢复到已保存的版本', 'file', 'save'),
  action('file.export', 'Export…', '导出…', 'file', 'export', { shortcut: 'Mod+Shift+E' }),
  action('file.quick-export', 'Quick export as PNG', '快速导出为 PNG', 'file', 'export', { shortcut: 'Mod+E' }),
  action('file.close', 'Close project', '关闭项目', 'file', 'close', { shortcut: 'Mod+W', browser: 'Mod+Alt+W' }),

  action('edit.undo', 'Undo', '撤销', 'edit', 'history', { shortcut: 'Mod+Z' }),
  action('edit.redo', 'Redo', '重做', 'edit', 'history', { shortcut: 'Mod+Shift+Z', also: ['Mod+Y'] }),
  action('edit.cut', 'Cut', '剪切', 'edit', 'clipboard', { shortcut: 'Mod+X', clipboard: 'cut' }),
  action('edit.copy', 'Copy', '复制', 'edit', 'clipboard', { shortcut: 'Mod+C', clipboard: 'copy' }),
  action('edit.paste', 'Paste', '粘贴', 'edit', 'clipboard', { shortcut: 'Mod+V', clipboard: 'paste' }),
  action('edit.duplicate', 'Duplicate', '创建副本', 'edit', 'clipboard', { shortcut: 'Mod+D', also: ['Mod+J'] }),
  action('edit.delete', 'Delete', '删除', 'edit', 'clipboard', { shortcut: 'Delete', also: ['Backspace'] }),
  action('edit.select-all', 'Select all', '全选', 'edit', 'selection', { shortcut: 'Mod+A' }),
  action('edit.deselect', 'Deselect', '取消选择', 'edit', 'selection', { shortcut: 'Mod+Shift+A' }),

  action('object.group', 'Group', '编组', 'object', 'group', { shortcut: 'Mod+G' }),
  action('object.ungroup', 'Ungroup', '取消编组', 'object', 'group', { shortcut: 'Mod+Shift+G' }),
  action('object.rename', 'Rename', '重命名', 'object', 'state', { shortcut: 'F2' }),
  action('object.lay-out', 'Lay out for another size…', '适应其他尺寸…', 'object', 'state'),
  action('object.lock', 'Lock or unlock', '锁定或解锁', 'object', 'state', { shortcut: 'Mod+Shift+L' }),
  action('object.hide', 'Hide or show', '隐藏或显示', 'object', 'state', { shortcut: 'Mod+Shift+H' }),
  inside('arrange', 'object.bring-to-front', 'Bring to front', '置于顶层', { shortcut: 'Mod+Shift+]' }),
  inside('arrange', 'object.bring-forward', 'Bring forward', '上移一层', { shortcut: 'Mod+]' }),
  inside('arrange', 'object.send-backward', 'Send backward', '下移一层', { shortcut: 'Mod+[' }),
  inside('arrange', 'object.send-to-back', 'Send to back', '置于底层', { shortcut: 'Mod+Shift+[' }),
  inside('align', 'object.align-left', 'Align left', '左对齐', { shortcut: 'Alt+A' }),
  inside('align', 'object.align-center', 'Align centres horizontally', '水平居中', { shortcut: 'Alt+H' }),
  inside('align', 'object.align-right', 'Align right', '右对齐', { shortcut: 'Alt+D' }),
  inside('align', 'object.align-top', 'Align top', '顶部对齐', { shortcut: 'Alt+W' }),
  inside('align', 'object.align-middle', 'Align centres vertically', '垂直居中', { shortcut: 'Alt+V' }),
  inside('align', 'object.align-bottom', 'Align bottom', '底部对齐', { shortcut: 'Alt+S' }),
  inside('distribute', 'object.distribute-horizontally', 'Distribute horizontally', '水平等距', {
    shortcut: 'Alt+Shift+H',
  }),
  inside('distribute', 'object.distribute-vertically', 'Distribute vertically', '垂直等距', {
    shortcut: 'Alt+Shift+V',
  }),
  inside('flip', 'object.flip-horizontally', 'Flip horizontally', '水平翻转', { shortcut: 'Shift+H' }),
  inside('flip', 'object.flip-vertically', 'Flip vertically', '垂直翻转', { shortcut: 'Shift+V' }),

  action('image.generate', 'Generate', '生成', 'image', 'generate', { shortcut: 'Mod+Enter' }),
  action('image.vary', 'Vary', '变化', 'image', 'generate', { shortcut: 'Mod+Shift+Enter' }),
  action('image.cancel', 'Stop generating', '停止生成', 'image', 'generate', { shortcut: 'Mod+.' }),
  action('image.image-to-image', 'Image to image', '以图生图', 'image', 'from-picture'),
  action('image.inpaint', 'Inpaint', '局部重绘', 'image', 'from-picture'),
  action('image.outpaint', 'Outpaint', '向外扩展', 'image', 'from-picture'),
  action('image.upscale', 'Upscale to print size…', '放大到印刷尺寸…', 'image', 'from-picture', {
    shortcut: 'Mod+Alt+U',
  }),
  action('image.place', 'Place from file…', '置入文件…', 'image', 'place', { shortcut: 'Mod+Shift+P' }),

  writing('copy.write', 'Write', '撰写', 'write', 'Mod+Enter'),
  writing('copy.stop', 'Stop writing', '停止撰写', 'write', 'Escape'),
  writing('copy.star', 'Star or unstar', '加星或取消', 'judge', 'S'),
  writing('copy.reject', 'Reject', '弃用', 'judge', 'X'),
  writing('copy.edit', 'Edit by hand', '手动修改', 'judge', 'E'),
  writing('copy.more', 'More like this', '更多类似的', 'rewrite', 'M'),
  writing('copy.shorter', 'Shorter', '更短', 'rewrite', '['),
  writing('copy.longer', 'Longer', '更长', 'rewrite', ']'),
  writing('copy.language', 'In the other language', '换一种语言', 'rewrite', 'L'),
  writing('copy.place', 'Place on canvas', '放到画布上', 'use', 'Mod+Shift+Enter'),
  writing('copy.bind', 'Bind to a variable', '绑定到变量', 'use', 'Mod+B'),
  writing('copy.clipboard', 'To the clipboard', '复制到剪贴板', 'use', 'C'),
  writing('copy.export', 'Export copy…', '导出文案…', 'use', 'Mod+Shift+E'),

  action('batch.start', 'Start the batch', '开始批量', 'batch', 'run'),
  action('batch.pause', 'Pause', '暂停', 'batch', 'run'),
  action('batch.resume', 'Resume', '继续', 'batch', 'run'),
  action('batch.cancel', 'Stop the batch', '停止批量', 'batch', 'run'),
  action('batch.star', 'Star or unstar', '加星标或取消', 'batch', 'files'),
  action('batch.lock', 'Lock or unlock', '锁定或解锁', 'batch', 'files'),
  action('batch.reroll', 'Make again', '重做', 'batch', 'files'),
  action('batch.compare', 'Compare two', '比较两个', 'batch', 'files'),
  action('batch.look', 'Look at it', '查看大图', 'batch', 'files'),
  action('batch.show', 'Show its row', '显示所在的行', 'batch', 'files'),
  action('batch.open', 'Open as a project', '作为项目打开', 'batch', 'files'),
  action('batch.export-starred', 'Export the starred…', '导出加星标的…', 'batch', 'files'),

  action('view.zoom-in', 'Zoom in', '放大', 'view', 'zoom', { shortcut: 'Mod+=', also: ['Mod+Shift+='] }),
  action('view.zoom-out', 'Zoom out', '缩小', 'view', 'zoom', { shortcut: 'Mod+-' }),
  action('view.zoom-fit', 'Fit on screen', '适合屏幕', 'view', 'zoom', { shortcut: 'Mod+0' }),
  action('view.zoom-100', 'Actual size, 100 %', '实际大小 100 %', 'view', 'zoom', { shortcut: 'Mod+1' }),
  action('view.rulers', 'Rulers', '标尺', 'view', 'aids', { shortcut: 'Shift+R' }),
  action('view.grid', 'Grid', '网格', 'view', 'aids', { shortcut: "Mod+'" }),
  action('view.guides', 'Guides', '参考线', 'view', 'aids', { shortcut: 'Mod+;' }),
  action('view.snap', 'Snap', '吸附', 'view', 'aids', { shortcut: 'Mod+Shift+;' }),
  action('view.bleed', 'Bleed and safe area', '出血与安全区', 'view', 'aids', { shortcut: 'Shift+B' }),
  action('view.batch', 'Batch', '批量', 'view', 'panels', { shortcut: 'Mod+B' }),
  action('view.copy', 'Write copy', '撰写文案', 'view', 'panels', { shortcut: 'Mod+Alt+C' }),
  action('view.theme', 'Dark or light', '深色或浅色', 'view', 'look'),
  action('view.language', '中文界面', 'English interface', 'view', 'look'),

  action('tool.move', 'Move', '移动', 'tools', 'tools', { shortcut: 'V' }),
  action('tool.hand', 'Hand', '抓手', 'tools', 'tools', { shortcut: 'H' }),
  action('tool.frame', 'Frame for a generated image', '生成框', 'tools', 'make', { shortcut: 'F' }),
  action('tool.text', 'Text', '文字', 'tools', 'make', { shortcut: 'T' }),
  action('tool.shape', 'Shape', '形状', 'tools', 'make', { shortcut: 'R' }),
  action('tool.brush', 'Brush', '画笔', 'tools', 'paint', { shortcut: 'B' }),
  action('tool.mask', 'Mask', '蒙版', 'tools', 'paint', { shortcut: 'M' }),
  action('tool.eyedropper', 'Eyedropper', '吸管', 'tools', 'paint', { shortcut: 'I' }),

  action('help.shortcuts', 'Keyboard shortcuts', '键盘快捷键', 'help', 'help', { shortcut: 'Mod+/' }),
  action('help.about', 'About Broadside', '关于 Broadside', 'help', 'help'),
] as const satisfies readonly Action[]

export type ActionId = (typeof ACTIONS)[number]['id']

const byId = new Map<string, Action>(ACTIONS.map((action) => [action.id, action]))

/** Ids of our own code are known; ids from outside may not be. */
export function actionById(id: ActionId): Action
export function actionById(id: string): Action | undefined
export function actionById(id: string): Action | undefined {
  return byId.get(id)
}

type More = Omit<Action, 'id' | 'label' | 'menu' | 'group'>

function action<Id extends string>(id: Id, en: string, zh: string, menu: MenuId, group: string, more: More = {}) {
  return { id, label: { en, zh }, menu, group, ...more } satisfies Action
}

/** An action of the copy panel. */
function writing<Id extends string>(id: Id, en: string, zh: string, group: string, shortcut: string) {
  return action(id, en, zh, 'copy', group, { panel: 'copy', shortcut })
}

/** An action of a submenu of Object. */
function inside<Id extends string>(submenu: SubmenuId, id: Id, en: string, zh: string, more: More) {
  return action(id, en, zh, 'object', 'arrange', { submenu, ...more })
}
