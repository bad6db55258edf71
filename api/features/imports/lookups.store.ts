import { and, asc, eq, inArray } from 'drizzle-orm'
import type { NamedField } from '../../../contract/imports.rules'
import type { FieldKind } from '../../../contract/ticket-fields.rules'
import type { Tx } from '../../../drizzle/database'
import { departments, importRows, serviceItems, ticketFields, tickets } from '../../../drizzle/schema/index'
import { type AgentActor, isSameLine } from '../../lib/actor'
import { listSites } from '../sites/sites.store'

interface Place {
  id: string
  name: string
  path: string
}
/** A custom field in use; for one topic, or without one for every ticket. */
export interface CustomField extends NamedField {
  kind: FieldKind
  choices: string[]
  serviceItemId: string | null
  itemName: string | null
}

/** Custom fields in use, in their order. */
export const listCustomFields = (tx: Tx): Promise<CustomField[]> =>
  tx
    .select({
      id: ticketFields.id,
      label: ticketFields.label,
      labelEn: ticketFields.labelEn,
      kind: ticketFields.kind,
      choices: ticketFields.choices,
      serviceItemId: ticketFields.serviceItemId,
      itemName: serviceItems.name,
    })
    .from(ticketFields)
    .leftJoin(serviceItems, eq(serviceItems.id, ticketFields.serviceItemId))
    .where(eq(ticketFields.isActive, true))
    .orderBy(asc(ticketFields.position), asc(ticketFields.id))
    .then((rows) => rows)

/** What the words in a file are looked up in. */
export interface Lookups {
  sites: { id: string; key: string; name: string; departmentId: string; path: string; timeZone: string }[]
  departments: (Place & { fullName: string })[]
  items: { id: string; name: string; nameEn: string; departmentId: string }[]
  fields: CustomField[]
}

/** Everything the importing agent may name, read once per slice. */
export const loadLookups = async (tx: Tx, actor: AgentActor): Promise<Lookups> => {
  const rows = await tx
    .select({ id: departments.id, name: departments.name, path: departments.path })
    .from(departments)
  const nameOf = new Map(rows.map((row) => [row.id, row.name]))
  const items = await tx
    .select({
      id: serviceItems.id,
      name: serviceItems.name,
      nameEn: serviceItems.nameEn,
      departmentId: serviceItems.departmentId,
    })
    .from(serviceItems)
    .where(eq(serviceItems.isActive, true))
  return {
    sites: (await listSites(tx))
      .filter((site) => site.isActive && isSameLine(actor.departmentPath, site.departmentPath))
      .map(({ id, key, name, departmentId, departmentPath: path, timeZone }) => ({
        id,
        key,
        name,
        departmentId,
        path,
        timeZone,
      })),
    departments: rows.map((row) => ({
      ...row,
      fullName: row.path
        .split('/')
        .flatMap((id) => nameOf.get(id) ?? [])
        .join('/'),
    })),
    items,
    fields: await listCustomFields(tx),
  }
}

/** Which of the numbers that system has given a ticket here already. */
export const findTakenNumbers = async (
  tx: Tx,
  system: string,
  numbers: readonly string[],
): Promise<Set<string>> => {
  if (numbers.length === 0) return new Set()
  const rows = await tx
    .select({ number: tickets.externalNumber })
    .from(tickets)
    .where(and(eq(tickets.externalSystem, system), inArray(tickets.externalNumber, [...numbers])))
  return new Set(rows.flatMap((row) => row.number ?? []))
}

/** For each number the first row of the file that has it. */
export const findFirstRows = async (
  tx: Tx,
  importId: string,
  numbers: readonly string[],
): Promise<Map<string, number>> => {
  const first = new Map<string, number>()
  if (numbers.length === 0) return first
  const rows = await tx
    .select({ number: importRows.externalNumber, position: importRows.position })
    .from(importRows)
    .where(and(eq(importRows.importId, importId), inArray(importRows.externalNumber, [...numbers])))
  for (const { number, position } of rows)
    if (number !== null) first.set(number, Math.min(position, first.get(number) ?? position))
  return first
}
