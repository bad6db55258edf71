import { reactive } from 'vue'
import { useI18n } from 'vue-i18n'
import type { AgentView, DepartmentView } from '../../../../contract/people.schema'
import type { KnownItem } from '../../../../contract/service-items.schema'
import type { TicketView } from '../../../../contract/tickets.schema'
import { api } from '../../../lib/api'
import type { TicketFilters } from '../useTickets'
import { type FilterKind, fixedValues, valuesOf } from './filter-kinds'

export interface FilterChoice {
  id: string
  label: string
  hint?: string
  depth?: number
}
interface Named {
  id: string
  name: string
}
const prefixes: Partial<Record<FilterKind, string>> = {
  status: 'tickets.statuses',
  priority: 'tickets.priorities',
  source: 'tickets.sources',
  sla: 'sla.states',
  application: 'tickets.results',
  escalated: 'ticketlist.flags.escalated',
  complaint: 'ticketlist.flags.complaint',
}
const itemsAt = async <T>(path: string, query = {}): Promise<T[]> =>
  (await api.get<{ items: T[] }>(path, { query })).items

/** Departments, parents before children, with their depth. */
export function treeOf<T extends Named & { parentId: string | null }>(
  all: readonly T[],
): (FilterChoice & T)[] {
  const known = new Set(all.map((each) => each.id))
  const under = (parent: string | null, depth: number): (FilterChoice & T)[] =>
    all
      .filter((each) =>
        parent === null ? !each.parentId || !known.has(each.parentId) : each.parentId === parent,
      )
      .flatMap((each) => [{ ...each, label: each.name, depth }, ...under(each.id, depth + 1)])
  return under(null, 0)
}

/** The values a filter may have, and the words for those it has. */
export function useFilterChoices() {
  const { t } = useI18n()
  const names = reactive(new Map<string, string>())

  async function fetchFor(kind: FilterKind, q?: string): Promise<FilterChoice[]> {
    if (kind === 'department') return treeOf(await itemsAt<DepartmentView>('/departments'))
    if (kind === 'serviceItem')
      return (await itemsAt<KnownItem>('/service-items')).map(({ id, name, departmentName, isActive }) => ({
        id,
        label: name,
        hint: isActive ? departmentName : t('ticketlist.retired'),
      }))
    if (kind === 'tag')
      return (await itemsAt<Named>('/tags', { q })).map(({ id, name }) => ({ id, label: name }))
    const people = await itemsAt<AgentView>('/agents', { q, limit: 50 })
    return people
      .filter((each) => each.isActive)
      .map(({ id, name, departmentName }) => ({ id, label: name, hint: departmentName }))
  }

  const wordOf = (kind: FilterKind, value: string): string => {
    if (kind === 'assignee' && (value === 'me' || value === 'none')) return t(`ticketlist.people.${value}`)
    const prefix = prefixes[kind]
    return prefix ? t(`${prefix}.${value}`) : (names.get(value) ?? '…')
  }

  async function choicesOf(kind: FilterKind, words = ''): Promise<FilterChoice[]> {
    const fixed = fixedValues[kind]
    if (fixed) return fixed.map((id) => ({ id, label: wordOf(kind, id) }))
    const found = await fetchFor(kind, words.trim() || undefined)
    for (const each of found) names.set(each.id, each.label)
    if (kind !== 'assignee' || words.trim()) return found
    return [...['me', 'none'].map((id) => ({ id, label: wordOf(kind, id) })), ...found]
  }

  /** Rows carry the names of most that was chosen. */
  function learn(rows: readonly TicketView[]): void {
    for (const row of rows) {
      if (row.assignee) names.set(row.assignee.id, row.assignee.name)
      if (row.serviceItemId && row.serviceItemName) names.set(row.serviceItemId, row.serviceItemName)
      names.set(row.departmentId, row.departmentName)
      for (const tag of row.tags) names.set(tag.id, tag.name)
    }
  }

  /** Looks up the names of ids that came with an address or a saved view. */
  async function nameAll(filters: TicketFilters): Promise<void> {
    for (const kind of ['assignee', 'department', 'serviceItem', 'tag'] as const)
      if (valuesOf(filters, kind).some((value) => wordOf(kind, value) === '…')) await choicesOf(kind)
  }
  return { wordOf, choicesOf, learn, nameAll }
}
export type FilterChoices = ReturnType<typeof useFilterChoices>
