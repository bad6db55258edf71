import { ref, shallowRef, watch } from 'vue'
import type { PersonView } from '../../../../contract/tickets.schema'
import { api } from '../../../lib/api'
import { useTicketPage } from '../useTicketPage'

const quietMs = 180

/** Colleagues who may be given the open ticket, named or asked in, as `query` narrows them. */
export function usePeople() {
  const page = useTicketPage()
  const query = ref('')
  const people = shallowRef<PersonView[]>([])
  const isLoading = ref(false)
  let asked = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  async function search() {
    const mine = ++asked
    isLoading.value = true
    try {
      const q = query.value.trim() || undefined
      const found = await api.get<{ items: PersonView[] }>(`${page.path.value}/people`, { query: { q } })
      if (mine === asked) people.value = found.items
    } catch {
      // The list says that nobody was found; typing asks again.
      if (mine === asked) people.value = []
    } finally {
      if (mine === asked) isLoading.value = false
    }
  }
  watch(query, () => {
    clearTimeout(timer)
    timer = setTimeout(search, quietMs)
  })
  return { query, people, isLoading, search }
}
