import { useQuery } from '@pinia/colada'
import type { CalendarView, PolicyView, RecomputeView, RuleView } from '../../../contract/sla.schema'
import { api } from '../../lib/api'

export const calendarsKey = ['admin', 'sla', 'calendars']
export const policiesKey = ['admin', 'sla', 'policies']
export const rulesKey = ['admin', 'sla', 'rules']
export const recomputeKey = ['admin', 'sla', 'recompute']

const listOf =
  <T>(path: string) =>
  async ({ signal }: { signal: AbortSignal }): Promise<T[]> =>
    (await api.get<{ items: T[] }>(path, { signal })).items

/** Not asked where the reader may not see them. */
interface Access {
  enabled?: boolean
}
export const useCalendars = ({ enabled = true }: Access = {}) =>
  useQuery({ key: calendarsKey, query: listOf<CalendarView>('/sla/calendars'), enabled })
export const usePolicies = ({ enabled = true }: Access = {}) =>
  useQuery({ key: policiesKey, query: listOf<PolicyView>('/sla/policies'), enabled })
export const useRules = () => useQuery({ key: rulesKey, query: listOf<RuleView>('/sla/rules') })
export const useRecompute = () =>
  useQuery({
    key: recomputeKey,
    query: async ({ signal }) =>
      (await api.get<{ recompute: RecomputeView | null }>('/sla/recompute', { signal })).recompute,
  })
