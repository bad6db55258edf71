import { useI18n } from 'vue-i18n'
import { isOverdue, isRed } from '../../../contract/escalation-board.rules'
import type { EscalationView } from '../../../contract/escalations.schema'
import type { Tone } from '../../ui/UiChip.vue'
import { dueKind, roughSpan, usedShare } from './escalation-look'

/** Deadlines in words. */
export function useDueWords() {
  const { t, d } = useI18n()
  const span = (ms: number): string => {
    const { unit, count } = roughSpan(ms)
    return t(`escalations.units.${unit}`, { count })
  }
  function dueText(it: EscalationView, now: number): string {
    if (!it.dueAt) return ''
    const ms = Date.parse(it.dueAt) - now
    return t(ms < 0 ? 'escalations.overdueBy' : 'escalations.left', { time: span(ms) })
  }
  function dueTone(it: EscalationView, now: number): Tone {
    if (isOverdue(it, now)) return 'bad'
    return usedShare(it, now) > 0.75 ? 'warn' : 'good'
  }
  const dueLabel = (it: EscalationView): string =>
    `${t(`escalations.dueKinds.${dueKind(it)}`)} ${it.dueAt ? d(new Date(it.dueAt), 'short') : ''}`
  return { dueText, dueTone, dueLabel, isRed, span }
}
