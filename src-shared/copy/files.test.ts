import { expect, test } from 'vitest'
import { copyText, type LineToExport } from './files.ts'

const line = (text: string, more: Partial<LineToExport> = {}): LineToExport => ({
  text,
  channel: 'Poster headline',
  language: 'en',
  count: 3,
  limit: { max: 6, unit: 'words' },
  starred: false,
  ...more,
})
const lines = [
  line('Peel the day.', { starred: true }),
  line('一口"阳光"', { channel: '小红书标题', language: 'zh', count: 6, limit: { max: 20, unit: 'characters' } }),
  line('=HYPERLINK("x")'),
]

test('plain text is the lines, channel by channel', () => {
  expect(copyText('txt', lines)).toBe('Peel the day.\n=HYPERLINK("x")\n\n一口"阳光"\n')
  expect(copyText('txt', [])).toBe('')
})

test('a spreadsheet gets a mark for UTF-8, quotes where they are needed, and no formula', () => {
  expect(copyText('csv', lines)).toBe(
    [
      '\ufeffchannel,language,text,count,limit,unit,starred',
      'Poster headline,en,Peel the day.,3,6,words,yes',
      '小红书标题,zh,"一口""阳光""",6,20,characters,no',
      `Poster headline,en,"'=HYPERLINK(""x"")",3,6,words,no`,
      '',
    ].join('\r\n'),
  )
})

test('markdown shows the text as it is, whatever signs are in it', () => {
  expect(copyText('md', [...lines.slice(0, 1), line('<b>*Wow*</b> [x](y)')])).toBe(
    '## Poster headline\n\n- ★ Peel the day. (3/6)\n- \\<b\\>\\*Wow\\*\\</b\\> \\[x\\](y) (3/6)\n',
  )
})
