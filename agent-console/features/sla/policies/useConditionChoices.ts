import { useQuery } from '@pinia/colada'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import type { PolicyField } from '../../../../contract/policy-choice.rules'
import { ticketPriorities } from '../../../../contract/tickets.rules'
import { api } from '../../../lib/api'
import { useDepartments, useServiceItems, useSites } from '../../admin/pages/admin.queries'
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
  const keys = computed(() => (sites.data.value ?? []).map((site) => site.key))
  const items = useQuery({
    key: () => ['admin', 'sla', 'items', ...keys.value],
    query: async (context) => {
      const lists = await Promise.all(
        keys.value.map((key) => fetchNamed(`/sites/${key}/service-items`)(context)),
      )
      return [...new Map(lists.flat().map((item) => [item.id, item])).values()]
    },
  })
  /** Those of the own branch that are retired: a policy may still name one. */
  const managed = useServiceItems(useSessionStore().can('sites.manage'))
  const toChoices = (named: readonly Named[] | undefined): Choice[] =>
    (named ?? []).map((each) => ({ value: each.id, label: each.name }))
  const choices = computed<Partial<Record<PolicyField, Choice[]>>>(() => ({
    site: toChoices(sites.data.value),
    tag: toChoices(tags.data.value),
    service_item: toChoices(items.data.value),
    department: departmentOptions(buildTree(departments.data.value ?? [])),
    priority: ticketPriorities.map((value) => ({ value, label: t(`sla.policies.priorities.${value}`) })),
    complaint: ['yes', 'no'].map((value) => ({ value, label: t(`sla.policies.complaint.${value}`) })),
  }))
  const labelOf = (field: PolicyField, value: string): string =>
    choices.value[field]?.find((each) => each.value === value)?.label.trim() ??
    managed.data.value?.find((item) => item.id === value)?.name ??
    value
  return { choices, labelOf }
}
