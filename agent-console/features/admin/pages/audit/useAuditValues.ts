import { useI18n } from 'vue-i18n'
import type { PolicyBody, RuleBody } from '../../../../../contract/sla.schema'
import { useSlaWords } from '../../../sla/useSlaWords'

type Condition = PolicyBody['conditions'][number]
type Step = RuleBody['steps'][number]
type NameOf = (id: string) => string | undefined

/** Values whose field says how they are to be read: amounts of time, moments, levels, conditions, steps. */
export function useAuditValues(nameOf: NameOf) {
  const { t, te, d } = useI18n()
  const { duration } = useSlaWords()
  const word = (key: string, value: string) => (te(key) ? t(key) : value)
  const list = (values: readonly unknown[], one: (value: string) => string) =>
    values.map((each) => one(String(each))).join(t('common.listSeparator')) || t('common.none')

  const conditionOf = ({ field, values }: Condition) =>
    t('sla.policies.conditionIs', {
      field: word(`sla.policies.fields.${field}`, field),
      values: values
        .map((value) => nameOf(value) ?? word(`tickets.priorities.${value}`, word(`common.${value}`, value)))
        .join(t('sla.policies.or')),
    })
  function stepOf({ trigger, atPercent, afterSeconds, action, level }: Step) {
    const after = afterSeconds ? t('sla.rules.afterBreach', { time: duration(afterSeconds * 1000) }) : ''
    const when = trigger === 'warn' ? t('sla.rules.atPercent', { percent: atPercent }) : after
    const does = { action: t(`sla.rules.actions.${action}`), whom: t(`sla.levels.${level}`) }
    return `${when || t('sla.rules.atBreach')} ${t('sla.rules.does', does)}`
  }
  /** Kept as `head:agt_…`. */
  function leaderOf(value: string) {
    const [role = '', id = ''] = value.split(':')
    return `${word(`escalations.leaders.${role}`, role)} ${nameOf(id) ?? id}`
  }
  const readers: Record<string, (value: unknown) => string | undefined> = {
    level: (value) =>
      typeof value === 'number' ? word(`escalations.levels.${value}`, `${value}`) : undefined,
    fromLevel: (value) =>
      typeof value === 'number' ? word(`escalations.levels.${value}`, `${value}`) : undefined,
    clockKind: (value) => word(`sla.kinds.${value}`, `${value}`),
    policyId: (value) => (value === null ? t('sla.rules.everyPolicy') : undefined),
    kind: (value) => (te(`ticketSettings.kinds.${value}`) ? t(`ticketSettings.kinds.${value}`) : undefined),
    pausesOn: (value) => list(value as string[], (each) => word(`sla.reasons.${each}`, each)),
    scopes: (value) =>
      list(value as string[], (each) => word(`integrations.scopes.${each.replace(':', '_')}`, each)),
    eventTypes: (value) =>
      list(value as string[], (each) => word(`integrations.events.${each.replace('.', '_')}`, each)),
    leaders: (value) => list(value as string[], leaderOf),
    conditions: (value) => (value as Condition[]).map(conditionOf).join(t('sla.policies.and')) || undefined,
    steps: (value) => (value as Step[]).map(stepOf).join(t('common.clauseSeparator')),
  }

  /** In words, or nothing where the field says nothing more than its value. */
  return (key: string, value: unknown): string | undefined => {
    if (key.endsWith('Seconds') && typeof value === 'number') return duration(value * 1000)
    if (key.endsWith('At') && typeof value === 'number') return d(new Date(value), 'short')
    const isList = ['pausesOn', 'scopes', 'eventTypes', 'leaders', 'conditions', 'steps'].includes(key)
    return isList && !Array.isArray(value) ? undefined : readers[key]?.(value)
  }
}
