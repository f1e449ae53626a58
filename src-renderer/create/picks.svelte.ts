/** Pictures that were clicked: one to look at, two to compare. */
export class Picks {
  list = $state.raw<readonly string[]>([])

  get pair(): readonly [string, string] | undefined {
    const [a, b] = this.list
    return a !== undefined && b !== undefined ? [a, b] : undefined
  }

  has = (sha256: string): boolean => this.list.includes(sha256)

  /** The other one that is picked. */
  besides = (sha256: string): string | undefined => this.list.find((one) => one !== sha256)

  click(event: Pick<MouseEvent, 'ctrlKey' | 'metaKey' | 'shiftKey'>, sha256: string): void {
    const { list } = this
    if (!(event.ctrlKey || event.metaKey || event.shiftKey))
      this.list = list.length === 1 && list[0] === sha256 ? [] : [sha256]
    else this.list = list.includes(sha256) ? list.filter((one) => one !== sha256) : [...list, sha256].slice(-2)
  }
}
