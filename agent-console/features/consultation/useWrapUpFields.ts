import { useQuery } from '@pinia/colada'
import { computed, reactive, ref, watch } from 'vue'
import type { WrapUpFields } from '../../../contract/consultations.schema'
import type { FieldEntry, TicketFieldView } from '../../../contract/tickets.schema'
import { api } from '../../lib/api'
import { fieldValueOf, textOfField } from '../tickets/field-text'
import { keepText, keptText } from './kept-text'

/**
 * Required fields of the ticket, asked for where the matter is solved. What is typed is kept in the browser until
 * the wrap-up is complete, when it goes along.
 */
export function useWrapUpFields(id: string, asked: () => { isSolved: boolean; serviceItemId: string }) {
  const keepKey = `wrap-up-fields.${id}`
  const kept = keptText(keepKey)
  const typed = reactive<Record<string, string>>(kept ? (JSON.parse(kept) as Record<string, string>) : {})
  const missing = ref<ReadonlySet<string>>(new Set())
  const query = useQuery({
    key: () => ['wrap-up-fields', id, asked().serviceItemId],
    query: async ({ signal }) => {
      const { serviceItemId } = asked()
      const path = `/consultations/${id}/wrap-up/fields`
      return api.get<WrapUpFields>(path, { signal, query: { serviceItemId: serviceItemId || undefined } })
    },
    enabled: () => asked().isSolved,
  })
  const fields = computed(() =>
    asked().isSolved ? (query.data.value?.items ?? []).filter((field) => field.isRequired) : [],
  )
  const textOf = (field: TicketFieldView): string => typed[field.id] ?? textOfField(field)
  watch(typed, () => keepText(keepKey, JSON.stringify(typed)))

  /** Marks what is empty and answers the first of it. */
  function findMissing(): TicketFieldView | undefined {
    const empty = fields.value.filter((field) => fieldValueOf(field, textOf(field)) === null)
    missing.value = new Set(empty.map((field) => field.id))
    return empty[0]
  }
  const entries = (): FieldEntry[] =>
    fields.value
      .map((field) => ({ field, value: fieldValueOf(field, textOf(field)) }))
      .filter(({ field, value }) => value !== field.value)
      .map(({ field, value }) => ({ fieldId: field.id, value }))
  /** The server knows of more: an administrator or a colleague was faster. */
  function refuse(ids: readonly string[]): void {
    missing.value = new Set(ids)
    void query.refetch()
  }
  const isMissing = (field: TicketFieldView): boolean =>
    missing.value.has(field.id) && fieldValueOf(field, textOf(field)) === null
  return {
    fields,
    textOf,
    isMissing,
    findMissing,
    entries,
    refuse,
    type: (field: TicketFieldView, text: string) => {
      typed[field.id] = text
    },
    forget: () => keepText(keepKey, null),
  }
}
