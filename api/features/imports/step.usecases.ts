import { dayIn } from '../../../contract/day.rules'
import type { ImportProblemCode } from '../../../contract/imports.rules'
import type { Tx } from '../../../drizzle/database'
import type { AgentActor } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { loadOwner } from '../agents/owner.store'
import { writeAudit } from '../audit/audit.store'
import { schedule } from '../due/due.store'
import { audience, writeEvent } from '../events/events.store'
import { findOrAddContact } from '../tickets/contacts.store'
import { writeFieldValue } from '../tickets/fields.store'
import { viewsFor } from '../tickets/more.presenter'
import { addTicketTags, findOrMakeTags } from '../tickets/tags.store'
import { loadTicketRow } from '../tickets/tickets.store'
import { createTicket, tellTicket } from '../tickets/tickets.usecases'
import {
  findImport,
  type ImportRecord,
  type ImportRow,
  insertProblems,
  patchImport,
  patchRow,
  rowsAfter,
} from './imports.store'
import { findFirstRows, findTakenNumbers, type Lookups, loadLookups } from './lookups.store'
import { type ReadRow, type RowProblem, readRow } from './row.check'

/** Due job: the next slice of a dry run or a run. */
export const importStep = 'import.step'
const checkedRows = 200
/** A slice that other writers need not notice. */
const createdRows = 20

interface CheckedRow {
  row: ImportRow
  read: ReadRow
  problems: RowProblem[]
}

/** Reads rows and finds all their problems, also numbers that are there already, here or further up the file. */
const checkRows = async (
  tx: Tx,
  record: ImportRecord,
  rows: readonly ImportRow[],
  lookups: Lookups,
  now: number,
): Promise<CheckedRow[]> => {
  const checked = rows.map((row) => {
    const { row: read, problems } = readRow(row.cells, record.mapping, lookups, now)
    return { row, read, problems }
  })
  for (const { row, read } of checked)
    if (read.externalNumber !== row.externalNumber)
      await patchRow(tx, record.id, row.position, { externalNumber: read.externalNumber })
  const numbers = checked.flatMap(({ read }) => read.externalNumber ?? [])
  const taken = await findTakenNumbers(tx, record.mapping.externalSystem, numbers)
  const first = await findFirstRows(tx, record.id, numbers)
  for (const { row, read, problems } of checked) {
    const number = read.externalNumber
    if (number === null || problems.some((each) => each.field === 'externalNumber')) continue
    if (taken.has(number)) problems.push({ field: 'externalNumber', code: 'number_taken', value: number })
    else if ((first.get(number) ?? row.position) < row.position)
      problems.push({ field: 'externalNumber', code: 'number_repeated', value: number })
  }
  return checked
}

const keepProblems = (tx: Tx, record: ImportRecord, { row, problems }: CheckedRow): Promise<void> =>
  insertProblems(
    tx,
    problems.map((each) => ({ importId: record.id, position: row.position, ...each })),
  )

/** One slice of the dry run. */
const checkSlice = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  record: ImportRecord,
  actor: AgentActor,
): Promise<void> => {
  const rows = await rowsAfter(tx, record.id, record.done, checkedRows)
  const checked = await checkRows(tx, record, rows, await loadLookups(tx, actor), deps.clock.now())
  const problemCounts: Partial<Record<ImportProblemCode, number>> = { ...record.problemCounts }
  let badRows = record.badRows
  for (const each of checked) {
    const status = each.problems.length > 0 ? 'bad' : 'pending'
    if (each.row.status !== status) await patchRow(tx, record.id, each.row.position, { status })
    await keepProblems(tx, record, each)
    if (status === 'bad') badRows += 1
    for (const { code } of each.problems) problemCounts[code] = (problemCounts[code] ?? 0) + 1
  }
  const done = rows.at(-1)?.position ?? record.done
  const isOver = rows.length < checkedRows
  await patchImport(tx, record.id, 'checking', {
    done,
    badRows,
    problemCounts,
    ...(isOver ? { status: 'checked' } : {}),
  })
  if (!isOver) await schedule(tx, importStep, record.id, deps.clock.now())
}

