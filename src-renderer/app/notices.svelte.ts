import type { StudioError } from '#shared/errors.ts'
import { told } from './api.ts'

/** Short messages at the corner of the window: what happened, and what to do about it. */
export interface Notice {
  id: number
  kind: 'info' | 'error'
  message: string
  remedy?: string
  /** One thing to do from the message itself. */
  offer?: { label: string; perform: () => void }
}

const INFO_MS = 5000

export class Notices {
  list = $state<Notice[]>([])
  #next = 1

  info(message: string, offer?: Notice['offer']): void {
    const notice = this.#add({ kind: 'info', message, ...(offer ? { offer } : {}) })
    setTimeout(() => this.dismiss(notice), INFO_MS)
  }

  /** Stays until it is dismissed: an error that goes by itself was never said. */
  error(thrown: unknown): void {
    const error: StudioError = told(thrown)
    if (error.code === 'cancelled') return
    const { message, where, remedy } = error
    const place = where?.file && !message.includes(where.file) ? ` (${where.file})` : ''
    this.#add({ kind: 'error', message: `${message}${place}`, ...(remedy ? { remedy } : {}) })
  }

  dismiss(id: number): void {
    this.list = this.list.filter((notice) => notice.id !== id)
  }

  #add(notice: Omit<Notice, 'id'>): number {
    const id = this.#next++
    // The same message twice is one message.
    this.list = [...this.list.filter(({ message }) => message !== notice.message), { ...notice, id }].slice(-5)
    return id
  }
}
