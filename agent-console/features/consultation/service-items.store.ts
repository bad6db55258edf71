import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { KnownItem } from '../../../contract/service-items.schema'
import { api } from '../../lib/api'
import { useLiveStore } from '../live/live.store'

/** The service items on offer, fetched once and again when the administrator changes one. */
export const useServiceItemsStore = defineStore('service-items', () => {
  const items = shallowRef<KnownItem[]>([])
  let loading: Promise<void> | null = null

  async function load(): Promise<void> {
    const { items: known } = await api.get<{ items: KnownItem[] }>('/service-items')
    items.value = known.filter((item) => item.isActive)
  }

  function ensureLoaded(): Promise<void> {
    loading ??= load().catch((error) => {
      // The field is optional: without the list it keeps what is set, and the next form asks again.
      loading = null
      console.warn('The list of service items could not be loaded.', error)
    })
    return loading
  }
  useLiveStore().onEvent((event) => {
    if (!event.type.startsWith('service_item.') || !loading) return
    loading = null
    void ensureLoaded()
  })
  return { items, ensureLoaded }
})
