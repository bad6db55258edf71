import { storeFieldValue } from '../../../contract/ticket-fields.rules'
import type { EditTicketBody, FieldsBody, TicketChange } from '../../../contract/tickets.schema'
import type { Tx } from '../../../drizzle/database'
import type { AgentActor } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { requireOfferedItem } from '../sites/service-items.store'
import { findContact, findOrAddContact, updateContact } from './contacts.store'
import { auditTicket } from './desk.usecases'
import { listFieldsOf, writeFieldValue } from './fields.store'
import { changeOf, viewsFor } from './more.presenter'
import { addTicketTags, findOrMakeTags, removeTicketTags } from './tags.store'
import { type LoadedTicket, loadTicketForWork, tagsOf } from './tickets.queries.store'
import { loadTicketRow, patchTicket, type TicketRow } from './tickets.store'
import { tellTicket } from './tickets.usecases'

type UseDeps = Pick<Deps, 'clock'>

/** One changed value, as the history shows it. */
export interface Change {
  field: string
  before: string | number | boolean | null
  after: string | number | boolean | null
  /** Where the values are ids: their names. */
  beforeName?: string | null
  afterName?: string | null
  /** A custom field's own name. */
  label?: string
}

/** Writes the changes down as one event; none, no event. */
const tellEdited = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  ticketId: string,
  changes: readonly Change[],
): Promise<void> => {
  if (changes.length === 0) return
  const at = deps.clock.now()
  await patchTicket(tx, ticketId, {}, at)
  await tellTicket(
    tx,
    await loadTicketRow(tx, ticketId),
    'ticket.edited',
    actor,
    at,
    { changes },
    {
      forAgents: await viewsFor(tx, ticketId),
    },
  )
}

const changed = <K extends 'topic' | 'description' | 'priority' | 'isComplaint'>(
  ticket: TicketRow,
  field: K,
  after: TicketRow[K] | undefined,
): Change[] =>
  after === undefined || after === ticket[field] ? [] : [{ field, before: ticket[field], after }]

const changedItem = async (
  tx: Tx,
  { ticket, itemName }: LoadedTicket,
  after: string | null | undefined,
): Promise<Change[]> => {
  if (after === undefined || after === ticket.serviceItemId) return []
  const item = after === null ? null : await requireOfferedItem(tx, after)
  return [
    {
      field: 'serviceItemId',
      before: ticket.serviceItemId,
      after,
      beforeName: itemName,
      afterName: item?.name ?? null,
    },
  ]
}

/** Renames the contact, or makes one; answers the id the ticket has then. */
const changeContact = async (
  tx: Tx,
  deps: UseDeps,
  ticket: TicketRow,
  input: EditTicketBody,
): Promise<{ contactId: string | null; changes: Change[] }> => {
  const untouched = { contactId: ticket.contactId, changes: [] }
  if (input.contactName === undefined && input.contactPhone === undefined) return untouched
  const before = ticket.contactId ? await findContact(tx, ticket.contactId) : null
  const clean = (text: string | null | undefined, old: string | null | undefined): string | null =>
    text === undefined ? (old ?? null) : text?.trim() || null
  const after = {
    name: clean(input.contactName, before?.name),
    phone: clean(input.contactPhone, before?.phone),
  }
  if (after.name === (before?.name ?? null) && after.phone === (before?.phone ?? null)) return untouched
  const words = (who: { name: string | null; phone: string | null } | null) =>
    [who?.name, who?.phone].filter(Boolean).join(' ') || null
  const changes = [{ field: 'contact', before: words(before), after: words(after) }]
  if (before) await updateContact(tx, before.id, after, deps.clock.now())
  const contactId = before?.id ?? (await findOrAddContact(tx, ticket.siteId, after, deps.clock.now()))
  return { contactId, changes }
}

const editApplication = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  ticket: TicketRow,
  application: EditTicketBody['application'],
): Promise<void> => {
  if (application === undefined) return
  const result = application?.result ?? null
  const reason = application?.reason?.trim() || null
  if (result === ticket.applicationResult && reason === ticket.applicationReason) return
  const at = deps.clock.now()
  const set = {
    applicationResult: result,
    applicationReason: reason,
    applicationAt: result === null ? null : at,
  }
  await patchTicket(tx, ticket.id, set, at)
  const facts = { result, reason, before: ticket.applicationResult }
  await tellTicket(tx, await loadTicketRow(tx, ticket.id), 'ticket.application_recorded', actor, at, facts, {
    forAgents: await viewsFor(tx, ticket.id),
  })
  await auditTicket(tx, deps, actor, 'tickets.application_recorded', ticket, facts)
}