const addTags = async (
  tx: Tx,
  actor: AgentActor,
  ticketId: string,
  names: readonly string[],
  at: number,
): Promise<void> => {
  const made = await findOrMakeTags(tx, names, at)
  const ids = made.map((tag) => tag.id)
  await addTicketTags(tx, ticketId, ids, at)
  const facts = { added: names, removed: [] }
  await tellTicket(tx, await loadTicketRow(tx, ticketId), 'ticket.tagged', actor, at, facts, {
    forAgents: await viewsFor(tx, ticketId),
  })
}

const createFrom = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  record: ImportRecord,
  actor: AgentActor,
  read: ReadRow,
): Promise<{ id: string; number: string }> => {
  const at = deps.clock.now()
  const made = await createTicket(tx, deps, {
    actor,
    siteId: read.siteId,
    departmentId: read.departmentId,
    topic: read.topic,
    serviceItemId: read.serviceItemId,
    contactId: await findOrAddContact(tx, read.siteId, read.contact, at),
    timeZone: read.timeZone,
    at,
    createdAt: read.createdAt ?? at,
    source: 'import',
    description: read.description,
    priority: read.priority,
    isComplaint: read.isComplaint,
    external: read.externalNumber
      ? { system: record.mapping.externalSystem, number: read.externalNumber, sourceId: '' }
      : null,
  })
  for (const { fieldId, value } of read.fields) await writeFieldValue(tx, made.id, fieldId, value)
  const day = dayIn(read.timeZone, record.createdAt)
  const tags = [...read.tags, `导入 ${day}`]
  await addTags(tx, actor, made.id, tags, at)
  return made
}

/** One slice of the run: each ticket and the mark on its row belong to the same transaction. */
const runSlice = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  record: ImportRecord,
  actor: AgentActor,
): Promise<void> => {
  const rows = await rowsAfter(tx, record.id, record.done, createdRows)
  const fresh = rows.filter((row) => row.status === 'pending')
  const now = deps.clock.now()
  // Once more: since the dry run a number may have been taken or a department renamed.
  const checked = await checkRows(tx, record, fresh, await loadLookups(tx, actor), now)
  let { createdCount, badRows } = record
  for (const each of checked) {
    if (each.problems.length > 0) {
      await keepProblems(tx, record, each)
      await patchRow(tx, record.id, each.row.position, { status: 'bad' })
      badRows += 1
      continue
    }
    const made = await createFrom(tx, deps, record, actor, each.read)
    await patchRow(tx, record.id, each.row.position, {
      status: 'created',
      ticketId: made.id,
      ticketNumber: made.number,
    })
    createdCount += 1
  }
  const done = rows.at(-1)?.position ?? record.done
  const isOver = rows.length < createdRows
  await patchImport(tx, record.id, 'running', {
    done,
    createdCount,
    badRows,
    ...(isOver ? { status: 'done', finishedAt: now } : {}),
  })
  if (isOver) await tellDone(tx, { ...record, createdCount, badRows }, actor, now)
  else await schedule(tx, importStep, record.id, now)
}

const tellDone = async (tx: Tx, record: ImportRecord, actor: AgentActor, at: number): Promise<void> => {
  const counts = { created: record.createdCount, skipped: record.badRows }
  await writeAudit(tx, {
    at,
    actor,
    action: 'tickets.imported',
    thing: record.id,
    data: { name: record.name, ...counts },
  })
  await writeEvent(tx, {
    type: 'import.done',
    subject: record.id,
    at,
    actor,
    audience: [audience.agent(record.ownerId)],
    facts: { ownerId: record.ownerId, name: record.name, ...counts },
  })
}

/** The next slice of whatever the import is doing; schedules the one after it in the same transaction. */
export const stepImport = async (tx: Tx, deps: Pick<Deps, 'clock'>, importId: string): Promise<void> => {
  const record = await findImport(tx, importId)
  if (record?.status !== 'checking' && record?.status !== 'running') return
  const actor = await loadOwner(tx, record.ownerId)
  // Somebody who lost the right meanwhile creates nothing more; what is there stays.
  if (!actor?.permissions.has('tickets.manage')) {
    const set = { status: 'cancelled', finishedAt: deps.clock.now() } as const
    await patchImport(tx, record.id, record.status, set)
    return
  }
  if (record.status === 'checking') await checkSlice(tx, deps, record, actor)
  else await runSlice(tx, deps, record, actor)
}
