import { useI18n } from 'vue-i18n'
import type { EscalationStepView } from '../../../contract/escalations.schema'

const fact = (step: EscalationStepView, name: string): string => {
  const value = step.data[name]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

/** A matter's steps as sentences. */
export function useStepWords() {
  const { t, te } = useI18n()
  const whoOf = ({ actor }: EscalationStepView): string => {
    if (actor.kind === 'visitor') return actor.name || t('escalations.citizen')
    return actor.kind === 'system' ? t('escalations.system') : (actor.name ?? '')
  }
  const known = (group: string, value: string): string =>
    value && te(`escalations.${group}.${value}`) ? t(`escalations.${group}.${value}`) : ''

  function titleOf(step: EscalationStepView): string {
    return t(`escalations.history.${step.type.replaceAll('.', '_')}`, {
      who: whoOf(step),
      reason: known('reasons', fact(step, 'reason')),
      level: fact(step, 'level'),
      department: fact(step, 'departmentName'),
      count: fact(step, 'count'),
    })
  }
  function detailOf(step: EscalationStepView): string {
    const reason = fact(step, 'reason')
    const isFirst = step.type === 'escalation.raised'
    return [
      isFirst ? t('escalations.history.escalation_raised_to', { to: fact(step, 'toName') }) : '',
      known('outcomes', fact(step, 'outcome')),
      fact(step, 'why'),
      fact(step, 'note'),
      fact(step, 'nextAction'),
      isFirst ? '' : known('why_', reason) || reason,
      fact(step, 'result'),
    ]
      .filter(Boolean)
      .join('\n')
  }
  /** From whose desk to whose, where it moved. */
  function wayOf(step: EscalationStepView): { from: string; to: string } | null {
    const [from, to] = [fact(step, 'fromName'), fact(step, 'toName')]
    return from && to ? { from, to } : null
  }
  return { titleOf, detailOf, wayOf }
}
