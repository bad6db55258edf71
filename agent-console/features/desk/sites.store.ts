import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { api } from '../../lib/api'

export interface ServedSite {
  id: string
  key: string
  name: string
}

/** Sites this agent serves; fetched when first needed. */
export const useSitesStore = defineStore('served-sites', () => {
  const sites = shallowRef<ServedSite[]>([])
  const error = shallowRef<unknown>(null)
  let loading: Promise<void> | null = null

  function ensureLoaded(): Promise<void> {
    loading ??= api
      .get<{ items: ServedSite[] }>('/sites')
      .then((answer) => {
        sites.value = answer.items
        error.value = null
      })
      .catch((reason) => {
        loading = null
        error.value = reason
      })
    return loading
  }
  return { sites, error, ensureLoaded }
})
