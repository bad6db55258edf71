import { computed } from 'vue'
import { useSessionStore } from '../../../session/session.store'
import { useAgents, useDepartments, useSites } from '../admin.queries'

/** Names of the accounts, departments and sites that the log knows by id only. What is gone keeps its id. */
export function useThingNames() {
  const session = useSessionStore()
  const agents = useAgents()
  const departments = useDepartments()
  const sites = useSites(session.can('sites.manage'))
  const names = computed(
    () =>
      new Map(
        [...(agents.data.value ?? []), ...(departments.data.value ?? []), ...(sites.data.value ?? [])].map(
          (thing) => [thing.id as string, thing.name],
        ),
      ),
  )
  return { agents: computed(() => agents.data.value ?? []), nameOf: (id: string) => names.value.get(id) }
}
