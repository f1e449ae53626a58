import type { Studio } from './studio.svelte.ts'

/** Ask for one line of text in a dialog; undefined when the user thought better of it. */
export function askedName(studio: Studio, title: string, value: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    studio.question = {
      title,
      value,
      answer(name) {
        studio.question = undefined
        resolve(name)
      },
    }
  })
}
