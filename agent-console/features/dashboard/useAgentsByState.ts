import { computed, watch } from 'vue'
import type { DashboardAgent, DashboardAgents } from '../../../contract/dashboard.schema'
import { useLiveList } from '../live/useLiveList'

export interface AgentsWanted {
  availability: string | undefined
  departmentId: string | undefined
}

/** The people behind the numbers of agents by state, live. */
export function useAgentsByState(wanted: () => AgentsWanted) {
  const { rows, page, nextCursor, error, isLoading, load, clear } = useLiveList<
    DashboardAgent,
    DashboardAgents
  >(
    '/dashboard/agents',
    () => ({ ...wanted() }),
    (event) => Boolean(event.data.presence || event.data.consultation),
  )
  watch(
    wanted,
    (now, before) => {
      if (now.availability !== before?.availability || now.departmentId !== before?.departmentId) clear()
      void load()
    },
    { immediate: true },
  )
  return { rows, nextCursor, count: computed(() => page.value?.count), error, isLoading, load }
}
