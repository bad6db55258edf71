import { useInfiniteQuery } from '@pinia/colada'
import { computed, type Ref } from 'vue'
import type { AuditEntry } from '../../../../../contract/people.schema'
import { api } from '../../../../lib/api'

interface AuditPage {
  items: AuditEntry[]
  nextCursor: string | null
  names: Record<string, string>
}
export interface AuditDay {
  /** The reader's calendar day. */
  date: Date
  entries: AuditEntry[]
}

/** The log newest first, page by page, under its days. */
export function useAuditLog(filter: { action: Ref<string | undefined>; actorId: Ref<string | undefined> }) {
  const query = useInfiniteQuery<AuditPage, Error, string | null>({
    key: () => ['admin', 'audit', filter.action.value ?? '', filter.actorId.value ?? ''],
    query: ({ pageParam, signal }) =>
      api.get<AuditPage>('/audit', {
        query: { limit: 50, cursor: pageParam, action: filter.action.value, actorId: filter.actorId.value },
        signal,
      }),
    initialPageParam: null,
    getNextPageParam: (last) => last.nextCursor,
  })
  const days = computed(() => {
    const found: AuditDay[] = []
    for (const entry of query.data.value?.pages.flatMap((page) => page.items) ?? []) {
      const date = new Date(entry.at)
      const last = found.at(-1)
      if (last?.date.toDateString() === date.toDateString()) last.entries.push(entry)
      else found.push({ date, entries: [entry] })
    }
    return found
  })
  /** Ticket numbers by the ids that entries name. */
  const numbers = computed<Record<string, string>>(() =>
    Object.assign({}, ...(query.data.value?.pages ?? []).map((page) => page.names)),
  )
  return { query, days, numbers }
}
