import { type Ref, ref, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { asked, filterKeys, type TicketFilters } from '../useTickets'

export type ListView = 'list' | 'board'

/** Filters and view as the address holds them: what is sent to a colleague shows the same. */
export function useListAddress() {
  const route = useRoute()
  const router = useRouter()
  const filtersHere = (): TicketFilters =>
    Object.fromEntries(
      filterKeys.flatMap((key) => (typeof route.query[key] === 'string' ? [[key, route.query[key]]] : [])),
    )
  const viewHere = (): ListView => (route.query.view === 'board' ? 'board' : 'list')
  const view: Ref<ListView> = ref(viewHere())

  /** Keeps both in step; a link to another list while this one is open is followed too. */
  function keep(filters: TicketFilters): void {
    const name = route.name
    const own = () => ({ ...asked(filters), ...(view.value === 'board' ? { view: 'board' } : {}) })
    const key = (query: Record<string, string>) => JSON.stringify(Object.entries(query).sort())
    watch(
      () => key(own()),
      () => void router.replace({ query: own() }),
    )
    watch(
      () => route.query,
      () => {
        if (route.name !== name) return
        const there = filtersHere()
        if (key(asked(there)) === key(asked(filters)) && viewHere() === view.value) return
        for (const each of filterKeys) filters[each] = there[each]
        view.value = viewHere()
      },
    )
  }
  return { initial: filtersHere(), view, keep }
}
