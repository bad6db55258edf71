import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { DeferredList } from '../../../contract/consultations.schema'
import { api } from '../../lib/api'
import { useLiveStore } from '../live/live.store'

const settleMs = 300

/** What was asked outside hours and is still to be answered; asked again when something about it changes. */
export const useDeferredStore = defineStore('deferred', () => {
  const live = useLiveStore()
  const list = shallowRef<DeferredList>({ items: [], total: 0 })
  const hasFailed = shallowRef(false)
  const more = computed(() => list.value.total - list.value.items.length)
  let timer: ReturnType<typeof setTimeout> | undefined

  async function load(): Promise<void> {
    try {
      list.value = await api.get<DeferredList>('/desk/deferred')
      hasFailed.value = false
    } catch {
      // The list stays as it was known; the next event or reload asks again.
      hasFailed.value = true
    }
  }

  /** Follows the feed; the answer is what ends it. */
  function open(): () => void {
    const soon = () => {
      clearTimeout(timer)
      timer = setTimeout(load, settleMs)
    }
    const offs = [
      live.onEvent((event) => {
        const isListed = list.value.items.some((each) => each.id === event.data.consultation?.id)
        const isNews = event.type === 'consultation.deferred' || event.type.startsWith('ticket.')
        if (isNews || isListed) soon()
      }),
      live.onResync(load),
    ]
    void load()
    return () => {
      for (const off of offs) off()
      clearTimeout(timer)
      list.value = { items: [], total: 0 }
    }
  }

  return { list, more, hasFailed, load, open }
})
