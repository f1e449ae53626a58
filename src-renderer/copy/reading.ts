import type { Form } from '#shared/copy/board.ts'
import type { BriefReading } from '#shared/copy/brief.ts'
import { type Channel, findChannel } from '#shared/copy/channels.ts'

/** What was read out of a brief, for the fields of the panel. What it does not say is emptied: a brief is a whole. */
export function fieldsOf(reading: BriefReading, channels: readonly Channel[]): Partial<Form> {
  const { brief, language, channel, framework, count } = reading
  const { product, category = '', audience = '', occasion = '', tone = '', benefit = '' } = brief
  return {
    ...{ product, category, audience, occasion, tone, benefit, languages: [language] },
    ...{ mustSay: brief.mustSay.join(', '), mustNotSay: brief.mustNotSay.join(', ') },
    framework: framework === 'free' ? '' : (framework ?? ''),
    ...(channel !== undefined && findChannel(channel, channels) ? { channels: [channel] } : {}),
    ...(count === undefined ? {} : { count: Math.min(count, 40) }),
  }
}
