import type { Locator, Page } from '@playwright/test'
import type { Random } from './random.ts'
import type { Place, StudioPage } from './studio-page.ts'

interface Point {
  x: number
  y: number
}

/** A layer as it stands on the screen, turned about its centre. */
interface Standing {
  centre: Point
  width: number
  height: number
  /** Degrees clockwise. */
  rotation: number
}

/** What a designer does in a minute, by chance. False: there is nothing to do it with just now. */
export type Gesture = (hand: Hand) => Promise<boolean>

/** More layers say nothing new, and the panel has only those in sight. */
const ENOUGH = 12
/** Where layers are drawn and pushed about: on the artboard, away from rulers and the tool's options. */
const AREA = { left: 0.25, top: 0.15, right: 0.75, bottom: 0.8 }

/** Mouse and keys, and where things are on the screen, worked out from what the inspector says. */
export class Hand {
  readonly studio: StudioPage
  readonly random: Random
  /** How often something was typed: every text is another one. */
  #typed = 0
  #scale = 1
  #origin: Point = { x: 0, y: 0 }

  constructor(studio: StudioPage, random: Random) {
    this.studio = studio
    this.random = random
  }

  get page(): Page {
    return this.studio.page
  }

  get inspector(): Locator {
    return this.page.getByRole('complementary', { name: 'Inspect' })
  }

  /** Draws the first shape, and learns from its figures where the artboard lies. */
  async begin(): Promise<void> {
    await this.studio.press('Control+Shift+;')
    const box = (await this.studio.canvas.boundingBox())!
    const [from, to] = [
      { x: 0.35, y: 0.3 },
      { x: 0.6, y: 0.6 },
    ]
    await this.shape(from, to)
    const [left, top, width] = await this.figures('Left', 'Top', 'Width')
    this.#scale = ((to.x - from.x) * box.width) / width!
    this.#origin = {
      x: box.x + from.x * box.width - left! * this.#scale,
      y: box.y + from.y * box.height - top! * this.#scale,
    }
    await this.studio.press('Control+Shift+;')
  }

  /** Numbers of the inspector; NaN where several layers differ. */
  async figures(...labels: string[]): Promise<number[]> {
    const fields = labels.map((label) => this.inspector.getByRole('textbox', { name: label, exact: true }).inputValue())
    return (await Promise.all(fields)).map((text) => (text === '' ? Number.NaN : Number(text)))
  }

  async count(): Promise<number> {
    return (await this.studio.layerNames()).length - 1
  }

  /** Clicks the row of some layer. Gives its id; undefined when no such layer is in sight. */
  async choose(wanted = '[data-row]', modifiers: 'Shift'[] = []): Promise<string | undefined> {
    const rows = this.studio.tree.locator(`${wanted}[role=treeitem]:not([data-kind=artboard])`)
    const ids = await rows.evaluateAll((all) => all.map((row) => row.getAttribute('data-row')!))
    if (ids.length === 0) return undefined
    const id = this.random.one(ids)
    await this.studio.tree.locator(`[data-row="${id}"]`).click({ position: { x: 70, y: 17 }, modifiers })
    return id
  }

  /** One layer that hangs on the artboard itself, and where it stands. */
  async chooseStanding(): Promise<Standing | undefined> {
    if ((await this.choose('[aria-level="2"]')) === undefined) return undefined
    const [left, top, width, height, rotation] = await this.figures('Left', 'Top', 'Width', 'Height', 'Rotation')
    const scale = this.#scale
    await this.studio.canvas.focus()
    return {
      centre: {
        x: this.#origin.x + (left! + width! / 2) * scale,
        y: this.#origin.y + (top! + height! / 2) * scale,
      },
      width: width! * scale,
      height: height! * scale,
      rotation: rotation!,
    }
  }

  /** Chosen, and the keys belong to the canvas. */
  async hold(wanted?: string): Promise<boolean> {
    const id = await this.choose(wanted)
    await this.studio.canvas.focus()
    return id !== undefined
  }

  somewhere(): Point {
    const { random } = this
    return { x: random.between(AREA.left, AREA.right), y: random.between(AREA.top, AREA.bottom) }
  }

  async shape(from: Place, to: Place): Promise<void> {
    await this.studio.canvas.focus()
    await this.studio.press('r')
    await this.studio.drag(from, to)
  }

  async pull(from: Point, by: Point): Promise<void> {
    const { mouse } = this.page
    await mouse.move(from.x, from.y)
    await mouse.down()
    await mouse.move(from.x + by.x / 2, from.y + by.y / 2)
    await mouse.move(from.x + by.x, from.y + by.y)
    await mouse.up()
  }

  words(): string {
    return `${this.random.one(['Peel the day', '夏日海报', 'Öl & Zitrus', 'half price'])} ${++this.#typed}`
  }

  colour(): string {
    return `#${this.random.whole(0, 0xffffff).toString(16).padStart(6, '0')}`
  }
}

