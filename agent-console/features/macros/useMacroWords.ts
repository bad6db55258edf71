import { useI18n } from 'vue-i18n'
import { readMacroStatus } from '../../../contract/macros.rules'
import type { MacroView } from '../../../contract/macros.schema'

type Step = MacroView['steps'][number]

/** Steps of macros in words. */
export function useMacroWords() {
  const { t } = useI18n()
  function wordOf({ action, value, label }: Step): string {
    if (action === 'priority') return t(`tickets.priorities.${value}`)
    if (action !== 'status')
      return label === value && /^(agt|dep)_/.test(value) ? t('macros.who.gone') : label
    const status = readMacroStatus(value)
    if (!status) return value
    return status.holdHours === null
      ? t(`macros.statuses.${status.command}`)
      : t('macros.statuses.holdFor', { hours: status.holdHours })
  }
  return (step: Step): string => {
    if (step.action === 'assign' && step.value === 'nobody') return t('macros.steps.unassign')
    if (step.action === 'assign' && step.value === 'me') return t('macros.steps.assignMe')
    return t(`macros.steps.${step.action}`, { value: wordOf(step) })
  }
}
