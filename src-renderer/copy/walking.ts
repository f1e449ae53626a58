/** Where an arrow key leads in lines that stand in columns; undefined: the key leads nowhere. */
export function steppedFrom(list: HTMLElement, chosen: string | undefined, key: string): string | undefined {
  const cards = [...list.querySelectorAll<HTMLElement>('[data-line]')]
  const idOf = (card: HTMLElement | undefined) => card?.dataset.line
  const at = cards.findIndex((card) => card.dataset.line === chosen)
  switch (key) {
    case 'ArrowRight':
      return idOf(cards[at + 1])
    case 'ArrowLeft':
      return idOf(cards[at < 0 ? 0 : at - 1])
    case 'Home':
      return idOf(cards[0])
    case 'End':
      return idOf(cards.at(-1))
    case 'ArrowDown':
    case 'ArrowUp':
      return at < 0 ? idOf(cards[0]) : idOf(below(cards, cards[at]!, key === 'ArrowDown' ? 1 : -1))
    default:
      return undefined
  }
}

/** The card of the next row that stands nearest. */
function below(cards: readonly HTMLElement[], from: HTMLElement, direction: 1 | -1): HTMLElement | undefined {
  const here = from.getBoundingClientRect()
  const rows = cards
    .map((card) => ({ card, box: card.getBoundingClientRect() }))
    .filter(({ box }) => (box.top - here.top) * direction > 1)
    .toSorted((a, b) => (a.box.top - b.box.top) * direction || a.box.left - b.box.left)
  const row = rows.filter(({ box }) => Math.abs(box.top - rows[0]!.box.top) < 1)
  return row.toSorted((a, b) => Math.abs(a.box.left - here.left) - Math.abs(b.box.left - here.left))[0]?.card
}
