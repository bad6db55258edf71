import { computed, nextTick, ref, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import type { TicketStatus } from '../../../../contract/tickets.rules'
import type { StatusBody, TicketChange, TicketDetail, TicketView } from '../../../../contract/tickets.schema'
import { api } from '../../../lib/api'
import { useProblemText } from '../../../lib/problem-text'
import { useToasts } from '../../../ui/toasts'
import { commandsBackTo } from '../useTicketActions'
import { commandBetween } from './board-moves'

interface Hand {
  ticket: TicketView
  /** The column it is held over. */
  over: TicketStatus
}

/** Taking a card, holding it over columns and putting it down: the same for mouse and keyboard. */
export function useBoardMove(apply: (ticket: TicketView) => void, focus: (id: string) => void) {
  const { t } = useI18n()
  const toasts = useToasts()
  const problemText = useProblemText()
  const hand = shallowRef<Hand | null>(null)
  /** Put down where something has to be asked first. */
  const asking = shallowRef<{ ticket: TicketView; command: 'hold' | 'wait_department' } | null>(null)
  const said = ref('')
  const busyId = ref('')
  const nameOf = (status: TicketStatus) => t(`tickets.statuses.${status}`)
  const mayGo = (to: TicketStatus): boolean =>
    hand.value !== null && commandBetween(hand.value.ticket.status, to) !== null
  const isRefused = computed(
    () => hand.value !== null && hand.value.over !== hand.value.ticket.status && !mayGo(hand.value.over),
  )

  function lift(ticket: TicketView): void {
    if (busyId.value) return
    hand.value = { ticket, over: ticket.status }
    said.value = t('ticketlist.board.lifted', { number: ticket.number, status: nameOf(ticket.status) })
  }
  function holdOver(to: TicketStatus): void {
    if (!hand.value || hand.value.over === to) return
    hand.value = { ...hand.value, over: to }
    said.value = t(isRefused.value ? 'ticketlist.board.overRefused' : 'ticketlist.board.over', {
      status: nameOf(to),
    })
  }
  function letGo(): void {
    if (!hand.value) return
    said.value = t('ticketlist.board.cancelled', { status: nameOf(hand.value.ticket.status) })
    hand.value = null
  }
  /** False where it may not lie: it stays in the hand. */
  function putDown(): boolean {
    const held = hand.value
    if (!held) return false
    if (held.over === held.ticket.status) {
      letGo()
      return true
    }
    const command = commandBetween(held.ticket.status, held.over)
    if (!command) {
      said.value = t('ticketlist.board.overRefused', { status: nameOf(held.over) })
      return false
    }
    hand.value = null
    if (command === 'hold' || command === 'wait_department') asking.value = { ticket: held.ticket, command }
    else void run(held.ticket, { command })
    return true
  }

  const send = async (ticket: TicketView, body: StatusBody): Promise<TicketView> => {
    const { ticket: after } = await api.post<TicketChange>(`/tickets/${ticket.id}/status`, body)
    apply(after)
    return after
  }
  async function run(ticket: TicketView, body: StatusBody): Promise<void> {
    asking.value = null
    busyId.value = ticket.id
    try {
      const before = await api.get<TicketDetail>(`/tickets/${ticket.id}`)
      const after = await send(ticket, body)
      said.value = t('ticketlist.board.dropped', { number: after.number, status: nameOf(after.status) })
      const back = commandsBackTo(before, after.status)
      // Nothing leads back to `new`: the nearest is `open`.
      const hasWay = back.length > 0 && (before.ticket.status !== 'new' || after.status !== 'open')
      toasts.show({
        title: said.value,
        tone: 'good',
        ...(hasWay ? { action: { label: t('ticketlist.undo'), run: () => void undo(after, back) } } : {}),
      })
    } catch (reason) {
      said.value = problemText(reason)
      toasts.bad(problemText(reason))
    } finally {
      busyId.value = ''
      await nextTick()
      focus(ticket.id)
    }
  }
  async function undo(ticket: TicketView, commands: readonly StatusBody[]): Promise<void> {
    try {
      let now = ticket
      for (const command of commands) now = await send(now, command)
      toasts.good(t('ticketlist.board.undone', { status: nameOf(now.status) }))
      await nextTick()
      focus(ticket.id)
    } catch (reason) {
      toasts.bad(problemText(reason))
    }
  }
  return { hand, asking, said, busyId, mayGo, isRefused, lift, holdOver, letGo, putDown, run }
}
export type BoardMove = ReturnType<typeof useBoardMove>
