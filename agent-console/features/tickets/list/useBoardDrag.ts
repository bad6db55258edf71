import { onScopeDispose, type Ref, ref, shallowRef } from 'vue'
import type { TicketStatus } from '../../../../contract/tickets.rules'
import type { TicketView } from '../../../../contract/tickets.schema'
import type { BoardMove } from './useBoardMove'

/** A finger that rests so long takes the card; one that moves before scrolls. */
const restMs = 280
/** A mouse that moved so far drags; less is a click. */
const slackPx = 6
/** Near an edge the board moves under the card. */
const edgePx = 56
const edgeStepPx = 14

interface Options {
  /** Scrolls sideways; its columns carry `data-status`. */
  board: Ref<HTMLElement | undefined>
  move: BoardMove
  canMove: () => boolean
  find: (id: string) => TicketView | undefined
}

/** Carrying a card with a mouse, a pen or a finger. */
export function useBoardDrag({ board, move, canMove, find }: Options) {
  /** Where the carried card hangs; null while none is. */
  const hanging = shallowRef<{ ticket: TicketView; x: number; y: number; width: number } | null>(null)
  const hasDragged = ref(false)
  let start: { id: string; x: number; y: number; pointerId: number; card: HTMLElement } | null = null
  let resting: ReturnType<typeof setTimeout> | undefined
  let scrolling = 0
  let last = { x: 0, y: 0 }

  function take(): void {
    const ticket = start ? find(start.id) : undefined
    if (!start || !ticket) return
    move.lift(ticket)
    if (move.hand.value?.ticket.id !== ticket.id) return
    hasDragged.value = true
    hanging.value = { ticket, x: last.x, y: last.y, width: start.card.offsetWidth }
    scrolling = requestAnimationFrame(scroll)
  }
  const columnAt = (x: number, y: number) =>
    document.elementFromPoint(x, y)?.closest<HTMLElement>('[data-testid="board-column"]')
  function hang(x: number, y: number): void {
    if (!hanging.value) return
    hanging.value = { ...hanging.value, x, y }
    const status = columnAt(x, y)?.dataset.status
    if (status) move.holdOver(status as TicketStatus)
  }
  /** Sideways the board, up and down the column under the card, for as long as it is held near an edge. */
  function scroll(): void {
    if (!hanging.value || !board.value) return
    const frame = board.value.getBoundingClientRect()
    const step = (at: number, from: number, to: number) =>
      at < from + edgePx ? -edgeStepPx : at > to - edgePx ? edgeStepPx : 0
    const sideways = step(last.x, Math.max(0, frame.left), Math.min(window.innerWidth, frame.right))
    if (sideways) {
      board.value.scrollLeft += sideways
      hang(last.x, last.y)
    }
    const list = columnAt(last.x, last.y)?.querySelector('ul')
    const box = list?.getBoundingClientRect()
    if (list && box) list.scrollTop += step(last.y, box.top, box.bottom)
    scrolling = requestAnimationFrame(scroll)
  }
  function stop(): void {
    clearTimeout(resting)
    cancelAnimationFrame(scrolling)
    start = null
    hanging.value = null
  }

  function onDown(event: PointerEvent): void {
    const card = (event.target as HTMLElement).closest<HTMLElement>('[data-testid="board-card"]')
    hasDragged.value = false
    if (!card || !canMove() || event.button !== 0 || !event.isPrimary || move.hand.value) return
    last = { x: event.clientX, y: event.clientY }
    start = { id: card.dataset.id ?? '', ...last, pointerId: event.pointerId, card }
    if (event.pointerType !== 'mouse') resting = setTimeout(take, restMs)
  }
  function onMove(event: PointerEvent): void {
    if (!start || event.pointerId !== start.pointerId) return
    last = { x: event.clientX, y: event.clientY }
    if (hanging.value) {
      hang(last.x, last.y)
      return
    }
    if (Math.hypot(last.x - start.x, last.y - start.y) < slackPx) return
    if (event.pointerType === 'mouse') {
      take()
      hang(last.x, last.y)
    } else stop()
  }
  function onUp(event: PointerEvent): void {
    if (!start || event.pointerId !== start.pointerId) return
    const isHeld = hanging.value !== null
    stop()
    if (!isHeld) return
    // Where it may not lie it goes back: nothing stays in a hand that has let go.
    if (!columnAt(event.clientX, event.clientY) || !move.putDown()) move.letGo()
  }
  function onCancel(): void {
    const isHeld = hanging.value !== null
    stop()
    if (isHeld) move.letGo()
  }
  /** While a card hangs on the finger the page stays where it is. */
  function onTouchMove(event: TouchEvent): void {
    if (hanging.value && event.cancelable) event.preventDefault()
  }
  /** A long press would open the browser's menu. */
  function onMenu(event: Event): void {
    if (start) event.preventDefault()
  }
  function onKey(event: KeyboardEvent): void {
    if (event.key === 'Escape' && hanging.value) onCancel()
  }
  /** The click that ends a drag opens nothing. */
  function onClick(event: MouseEvent): void {
    if (!hasDragged.value) return
    hasDragged.value = false
    event.preventDefault()
    event.stopPropagation()
  }

  window.addEventListener('pointermove', onMove)
  window.addEventListener('pointerup', onUp)
  window.addEventListener('pointercancel', onCancel)
  window.addEventListener('keydown', onKey)
  document.addEventListener('touchmove', onTouchMove, { passive: false })
  onScopeDispose(() => {
    stop()
    window.removeEventListener('pointermove', onMove)
    window.removeEventListener('pointerup', onUp)
    window.removeEventListener('pointercancel', onCancel)
    window.removeEventListener('keydown', onKey)
    document.removeEventListener('touchmove', onTouchMove)
  })
  return { hanging, onDown, onMenu, onClick }
}
