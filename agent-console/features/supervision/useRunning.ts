import { watch } from 'vue'
import type { ConsultationView } from '../../../contract/consultations.schema'
import { useLiveList } from '../live/useLiveList'

interface Page {
  items: ConsultationView[]
  nextCursor: string | null
}

/** What goes on now, live: a consultation that begins, ends or changes hands brings the list anew. */
export function useRunning(siteId: () => string | undefined) {
  const { rows, nextCursor, error, isLoading, load } = useLiveList<ConsultationView, Page>(
    '/consultations/running',
    () => ({ siteId: siteId(), limit: 100 }),
    (event) => event.data.consultation !== undefined,
  )
  watch(siteId, () => void load(), { immediate: true })
  return { rows, nextCursor, error, isLoading, load }
}