/** Of a box turned about its centre: so far along its diagonal, and `beyond` px further out. */
function corner({ centre, width, height, rotation }: Standing, beyond: number): Point {
  const length = Math.hypot(width, height) / 2 + beyond
  const angle = Math.atan2(height, width) + (rotation * Math.PI) / 180
  return { x: centre.x + length * Math.cos(angle), y: centre.y + length * Math.sin(angle) }
}

const some = (hand: Hand): Point => ({ x: hand.random.between(-90, 90), y: hand.random.between(-90, 90) })

/** With the keys, on whatever layer. */
const keyed =
  (...keys: string[]): Gesture =>
  async (hand) => {
    if (!(await hand.hold())) return false
    await hand.studio.press(hand.random.one(keys))
    return true
  }

/** Something more than there was. */
const adding =
  (gesture: Gesture): Gesture =>
  async (hand) =>
    (await hand.count()) < ENOUGH && gesture(hand)

export const GESTURES: Record<string, Gesture> = {
  'add a shape': adding(async (hand) => {
    const from = hand.somewhere()
    const { random } = hand
    await hand.shape(from, { x: from.x + random.between(0.08, 0.2), y: from.y + random.between(0.05, 0.15) })
    return true
  }),
  'type a text': adding(async (hand) => {
    // Where nothing lies: a click on a text would write in that one.
    await hand.studio.type(hand.words(), { x: hand.random.between(0.25, 0.6), y: hand.random.between(0.82, 0.9) })
    return true
  }),
  'type it again': async (hand) => {
    if (!(await hand.hold('[data-kind=text]'))) return false
    await hand.studio.press('Enter')
    await hand.page.keyboard.type(hand.words())
    await hand.studio.press('Escape')
    return true
  },
  move: async (hand) => {
    const layer = await hand.chooseStanding()
    if (layer) await hand.pull(layer.centre, some(hand))
    return layer !== undefined
  },
  resize: async (hand) => {
    const layer = await hand.chooseStanding()
    if (layer) await hand.pull(corner(layer, 0), some(hand))
    return layer !== undefined
  },
  rotate: async (hand) => {
    const layer = await hand.chooseStanding()
    if (layer) await hand.pull(corner(layer, 15), some(hand))
    return layer !== undefined
  },
  nudge: async (hand) => {
    if (!(await hand.hold())) return false
    const arrow = hand.random.one(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'])
    for (let presses = hand.random.whole(1, 3); presses > 0; presses--)
      await hand.studio.press(hand.random.one([arrow, `Shift+${arrow}`]))
    return true
  },
  duplicate: adding(keyed('Control+d')),
  'copy and paste': adding(async (hand) => {
    if (!(await hand.hold())) return false
    await hand.studio.press('Control+c')
    await hand.studio.press('Control+v')
    return true
  }),
  'cut and paste': async (hand) => {
    if (!(await hand.hold())) return false
    await hand.studio.press('Control+x')
    await hand.studio.press('Control+v')
    return true
  },
  group: async (hand) => {
    if (!(await hand.hold())) return false
    await hand.choose('[data-row]', ['Shift'])
    await hand.studio.canvas.focus()
    await hand.studio.press('Control+g')
    return true
  },
  ungroup: async (hand) => {
    if (!(await hand.hold('[data-kind=group]'))) return false
    await hand.studio.press('Control+Shift+g')
    return true
  },
  reorder: keyed('Control+]', 'Control+[', 'Control+Shift+]', 'Control+Shift+['),
  align: keyed('Alt+a', 'Alt+h', 'Alt+d', 'Alt+w', 'Alt+v', 'Alt+s'),
  flip: keyed('Shift+h', 'Shift+v'),
  'change the fill': async (hand) => {
    if ((await hand.choose('[data-kind=shape]')) === undefined) return false
    await hand.inspector.getByRole('button', { name: 'Fill', exact: true }).click()
    await hand.page.getByLabel('Hex').fill(hand.colour())
    await hand.studio.press('Enter')
    await hand.studio.press('Escape')
    return true
  },
  'change the opacity': async (hand) => {
    if ((await hand.choose()) === undefined) return false
    const field = hand.inspector.getByRole('textbox', { name: 'Opacity', exact: true })
    await field.fill(String(hand.random.whole(5, 100)))
    await hand.studio.press('Enter')
    return true
  },
  'type its place': async (hand) => {
    if ((await hand.choose()) === undefined) return false
    const field = hand.inspector.getByRole('textbox', {
      name: hand.random.one(['Left', 'Top', 'Rotation']),
      exact: true,
    })
    await field.fill(String(hand.random.whole(0, 60)))
    await hand.studio.press('Enter')
    return true
  },
  delete: async (hand) => (await hand.count()) > 3 && keyed('Delete', 'Backspace')(hand),
  lock: keyed('Control+Shift+l'),
  hide: keyed('Control+Shift+h'),
}
