import { ref } from 'vue'
import type { StatusLabel } from '../../../contract/ticket-settings.schema'
import { ticketStatuses } from '../../../contract/tickets.rules'

/** What an administrator calls the statuses; kept here once asked for. */
export const statusWords = ref<readonly StatusLabel[]>([])

/** The words of one language with the administrator's in place of the usual ones. */
export function mergedWords(
  usual: Readonly<Record<string, string>>,
  labels: readonly StatusLabel[],
  locale: string,
): Record<string, string> {
  const own = new Map(labels.map((each) => [each.status, locale === 'en' ? each.labelEn : each.label]))
  return Object.fromEntries(
    ticketStatuses.map((status) => [status, own.get(status) ?? usual[status] ?? status]),
  )
}
