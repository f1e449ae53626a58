import { expect, test } from 'vitest'
import { readBrief } from '#shared/copy/brief.ts'
import { CHANNELS } from '#shared/copy/channels.ts'
import { readVocabulary } from '#shared/copy/vocabulary.ts'
import { fieldsOf } from './reading.ts'

test('what a pasted brief does not say is emptied; a channel that is not in the list is left as it was', () => {
  const vocabulary = readVocabulary({ tones: [{ id: 'warm', zh: ['温馨'] }] })
  const read = (text: string) => fieldsOf(readBrief(text, vocabulary), CHANNELS)
  expect(read('为「云雀咖啡」写8条海报标题，语气温馨，必须包含“零糖”')).toEqual({
    ...{ product: '云雀咖啡', category: '', audience: '', occasion: '', tone: 'warm', benefit: '' },
    ...{ languages: ['zh'], mustSay: '零糖', mustNotSay: '', framework: '', channels: ['poster-headline'], count: 8 },
  })
  expect(read('Product: Otto\nChannel: sky writing')).not.toHaveProperty('channels')
})
