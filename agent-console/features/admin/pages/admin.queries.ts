import { type EntryKey, useMutation, useQuery, useQueryCache } from '@pinia/colada'
import type { AgentView, DepartmentView, SiteView } from '../../../../contract/people.schema'
import type { ManagedItem } from '../../../../contract/service-items.schema'
import { api } from '../../../lib/api'

interface Page<T> {
  items: T[]
  nextCursor: string | null
}

export const agentsKey = ['admin', 'agents']
export const departmentsKey = ['admin', 'departments']
export const sitesKey = ['admin', 'sites']
export const itemsKey = ['admin', 'service-items']

/** Every account: an organisation has hundreds, and grouping and searching while typing need all of them. */
async function fetchAgents({ signal }: { signal: AbortSignal }): Promise<AgentView[]> {
  const all: AgentView[] = []
  let cursor: string | null = null
  do {
    const page: Page<AgentView> = await api.get('/agents', { query: { limit: 100, cursor }, signal })
    all.push(...page.items)
    cursor = page.nextCursor
  } while (cursor)
  return all
}

export const useAgents = () => useQuery({ key: agentsKey, query: fetchAgents })

/** `enabled` false: somebody who may not see them, and needs their names only if they may. */
export const useDepartments = (enabled = true) =>
  useQuery({
    key: departmentsKey,
    enabled,
    query: async ({ signal }) =>
      (await api.get<{ items: DepartmentView[] }>('/departments', { signal })).items,
  })

/** `enabled` false: somebody who may not see sites, and needs their names only if they may. */
export const useSites = (enabled = true) =>
  useQuery({
    key: sitesKey,
    enabled,
    query: async ({ signal }) => (await api.get<{ items: SiteView[] }>('/admin/sites', { signal })).items,
  })

/** Service items of the own branch, the retired too. */
export const useServiceItems = () =>
  useQuery({
    key: itemsKey,
    query: async ({ signal }) =>
      (await api.get<{ items: ManagedItem[] }>('/admin/service-items', { signal })).items,
  })

/** A command of an administrator. What it names in `refreshes` is fetched anew, whether it succeeded or not. */
export function useAdminCommand<Vars, Result>(
  run: (vars: Vars) => Promise<Result>,
  refreshes: readonly EntryKey[],
) {
  const cache = useQueryCache()
  const mutation = useMutation<Result, Vars, unknown>({
    mutation: run,
    onSettled: async () => {
      await Promise.all(refreshes.map((key) => cache.invalidateQueries({ key })))
    },
  })
  return {
    error: mutation.error,
    isBusy: mutation.isLoading,
    reset: mutation.reset,
    /** The result, or undefined when it failed; `error` then says why. */
    async run(vars: Vars): Promise<Result | undefined> {
      try {
        return await (mutation.mutateAsync as (vars: Vars) => Promise<Result>)(vars)
      } catch {
        // `mutation.error` holds it, for the form to show.
        return undefined
      }
    },
  }
}