/** Changes what the ticket says; what is as it was makes no news. */
export const editTicket = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  idOrNumber: string,
  input: EditTicketBody,
): Promise<TicketChange> => {
  const loaded = await loadTicketForWork(tx, actor, idOrNumber)
  const { ticket } = loaded
  const topic = input.topic?.trim()
  const itemChanges = await changedItem(tx, loaded, input.serviceItemId)
  const contact = await changeContact(tx, deps, ticket, input)
  const changes = [
    ...changed(ticket, 'topic', topic || undefined),
    ...changed(ticket, 'description', input.description),
    ...changed(ticket, 'priority', input.priority),
    ...changed(ticket, 'isComplaint', input.isComplaint),
    ...itemChanges,
    ...contact.changes,
  ]
  if (changes.length > 0) {
    const set: Partial<TicketRow> = {
      topic: topic || ticket.topic,
      description: input.description ?? ticket.description,
      priority: input.priority ?? ticket.priority,
      isComplaint: input.isComplaint ?? ticket.isComplaint,
      serviceItemId: input.serviceItemId === undefined ? ticket.serviceItemId : input.serviceItemId,
      contactId: contact.contactId,
    }
    await patchTicket(tx, ticket.id, set, deps.clock.now())
    await tellEdited(tx, deps, actor, ticket.id, changes)
  }
  await editApplication(tx, deps, actor, ticket, input.application)
  return changeOf(tx, ticket.id)
}

/** Sets values of custom fields; one that its kind does not take refuses all, with every problem named. */
export const setFields = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  idOrNumber: string,
  { values }: FieldsBody,
): Promise<TicketChange> => {
  const { ticket } = await loadTicketForWork(tx, actor, idOrNumber)
  const fields = await listFieldsOf(tx, ticket)
  const checked = values.map(({ fieldId, value }, index) => {
    const field = fields.find((each) => each.id === fieldId)
    const stored = field && value !== null ? storeFieldValue(field, value) : null
    const isWrong = !field || (value !== null && stored === null)
    return { index, field, value, stored, isWrong }
  })
  const wrong = checked.filter((each) => each.isWrong)
  if (wrong.length > 0)
    throw refuse('tickets.field_invalid', 'Some values do not fit their fields.', {
      errors: wrong.map(({ index, field }) => ({
        path: `body.values.${index}`,
        message: field ? `${field.label}: ${field.kind}` : 'no such field on this ticket',
      })),
    })
  const changes: Change[] = []
  for (const { field, value, stored } of checked) {
    if (!field || field.value === value) continue
    await writeFieldValue(tx, ticket.id, field.id, stored)
    changes.push({ field: `field:${field.id}`, label: field.label, before: field.value, after: value })
  }
  await tellEdited(tx, deps, actor, ticket.id, changes)
  return changeOf(tx, ticket.id)
}

/** The ticket has exactly these tags afterwards; new names make new tags. */
export const setTags = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  idOrNumber: string,
  names: readonly string[],
): Promise<TicketChange> => {
  const { ticket } = await loadTicketForWork(tx, actor, idOrNumber)
  const wanted = [...new Set(names.map((name) => name.trim()).filter(Boolean))]
  const held = (await tagsOf(tx, [ticket.id])).get(ticket.id) ?? []
  const added = wanted.filter((name) => held.every((tag) => tag.name !== name))
  const removed = held.filter((tag) => !wanted.includes(tag.name))
  if (added.length + removed.length > 0) {
    const at = deps.clock.now()
    const made = await findOrMakeTags(tx, added, at)
    await addTicketTags(
      tx,
      ticket.id,
      made.map((tag) => tag.id),
      at,
    )
    await removeTicketTags(
      tx,
      ticket.id,
      removed.map((tag) => tag.id),
    )
    await patchTicket(tx, ticket.id, {}, at)
    const facts = { added, removed: removed.map((tag) => tag.name) }
    await tellTicket(tx, await loadTicketRow(tx, ticket.id), 'ticket.tagged', actor, at, facts, {
      forAgents: await viewsFor(tx, ticket.id),
    })
  }
  return changeOf(tx, ticket.id)
}
