import { computed } from 'vue'
import { useSessionStore } from '../../../session/session.store'
import { useCalendars, usePolicies } from '../../../sla/sla.queries'
import { useAgents, useDepartments, useSites } from '../admin.queries'

/** Names of the accounts, departments, sites and time-limit settings that the log knows by id only. What is gone keeps its id. */
export function useThingNames() {
  const session = useSessionStore()
  const agents = useAgents()
  const departments = useDepartments()
  const sites = useSites(session.can('sites.manage'))
  const rules = { enabled: session.can('sla.manage') }
  const calendars = useCalendars(rules)
  const policies = usePolicies(rules)
  const names = computed(
    () =>
      new Map(
        [agents, departments, sites, calendars, policies].flatMap(({ data }) =>
          (data.value ?? []).map((thing): [string, string] => [thing.id, thing.name]),
        ),
      ),
  )
  return { agents: computed(() => agents.data.value ?? []), nameOf: (id: string) => names.value.get(id) }
}
