import { and, asc, eq, inArray, or, sql } from 'drizzle-orm'
import { permissionsOf } from '../../../contract/permissions.rules'
import { unresolvedStatuses } from '../../../contract/tickets.rules'
import type { DepartmentChoice, ParticipantView, PersonView } from '../../../contract/tickets.schema'
import type { Tx } from '../../../drizzle/database'
import {
  agents,
  departments,
  presence,
  sites,
  ticketParticipants,
  tickets,
} from '../../../drizzle/schema/index'
import { isSameLine } from '../../lib/actor'
import { refuse } from '../../lib/errors'
import type { TicketRow } from './tickets.store'

const maxPeople = 20

/** `path` lies above `of`, below it, or is it. */
const onLineOf = (of: string) =>
  or(
    sql`substr(${departments.path}, 1, ${of.length}) = ${of}`,
    sql`substr(${of}, 1, length(${departments.path})) = ${departments.path}`,
  )

const pathOfDepartment = async (tx: Tx, id: string): Promise<string> => {
  const [row] = await tx.select({ path: departments.path }).from(departments).where(eq(departments.id, id))
  return row?.path ?? '/'
}

/** Colleagues who may work on the ticket, its own department first: those on the line of its department. */
export const listPeople = async (tx: Tx, ticket: TicketRow, q: string): Promise<PersonView[]> => {
  const pattern = `%${q
    .trim()
    .toLowerCase()
    .replace(/[\\%_]/g, (char) => `\\${char}`)}%`
  const rows = await tx
    .select({
      id: agents.id,
      name: agents.name,
      roles: agents.roles,
      departmentId: agents.departmentId,
      departmentName: departments.name,
      availability: presence.availability,
    })
    .from(agents)
    .innerJoin(departments, eq(departments.id, agents.departmentId))
    .leftJoin(presence, eq(presence.agentId, agents.id))
    .where(
      and(
        eq(agents.isActive, true),
        onLineOf(await pathOfDepartment(tx, ticket.departmentId)),
        q.trim()
          ? sql`(lower(${agents.name}) like ${pattern} escape '\\' or ${agents.username} like ${pattern} escape '\\' or lower(${departments.name}) like ${pattern} escape '\\')`
          : undefined,
      ),
    )
    .orderBy(asc(agents.name), asc(agents.id))
  const rank = (row: (typeof rows)[number]) => (row.departmentId === ticket.departmentId ? 0 : 1)
  return rows
    .filter((row) => permissionsOf(row.roles).includes('tickets.work'))
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, maxPeople)
    .map(({ id, name, departmentName, availability }) => ({ id, name, departmentName, availability }))
}

export interface Colleague {
  id: string
  name: string
}

/** A colleague who may be given the ticket or asked in; 404 where they are off its line and not in it yet. */
export const loadColleague = async (tx: Tx, ticket: TicketRow, agentId: string): Promise<Colleague> => {
  const [row] = await tx
    .select({ agent: agents, path: departments.path })
    .from(agents)
    .innerJoin(departments, eq(departments.id, agents.departmentId))
    .where(and(eq(agents.id, agentId), eq(agents.isActive, true)))
  const mayWork = row !== undefined && permissionsOf(row.agent.roles).includes('tickets.work')
  const isNear =
    mayWork &&
    (isSameLine(row.path, await pathOfDepartment(tx, ticket.departmentId)) ||
      (await isParticipant(tx, ticket.id, agentId)))
  if (!row || !isNear) throw refuse('agents.not_found', 'There is no such colleague for this ticket.')
  return { id: row.agent.id, name: row.agent.name }
}

/** True for an agent of the department at `path` or below it. */
export const isAgentUnder = async (tx: Tx, agentId: string, path: string): Promise<boolean> => {
  const [row] = await tx
    .select({ path: departments.path })
    .from(agents)
    .innerJoin(departments, eq(departments.id, agents.departmentId))
    .where(eq(agents.id, agentId))
  return row?.path.startsWith(path) ?? false
}

const isParticipant = async (tx: Tx, ticketId: string, agentId: string): Promise<boolean> =>
  (
    await tx
      .select({ id: ticketParticipants.agentId })
      .from(ticketParticipants)
      .where(and(eq(ticketParticipants.ticketId, ticketId), eq(ticketParticipants.agentId, agentId)))
  ).length > 0

export const listParticipants = (tx: Tx, ticketId: string): Promise<ParticipantView[]> =>
  tx
    .select({
      id: agents.id,
      name: agents.name,
      departmentName: departments.name,
      reason: ticketParticipants.reason,
    })
    .from(ticketParticipants)
    .innerJoin(agents, eq(agents.id, ticketParticipants.agentId))
    .innerJoin(departments, eq(departments.id, agents.departmentId))
    .where(eq(ticketParticipants.ticketId, ticketId))
    .orderBy(asc(ticketParticipants.createdAt), asc(agents.id))
    .then((rows) => rows)

/** False where the agent was none. */
export const dropParticipant = async (tx: Tx, ticketId: string, agentId: string): Promise<boolean> =>
  (
    await tx
      .delete(ticketParticipants)
      .where(and(eq(ticketParticipants.ticketId, ticketId), eq(ticketParticipants.agentId, agentId)))
      .returning({ id: ticketParticipants.agentId })
  ).length > 0

/** Departments a ticket of the site may go to: those on the line of the site's own, parents before children. */
export const listDepartmentsFor = async (
  tx: Tx,
  siteId: string,
): Promise<(DepartmentChoice & { path: string })[]> => {
  const [site] = await tx
    .select({ path: departments.path })
    .from(sites)
    .innerJoin(departments, eq(departments.id, sites.departmentId))
    .where(eq(sites.id, siteId))
  const rows = await tx
    .select({
      id: departments.id,
      parentId: departments.parentId,
      name: departments.name,
      level: departments.level,
      path: departments.path,
    })
    .from(departments)
    .where(onLineOf(site?.path ?? '/'))
    .orderBy(asc(departments.position), asc(departments.id))
  const depth = (row: { path: string }) => row.path.split('/').length
  return rows.sort((a, b) => depth(a) - depth(b))
}

/** Unresolved tickets that somebody answers for. */
export const listUnresolvedOf = (tx: Tx, agentId: string, limit: number): Promise<{ id: string }[]> =>
  tx
    .select({ id: tickets.id })
    .from(tickets)
    .where(and(eq(tickets.assigneeId, agentId), inArray(tickets.status, [...unresolvedStatuses])))
    .orderBy(asc(tickets.updatedAt), asc(tickets.id))
    .limit(limit)
