import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { ServiceItemView } from '../../../contract/visitors.schema'
import { api } from '../../lib/api'
import { useSitesStore } from '../desk/sites.store'
import { useLiveStore } from '../live/live.store'

type ServiceItem = Pick<ServiceItemView, 'id' | 'name' | 'departmentName'>

/** The centre's service items, fetched once and again when the administrator changes one. */
export const useServiceItemsStore = defineStore('service-items', () => {
  const sites = useSitesStore()
  const items = shallowRef<ServiceItem[]>([])
  let loading: Promise<void> | null = null

  async function load(): Promise<void> {
    await sites.ensureLoaded()
    const key = sites.sites[0]?.key
    if (!key) return
    items.value = (await api.get<{ items: ServiceItem[] }>(`/sites/${key}/service-items`)).items
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
