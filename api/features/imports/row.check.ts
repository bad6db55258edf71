import { splitTags, unguardCell } from '../../../contract/exports.rules'
import {
  type ImportField,
  type ImportMapping,
  type ImportProblemCode,
  isImportField,
} from '../../../contract/imports.rules'
import { maxTagLength, maxTags, type TicketPriority } from '../../../contract/tickets.rules'
import { zoneOffsetMs } from '../../../contract/zone.rules'
import type { Lookups } from './lookups.store'
import { noWords, type ReadField, readFields, yesWords } from './row.fields'

export interface RowProblem {
  /** An ImportField, a custom field's id, or empty for the row as a whole. */
  field: string
  code: ImportProblemCode
  value: string
}
/** A row that can become a ticket. */
export interface ReadRow {
  externalNumber: string | null
  topic: string
  description: string
  contact: { name: string | null; phone: string | null }
  siteId: string
  timeZone: string
  departmentId: string
  serviceItemId: string | null
  priority: TicketPriority
  createdAt: number | null
  isComplaint: boolean
  tags: string[]
  fields: ReadField[]
}

const priorityWords: Record<string, TicketPriority> = {
  low: 'low',
  低: 'low',
  normal: 'normal',
  普通: 'normal',
  一般: 'normal',
  中: 'normal',
  high: 'high',
  高: 'high',
  urgent: 'urgent',
  紧急: 'urgent',
  特急: 'urgent',
}
const lengths: Partial<Record<ImportField, number>> = { topic: 200, description: 5000, contactName: 80 }

const hasControls = (value: string): boolean =>
  [...value].some((char) => {
    const code = char.codePointAt(0) ?? 0
    return (code < 32 && code !== 9 && code !== 10 && code !== 13) || code === 127
  })

const written =
  /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?$/

/** A moment as people write it, by clocks of the zone, or RFC 3339; null where it is none. */
export const readMoment = (value: string, timeZone: string): number | null => {
  if (/(Z|[+-]\d{2}:?\d{2})$/.test(value) && value.includes('T')) {
    const at = Date.parse(value)
    return Number.isNaN(at) ? null : at
  }
  const found = written.exec(value)
  if (!found) return null
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found
    .slice(1)
    .map((part) => Number(part ?? 0))
  const wall = Date.UTC(year, month - 1, day, hour, minute, second)
  const back = new Date(wall)
  const isReal =
    back.getUTCMonth() === month - 1 && back.getUTCDate() === day && hour < 24 && minute < 60 && second < 60
  if (!isReal || year < 1970) return null
  const guess = wall - zoneOffsetMs(timeZone, wall)
  return wall - zoneOffsetMs(timeZone, guess)
}

/** Reads one row and names every problem it has, not only the first. */
export const readRow = (
  cells: readonly string[],
  mapping: ImportMapping,
  lookups: Lookups,
  now: number,
): { row: ReadRow; problems: RowProblem[] } => {
  const problems: RowProblem[] = []
  const given = new Map<ImportField, string>()
  const cellOf = (at: number): string => unguardCell(cells[at] ?? '').trim()
  mapping.columns.forEach((field, at) => {
    if (field && isImportField(field)) given.set(field, cellOf(at))
  })
  const of = (field: ImportField): string => given.get(field) ?? ''
  const complain = (
    field: RowProblem['field'],
    code: ImportProblemCode,
    value = isImportField(field) ? of(field) : '',
  ): null => {
    if (problems.every((each) => each.field !== field))
      problems.push({ field, code, value: value.slice(0, 100) })
    return null
  }
  if (cells.slice(mapping.columns.length).some((cell) => cell.trim() !== '')) complain('', 'columns_many')
  for (const [field, value] of given) {
    if (hasControls(value)) complain(field, 'control_characters')
    else if (value.length > (lengths[field] ?? 5000)) complain(field, 'too_long')
  }
  if (!of('topic')) complain('topic', 'missing')
  const phone = of('contactPhone')
  if (phone && !/^\+?[0-9][0-9 -]{4,19}$/.test(phone)) complain('contactPhone', 'phone_invalid')
  const number = of('externalNumber')
  if (number && !/^[\x21-\x7e]{1,80}$/.test(number)) complain('externalNumber', 'number_invalid')
  const site = readSite(of('site'), mapping, lookups, complain)
  const createdAt = of('createdAt') ? readMoment(of('createdAt'), site?.timeZone ?? 'Asia/Shanghai') : null
  if (of('createdAt') && createdAt === null) complain('createdAt', 'time_invalid')
  if (createdAt !== null && createdAt > now) complain('createdAt', 'time_future')
  const priority = of('priority') ? priorityWords[of('priority').toLowerCase()] : 'normal'
  if (!priority) complain('priority', 'priority_unknown')
  const flag = of('complaint').toLowerCase()
  if (flag && !yesWords.includes(flag) && !noWords.includes(flag)) complain('complaint', 'flag_unknown')
  const departmentId = site ? readDepartment(of('department'), site, lookups, complain) : null
  const serviceItemId = readItem(of('serviceItem'), departmentId, lookups, complain)
  for (const [at, target] of mapping.columns.entries())
    if (target && !isImportField(target) && hasControls(cellOf(at)))
      complain(target, 'control_characters', cellOf(at))
  return {
    problems,
    row: {
      externalNumber: number || null,
      topic: of('topic'),
      description: of('description'),
      contact: { name: of('contactName') || null, phone: phone || null },
      siteId: site?.id ?? '',
      timeZone: site?.timeZone ?? 'Asia/Shanghai',
      departmentId: departmentId ?? '',
      serviceItemId,
      priority: priority ?? 'normal',
      createdAt,
      isComplaint: yesWords.includes(flag),
      tags: readTags(of('tags'), complain),
      fields: readFields(cellOf, mapping, lookups.fields, serviceItemId, complain),
    },
  }
}

type Complain = (field: RowProblem['field'], code: ImportProblemCode, value?: string) => null
type Site = Lookups['sites'][number]

const readSite = (
  value: string,
  mapping: ImportMapping,
  lookups: Lookups,
  complain: Complain,
): Site | null => {
  const site = value
    ? lookups.sites.find((each) => each.name === value || each.key === value)
    : lookups.sites.find((each) => each.id === mapping.siteId)
  return site ?? complain('site', value ? 'site_unknown' : 'missing')
}

const readDepartment = (value: string, site: Site, lookups: Lookups, complain: Complain): string | null => {
  if (!value) return site.departmentId
  const found = lookups.departments.filter(
    (each) =>
      (each.name === value || each.fullName === value || each.fullName.endsWith(`/${value}`)) &&
      (each.path.startsWith(site.path) || site.path.startsWith(each.path)),
  )
  const whole = found.find((each) => each.fullName === value)
  if (found.length > 1 && !whole) return complain('department', 'department_ambiguous')
  return (whole ?? found[0])?.id ?? complain('department', 'department_unknown')
}

const readItem = (
  value: string,
  departmentId: string | null,
  lookups: Lookups,
  complain: Complain,
): string | null => {
  if (!value) return null
  const found = lookups.items.filter((each) => each.name === value || each.nameEn === value)
  const own = found.find((each) => each.departmentId === departmentId)
  return (own ?? found[0])?.id ?? complain('serviceItem', 'service_item_unknown')
}

const readTags = (value: string, complain: Complain): string[] => {
  const names = splitTags(value)
  // One place is left for the tag of the import.
  if (names.length > maxTags - 1) complain('tags', 'too_many_tags')
  if (names.some((name) => name.length > maxTagLength)) complain('tags', 'too_long')
  return names
}
