import { useQuery } from '@pinia/colada'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import type { PolicyField } from '../../../../contract/policy-choice.rules'
import type { KnownItem } from '../../../../contract/service-items.schema'
import { ticketPriorities } from '../../../../contract/tickets.rules'
import { api } from '../../../lib/api'
import { useDepartments, useSites } from '../../admin/pages/admin.queries'
import { buildTree, departmentOptions } from '../../admin/pages/departments/tree'
import { useSessionStore } from '../../session/session.store'

export interface Choice {
  value: string
  label: string
}

interface Named {
  id: string
  name: string
}
const fetchNamed =
  (path: string) =>
  async ({ signal }: { signal: AbortSignal }): Promise<Named[]> =>
    (await api.get<{ items: Named[] }>(path, { signal })).items

/** The values a condition may have, by field; a field without choices is typed. */
export function useConditionChoices() {
  const { t } = useI18n()
  const departments = useDepartments()
  const sites = useSites(useSessionStore().can('sites.manage'))
  const tags = useQuery({ key: ['admin', 'sla', 'tags'], query: fetchNamed('/tags') })
  const items = useQuery({
    key: ['admin', 'sla', 'items'],
    query: async ({ signal }) => (await api.get<{ items: KnownItem[] }>('/service-items', { signal })).items,
  })
  const toChoices = (named: readonly Named[] | undefined): Choice[] =>
    (named ?? []).map((each) => ({ value: each.id, label: each.name }))
  const choices = computed<Partial<Record<PolicyField, Choice[]>>>(() => ({
    site: toChoices(sites.data.value),
    tag: toChoices(tags.data.value),
    service_item: toChoices(items.data.value?.filter((item) => item.isActive)),
    department: departmentOptions(buildTree(departments.data.value ?? [])),
    priority: ticketPriorities.map((value) => ({ value, label: t(`sla.policies.priorities.${value}`) })),
    complaint: ['yes', 'no'].map((value) => ({ value, label: t(`sla.policies.complaint.${value}`) })),
  }))
  const labelOf = (field: PolicyField, value: string): string =>
    choices.value[field]?.find((each) => each.value === value)?.label.trim() ??
    items.data.value?.find((item) => item.id === value)?.name ??
    value
  return { choices, labelOf }
}
