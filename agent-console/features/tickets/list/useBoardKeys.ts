import type { Ref } from 'vue'
import type { TicketStatus } from '../../../../contract/tickets.rules'
import type { Board } from './useBoard'
import type { BoardMove } from './useBoardMove'

interface Options {
  frame: Ref<HTMLElement | undefined>
  board: Board
  move: BoardMove
  canMove: () => boolean
  open: (id: string) => void
}

/** Arrows walk from card to card; Space takes one, arrows carry it, Space puts it down, Escape lets go. */
export function useBoardKeys({ frame, board, move, canMove, open }: Options) {
  const cardsOf = (column: Element | undefined | null) => [
    ...(column?.querySelectorAll<HTMLElement>('[data-testid="board-card"]') ?? []),
  ]
  const columnsShown = () => [
    ...(frame.value?.querySelectorAll<HTMLElement>('[data-testid="board-column"]') ?? []),
  ]

  function carry(step: 1 | -1): void {
    const statuses: TicketStatus[] = board.columns.value.map((column) => column.status)
    const at = move.hand.value ? statuses.indexOf(move.hand.value.over) : -1
    const to = statuses[at + step]
    if (!to) return
    move.holdOver(to)
    columnsShown()[at + step]?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }
  function walk(card: HTMLElement, key: string): void {
    const columns = columnsShown()
    const own = card.closest<HTMLElement>('[data-testid="board-column"]')
    const cards = cardsOf(own)
    const row = cards.indexOf(card)
    if (key === 'ArrowDown') cards[row + 1]?.focus()
    else if (key === 'ArrowUp') cards[row - 1]?.focus()
    else {
      const at = own ? columns.indexOf(own) : -1
      const beyond = key === 'ArrowRight' ? columns.slice(at + 1) : columns.slice(0, at).reverse()
      const next = cardsOf(beyond.find((column) => cardsOf(column).length > 0))
      next[Math.min(row, next.length - 1)]?.focus()
    }
  }
  function onKey(event: KeyboardEvent): void {
    const card = event.target
    if (!(card instanceof HTMLElement) || card.dataset.testid !== 'board-card') return
    const isHeld = move.hand.value !== null
    if (event.key === ' ') {
      const ticket = board.find(card.dataset.id ?? '')
      if (isHeld) move.putDown()
      else if (ticket && canMove()) move.lift(ticket)
    } else if (event.key === 'Escape' && isHeld) move.letGo()
    else if (event.key === 'Enter' && !isHeld) open(card.dataset.id ?? '')
    else if (event.key.startsWith('Arrow')) {
      if (!isHeld) walk(card, event.key)
      else if (event.key === 'ArrowLeft') carry(-1)
      else if (event.key === 'ArrowRight') carry(1)
    } else return
    event.preventDefault()
    event.stopPropagation()
  }
  const focus = (id: string) =>
    frame.value
      ?.querySelector<HTMLElement>(`[data-testid="board-card"][data-id="${CSS.escape(id)}"]`)
      ?.focus()
  return { onKey, focus }
}
