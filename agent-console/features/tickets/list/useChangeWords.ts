import { useI18n } from 'vue-i18n'
import type { BulkChange } from '../../../../contract/ticket-list.schema'
import type { FilterChoices } from './useFilterChoices'

/** A change to many tickets in words, for the question before it. */
export function useChangeWords(choices: FilterChoices) {
  const { t, te } = useI18n()
  return (change: BulkChange): string => {
    const say = (name: string, value: string) => t('ticketlist.bulkPart', { name, value })
    const parts: string[] = []
    if (change.assigneeId !== undefined)
      parts.push(
        say(t('ticketlist.filters.assignee'), choices.wordOf('assignee', change.assigneeId ?? 'none')),
      )
    if (change.command) {
      const key = `ticketlist.commands.${change.command}`
      parts.push(say(t('tickets.status'), te(key) ? t(key) : change.command))
    }
    if (change.priority) parts.push(say(t('ticketlist.priority'), t(`tickets.priorities.${change.priority}`)))
    if (change.departmentId)
      parts.push(say(t('ticketlist.filters.department'), choices.wordOf('department', change.departmentId)))
    const tags = [
      ...(change.addTags ?? []).map((name) => `+ ${name}`),
      ...(change.removeTags ?? []).map((name) => `− ${name}`),
    ]
    if (tags.length > 0) parts.push(say(t('ticketlist.tags'), tags.join(t('common.listSeparator'))))
    return parts.join(t('common.listSeparator'))
  }
}
