import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import type { PolicyField } from '../../../../contract/policy-choice.rules'
import { ticketPriorities } from '../../../../contract/tickets.rules'
import { useSessionStore } from '../../session/session.store'
import { useDepartments, useSites } from '../../admin/pages/admin.queries'
import { buildTree, departmentOptions } from '../../admin/pages/departments/tree'

export interface Choice {
  value: string
  label: string
}

/** The values a condition may have, by field; a field without choices is typed. */
export function useConditionChoices() {
  const { t } = useI18n()
  const departments = useDepartments()
  const sites = useSites(useSessionStore().can('sites.manage'))
  const choices = computed<Partial<Record<PolicyField, Choice[]>>>(() => ({
    site: (sites.data.value ?? []).map((site) => ({ value: site.id, label: site.name })),
    department: departmentOptions(buildTree(departments.data.value ?? [])),
    priority: ticketPriorities.map((value) => ({ value, label: t(`sla.policies.priorities.${value}`) })),
    complaint: ['yes', 'no'].map((value) => ({ value, label: t(`sla.policies.complaint.${value}`) })),
  }))
  const labelOf = (field: PolicyField, value: string): string =>
    choices.value[field]?.find((each) => each.value === value)?.label.trim() ?? value
  return { choices, labelOf, sites, departments }
}
