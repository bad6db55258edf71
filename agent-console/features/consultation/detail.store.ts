import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { ConsultationDetail } from '../../../contract/consultations.schema'
import { applyToDetail, type FeedData, type FeedEvent } from '../../../contract/feed.rules'
import { api } from '../../lib/api'
import { useLiveStore } from '../live/live.store'
import { onDocument } from './document-news'

interface Entry {
  detail: ConsultationDetail | null
  error: unknown
  position: number
}

/** Consultations looked at in this session; each is a snapshot and every event since. */
export const useDetailStore = defineStore('consultation-detail', () => {
  const live = useLiveStore()
  const entries = shallowRef<Record<string, Entry>>({})

  const put = (id: string, change: Partial<Entry>) => {
    const before = entries.value[id] ?? { detail: null, error: null, position: 0 }
    entries.value = { ...entries.value, [id]: { ...before, ...change } }
  }

  function applyTo(id: string, event: FeedEvent): void {
    const entry = entries.value[id]
    if (!entry?.detail || (event.seq > 0 && event.seq <= entry.position)) return
    const detail = applyToDetail(entry.detail, event)
    if (detail !== entry.detail) put(id, { detail })
  }

  function applyToAll(event: FeedEvent): void {
    for (const id of Object.keys(entries.value)) applyTo(id, event)
  }

  async function load(id: string): Promise<void> {
    try {
      const snapshot = await api.get<{ state: ConsultationDetail; cursor: string }>(`/consultations/${id}`)
      const position = Number(snapshot.cursor)
      put(id, { detail: snapshot.state, error: null, position })
      for (const event of live.eventsAfter(position)) applyTo(id, event)
    } catch (error) {
      put(id, { error })
    }
  }

  /** What the API answered, shown before the feed tells the same. */
  const show = (data: FeedData) => applyToAll({ seq: 0, type: 'answer', at: '', subject: '', data })

  /** Follows the feed; the answer is what ends it. */
  function open(): () => void {
    const offs = [
      live.onEvent(applyToAll),
      live.onResync(() => Promise.all(Object.keys(entries.value).map(load))),
      onDocument((document) => show({ document })),
    ]
    return () => {
      for (const off of offs) off()
      entries.value = {}
    }
  }

  return { entries, load, show, open }
})
