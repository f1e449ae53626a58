import type { Artifact } from '#shared/contract/artifact.ts'
import { StudioError } from '#shared/errors.ts'
import { recipeSchema } from '#shared/recipe/recipe.ts'
import { bringPicture, told } from '../app/api.ts'
import { say } from '../app/language.svelte.ts'
import { newId, topOrder } from './copies.ts'
import type { Easel } from './easel.svelte.ts'
import { fitBox, type Point } from './geometry.ts'
import { words } from './words.ts'

/** Pictures from the desktop or the library onto an artboard: uploaded a few at a time, placed in one step. */

const AT_ONCE = 4
/** The service takes no more. */
const MAX_BYTES = 2 ** 30

/** Of the files that are on their way. */
export class Bringing {
  done = $state(0)
  total = $state(0)
}

export const bringing = new Bringing()

interface Refused {
  name: string
  error: StudioError
}

/** `at`: of the pasteboard. Files that are no pictures are named, with the reason; the others come all the same. */
export async function bringFiles(easel: Easel, files: readonly File[], at: Point): Promise<void> {
  if (files.length === 0 || easel.readOnly) return
  const board = easel.boardFor(at)
  if (!board) return
  bringing.total += files.length
  const refused: Refused[] = []
  const waiting = files.map((file, index) => ({ file, index }))
  const brought: { artifact: Artifact; name: string }[] = []
  const carry = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { file, index } = next
      try {
        brought[index] = { artifact: await bringOne(file, board.width), name: file.name }
      } catch (thrown) {
        refused[index] = { name: file.name, error: told(thrown) }
      } finally {
        bringing.done++
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, carry))
  if (bringing.done >= bringing.total) Object.assign(bringing, { done: 0, total: 0 })
  // In the order of the files; what went another way left a gap.
  tell(
    easel,
    refused.filter((each) => each !== undefined),
  )
  place(
    easel,
    brought.filter((each) => each !== undefined),
    at,
  )
}

function bringOne(file: File, boardWidth: number): Promise<Artifact> {
  if (file.size > MAX_BYTES)
    throw new StudioError({
      code: 'invalid-file',
      message: say(words.tooLarge, { n: 1 }),
      where: { file: file.name },
      remedy: say(words.saveSmaller),
    })
  // A drawing has no size of its own: it is drawn as wide as the artboard.
  const isDrawing = file.type === 'image/svg+xml' || /\.svg$/i.test(file.name)
  return bringPicture(file, file.name, isDrawing ? Math.min(8192, boardWidth) : undefined)
}

/** A few are told one by one; more would push each other out, and are told together. */
function tell(easel: Easel, refused: readonly Refused[]): void {
  const { notices } = easel.studio
  if (refused.length > 4) {
    const reasons = Map.groupBy(refused, ({ name, error }) => error.message.replaceAll(name, '…'))
    const list = [...reasons].map(([reason, files]) => `${reason}: ${files.map(({ name }) => name).join(', ')}`)
    notices.error(
      new StudioError({
        code: 'invalid-file',
        message: `${say(words.refusedFiles, { n: refused.length })} ${list.join('. ')}`,
        remedy: say(words.savePng),
      }),
    )
    return
  }
  for (const { name, error } of refused)
    notices.error(
      new StudioError({
        code: error.code,
        message: error.message.includes(name) ? error.message : `${name}: ${error.message}`,
        remedy: error.remedy ?? say(words.savePng),
      }),
    )
}

/** Pictures of the library, one over the other around a point. */
export function place(easel: Easel, pictures: readonly { artifact: Artifact; name: string }[], at: Point): void {
  const { store } = easel
  const board = easel.boardFor(at)
  if (!board || pictures.length === 0) return
  const ids: string[] = []
  store.edit(say(words.placePictures), (edit) => {
    let order = topOrder(store, board.id)
    for (const [index, { artifact, name }] of pictures.entries()) {
      const id = newId()
      ids.push(id)
      const recipe = recipeSchema.safeParse(artifact.recipe)
      edit.add({
        type: 'image',
        id,
        name: name.replace(/\.[^.]+$/, '').slice(0, 200),
        parent: board.id,
        order: ++order,
        ...fitBox(artifact, board, { x: at.x - board.x + 24 * index, y: at.y - board.y + 24 * index }),
        asset: artifact.sha256,
        ...(recipe.success ? { recipe: recipe.data } : {}),
      })
    }
  })
  easel.select(ids)
  easel.view.tool = 'move'
}

/** A picture that the library has already. */
export async function placeArtifact(easel: Easel, sha256: string, at: Point): Promise<void> {
  const artifact = await easel.studio.api.library.get({ sha256 })
  place(easel, [{ artifact, name: artifact.model ?? sha256.slice(0, 8) }], at)
}
