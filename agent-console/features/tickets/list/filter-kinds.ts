import {
  Building2,
  CalendarRange,
  CircleDot,
  ClipboardCheck,
  FileText,
  Flag,
  Inbox,
  type LucideIcon,
  Megaphone,
  Tag,
  Timer,
  TriangleAlert,
  UserRound,
} from '@lucide/vue'
import {
  applicationResults,
  slaStates,
  ticketPriorities,
  ticketSources,
  ticketStatuses,
} from '../../../../contract/tickets.rules'
import type { TicketFilters } from '../useTickets'

/** What a list can be narrowed by, in the order offered. */
export const filterKinds = [
  'status',
  'assignee',
  'department',
  'serviceItem',
  'priority',
  'tag',
  'source',
  'sla',
  'escalated',
  'complaint',
  'application',
  'created',
] as const
export type FilterKind = (typeof filterKinds)[number]

/** Kinds that take one value; the others take several, separated by commas. */
const single: readonly FilterKind[] = ['assignee', 'department', 'serviceItem', 'escalated', 'complaint']
export const isSingle = (kind: FilterKind): boolean => single.includes(kind)
/** Kinds whose values the server finds as one types. */
export const isRemote = (kind: FilterKind): boolean => kind === 'assignee' || kind === 'tag'

const maxValues = 10
const flags = ['true', 'false'] as const
/** The values of kinds that have a fixed list of them. */
export const fixedValues: Partial<Record<FilterKind, readonly string[]>> = {
  status: ticketStatuses,
  priority: [...ticketPriorities].reverse(),
  source: ticketSources,
  sla: slaStates,
  application: applicationResults,
  escalated: flags,
  complaint: flags,
}

export const filterIcons: Record<FilterKind, LucideIcon> = {
  status: CircleDot,
  assignee: UserRound,
  department: Building2,
  serviceItem: FileText,
  priority: Flag,
  tag: Tag,
  source: Inbox,
  sla: Timer,
  escalated: TriangleAlert,
  complaint: Megaphone,
  application: ClipboardCheck,
  created: CalendarRange,
}

export const valuesOf = (filters: TicketFilters, kind: FilterKind): string[] =>
  kind === 'created' ? [] : (filters[kind] ?? '').split(',').filter(Boolean)

export const isSet = (filters: TicketFilters, kind: FilterKind): boolean =>
  kind === 'created' ? Boolean(filters.createdFrom || filters.createdTo) : Boolean(filters[kind])

/** The filters with a value put in or taken out; a single value replaces the one before. */
export function withValue(filters: TicketFilters, kind: FilterKind, value: string): TicketFilters {
  if (kind === 'created') return {}
  const before = valuesOf(filters, kind)
  const rest = before.filter((each) => each !== value)
  if (rest.length < before.length) return { [kind]: rest.join(',') || undefined }
  if (isSingle(kind)) return { [kind]: value }
  return { [kind]: [...before, value].slice(-maxValues).join(',') }
}

export const without = (kind: FilterKind): TicketFilters =>
  kind === 'created' ? { createdFrom: undefined, createdTo: undefined } : { [kind]: undefined }
