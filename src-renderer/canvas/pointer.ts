import { cursorFor } from './cursor.ts'
import type { Drag, Easel, Press } from './easel.svelte.ts'
import { RULER } from './rulers.ts'
import { dragGuide, guideUnder } from './tools/guide.ts'
import { pan } from './tools/hand.ts'
import { settle } from './tools/nudging.ts'
import { toolOf } from './tools/tools.ts'
import { clickCounter, wheeled } from './wheel.ts'

/** Pointer, wheel and keys of the canvas, handed to the tool in the hand. Moves are taken once per frame. */
export class Pointer {
  readonly #easel: Easel
  readonly #host: HTMLElement
  #drag: Drag | undefined
  #pointer: number | undefined
  #last: Press | undefined
  #moved = false
  #frame = 0
  #space = false
  readonly #clicks = clickCounter()
  readonly #leave: (() => void)[] = []

  constructor(easel: Easel, host: HTMLElement) {
    this.#easel = easel
    this.#host = host
    this.#on(host, 'pointerdown', (event) => this.#down(event))
    this.#on(host, 'pointermove', (event) => this.#move(event))
    this.#on(host, 'pointerup', (event) => this.#up(event))
    this.#on(host, 'pointercancel', () => this.#end((drag) => drag.cancel()))
    this.#on(host, 'pointerleave', () => this.#hover(undefined))
    this.#on(host, 'wheel', (event) => this.#wheel(event), { passive: false })
    this.#on(window, 'keydown', (event) => this.#key(event), { capture: true })
    this.#on(window, 'keyup', (event) => this.#keyUp(event))
    this.#on(window, 'blur', () => {
      this.#space = false
    })
  }

  get isDragging(): boolean {
    return this.#drag !== undefined
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame)
    this.#end((drag) => drag.cancel())
    for (const leave of this.#leave) leave()
  }

  #on<K extends keyof GlobalEventHandlersEventMap>(
    target: HTMLElement | Window,
    type: K | 'blur',
    listener: (event: GlobalEventHandlersEventMap[K]) => void,
    options?: AddEventListenerOptions,
  ): void {
    const heard = listener as EventListener
    target.addEventListener(type, heard, options)
    this.#leave.push(() => target.removeEventListener(type, heard, options))
  }

  #down(event: PointerEvent): void {
    if (this.#drag || (event.button !== 0 && event.button !== 1)) return
    // The canvas takes the keys; a field elsewhere keeps what was typed.
    this.#host.focus({ preventScroll: true })
    const easel = this.#easel
    settle(easel)
    const press = this.#press(event)
    this.#last = press
    if (event.button === 1 || this.#space) this.#drag = pan(easel, press)
    else if (easel.view.editing !== undefined) {
      // The editor commits when it loses the focus; this press only ends the typing.
      easel.view.editing = undefined
      return
    } else this.#drag = this.#ruler(press) ?? toolOf(easel.view.tool).down(easel, press)
    event.preventDefault()
    if (!this.#drag) return
    this.#pointer = event.pointerId
    this.#host.setPointerCapture(event.pointerId)
    this.#cursor()
  }

  /** Rulers give guides, and guides can be taken hold of with the move tool. */
  #ruler(press: Press): Drag | undefined {
    const { view } = this.#easel
    const { x, y } = press.screen
    if (view.rulers && (x < RULER || y < RULER)) {
      if (x < RULER && y < RULER) return nextUnit(this.#easel)
      return dragGuide(this.#easel, press, { axis: x < RULER ? 'x' : 'y' })
    }
    const guide = view.tool === 'move' ? guideUnder(this.#easel, press) : undefined
    return guide && dragGuide(this.#easel, press, { guide })
  }

  #move(event: PointerEvent): void {
    if (this.#drag && event.pointerId !== this.#pointer) return
    this.#last = this.#press(event)
    this.#moved = true
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0
      this.#flush()
    })
  }

  #flush(): void {
    if (!this.#moved || !this.#last) return
    this.#moved = false
    // The document may have moved under a pointer that rests.
    const press = { ...this.#last, point: this.#easel.toDocument(this.#last.screen) }
    if (this.#drag) this.#try(() => this.#drag?.move(press))
    else this.#hover(press)
  }

  #up(event: PointerEvent): void {
    if (!this.#drag || event.pointerId !== this.#pointer) return
    this.#last = this.#press(event)
    this.#flush()
    const press = this.#last
    this.#end((drag) => drag.end(press))
  }

  #end(how: (drag: Drag) => void): void {
    const drag = this.#drag
    this.#drag = undefined
    if (this.#pointer !== undefined && this.#host.hasPointerCapture(this.#pointer))
      this.#host.releasePointerCapture(this.#pointer)
    this.#pointer = undefined
    if (drag) this.#try(() => how(drag))
    this.#cursor()
  }

  /** What a gesture may not do is said, and the gesture is over: the document stays whole. */
  #try(work: () => void): void {
    try {
      work()
    } catch (thrown) {
      const drag = this.#drag
      this.#drag = undefined
      drag?.cancel()
      this.#easel.studio.notices.error(thrown)
    }
  }

  #hover(press: Press | undefined): void {
    if (this.#drag) return
    this.#last = press
    toolOf(this.#easel.view.tool).hover?.(this.#easel, press)
    this.#cursor()
  }

  #cursor(): void {
    const cursor = cursorFor(this.#easel, this.#last, { space: this.#space, dragging: this.#drag !== undefined })
    if (cursor) this.#host.style.cursor = cursor
  }

  /** Another tool was taken. */
  refresh(): void {
    this.#cursor()
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault()
    const easel = this.#easel
    easel.look(wheeled(easel.camera, event, this.#at(event)))
    // What hangs on the pointer goes on from where it is now.
    this.#moved = true
    if (this.#drag) this.#flush()
  }

  #key(event: KeyboardEvent): void {
    const typing = isField(event.target)
    if (event.key === ' ' && !typing && !event.repeat && this.#isOurs(event)) {
      this.#space = true
      event.preventDefault()
      this.#cursor()
      return
    }
    if (event.key === ' ' && this.#space) event.preventDefault()
    if (event.key === 'Escape' && this.#drag) {
      this.#end((drag) => drag.cancel())
      event.preventDefault()
      return
    }
    if (this.#drag && isModifier(event.key)) {
      this.#modifiers(event)
      return
    }
    if (this.#drag) {
      // Half of a gesture is no state to do anything else in. Undo takes the gesture back.
      if (event.key.toLowerCase() === 'z' && (event.ctrlKey || event.metaKey)) this.#end((drag) => drag.cancel())
      event.preventDefault()
      event.stopPropagation()
      return
    }
    if (typing || event.isComposing || !this.#isOurs(event)) return
    // Undo takes back a finished step, not half of one.
    if (!event.key.startsWith('Arrow') && !isModifier(event.key)) settle(this.#easel)
    if (toolOf(this.#easel.view.tool).key?.(this.#easel, event)) {
      event.preventDefault()
      event.stopPropagation()
    }
  }

  #keyUp(event: KeyboardEvent): void {
    if (event.key === ' ') {
      this.#space = false
      this.#cursor()
    }
    if (this.#drag) this.#modifiers(event)
  }

  /** A modifier that comes or goes changes a drag at once, not with the next move. */
  #modifiers(event: KeyboardEvent): void {
    if (!this.#last) return
    const { shiftKey: shift, altKey: alt, ctrlKey, metaKey } = event
    this.#last = { ...this.#last, shift, alt, mod: ctrlKey || metaKey }
    this.#moved = true
    this.#flush()
  }

  /** Keys belong to the canvas while it has the focus, or nothing has. */
  #isOurs({ target }: KeyboardEvent): boolean {
    return target === document.body || (target instanceof Node && this.#host.contains(target))
  }

  #at({ clientX, clientY }: MouseEvent) {
    const { left, top } = this.#host.getBoundingClientRect()
    return { x: clientX - left, y: clientY - top }
  }

  #press(event: PointerEvent): Press {
    const screen = this.#at(event)
    const { shiftKey: shift, altKey: alt, ctrlKey, metaKey, pressure } = event
    const clicks = event.type === 'pointerdown' ? this.#clicks(event) : (this.#last?.clicks ?? 1)
    return { screen, point: this.#easel.toDocument(screen), shift, alt, mod: ctrlKey || metaKey, clicks, pressure }
  }
}

const UNITS = ['px', 'mm', 'in'] as const

/** A press on the corner between the rulers: nothing is dragged. */
function nextUnit({ view }: Easel): Drag {
  view.unit = UNITS[(UNITS.indexOf(view.unit) + 1) % UNITS.length]!
  const nothing = () => {}
  return { move: nothing, end: nothing, cancel: nothing }
}

const isModifier = (key: string): boolean => ['Shift', 'Alt', 'Control', 'Meta'].includes(key)

function isField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || target.matches('input, textarea, select')
}
