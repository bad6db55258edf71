import { useI18n } from 'vue-i18n'
import type { AuditEntry } from '../../../../../contract/people.schema'
import { formatSpans, type Hours } from '../sites/hours'
import { useAuditValues } from './useAuditValues'

/** Where the words are that the log keeps as codes. */
const vocabularies = [
  'session.roles',
  'tickets.statuses',
  'tickets.results',
  'tickets.priorities',
  'escalations.reasons',
  'escalations.outcomes',
  'escalations.causes',
  'consultation.outcomes',
  'integrations.webhooks.states',
]
const instant = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/
type NameOf = (id: string) => string | undefined
const isDay = (value: object): value is Hours[number] => 'day' in value && 'spans' in value

/** Turns what the log keeps for machines into words: names for ids, hours as they are written, lists as lists. */
export function useAuditWords(nameOf: NameOf) {
  const { t, te, d } = useI18n()
  const wordsOf = useAuditValues(nameOf)

  function readable(value: unknown): string {
    if (Array.isArray(value)) return value.map(readable).join(t('common.listSeparator')) || t('common.none')
    if (typeof value === 'boolean') return t(value ? 'common.yes' : 'common.no')
    if (value === null || value === undefined || value === '') return t('common.none')
    if (typeof value === 'object') {
      if (isDay(value)) return `${t(`admin.hours.days.${value.day}`)} ${formatSpans(value.spans)}`
      return Object.values(value).map(readable).join(' · ')
    }
    const key = vocabularies.map((each) => `${each}.${value}`).find((each) => te(each))
    if (typeof value === 'string' && instant.test(value)) return d(new Date(value), 'short')
    return nameOf(String(value)) ?? (key ? t(key) : String(value))
  }
  function detailsOf(entry: AuditEntry) {
    return Object.entries(entry.data).map(([key, value]) => {
      const label = `admin.audit.fields.${key}`
      return { key, label: te(label) ? t(label) : key, text: wordsOf(key, value) ?? readable(value) }
    })
  }
  /** What it was done to. What is gone is named by what the log kept of it. */
  function thingOf(entry: AuditEntry): string {
    const kept = entry.data.name ?? entry.data.number
    return nameOf(entry.thing) ?? (typeof kept === 'string' ? kept : entry.thing)
  }
  function actionOf(entry: AuditEntry): string {
    const key = `admin.audit.actions.${entry.action}`
    return te(key) ? t(key) : entry.action
  }
  return { detailsOf, thingOf, actionOf }
}
