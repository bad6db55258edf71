import {
  isPriority,
  languageOfText,
  type MacroStep,
  type PlaceholderValues,
  placeholderFallbacks,
  readMacroStatus,
  renderPlaceholders,
} from '../../../contract/macros.rules'
import type { ApplyMacroBody, MacroApplied, TicketMacros } from '../../../contract/macros.schema'
import type { StatusBody } from '../../../contract/tickets.schema'
import type { Tx } from '../../../drizzle/database'
import type { AgentActor } from '../../lib/actor'
import { iso, momentOf } from '../../lib/clock'
import type { Deps } from '../../lib/deps'
import { findSite } from '../sites/sites.store'
import { assignByHand, auditTicket, commandTicket, moveDepartment } from '../tickets/desk.usecases'
import { editTicket, setTags } from '../tickets/edit.usecases'
import { changeOf, viewsFor } from '../tickets/more.presenter'
import { captureTicket, changesBetween, operationView, recordOperation } from '../tickets/operations.usecases'
import { replyToTicket } from '../tickets/replies.usecases'
import { loadTicketView } from '../tickets/tickets.presenter'
import { loadTicketForWork, tagsOf } from '../tickets/tickets.queries.store'
import { loadTicketRow } from '../tickets/tickets.store'
import { tellTicket } from '../tickets/tickets.usecases'
import { listMacros, loadMacro } from './macros.store'
import { macroViews } from './macros.usecases'

type UseDeps = Pick<Deps, 'clock'>

type Language = ReturnType<typeof languageOfText>
const dayAndTime = {
  month: 'long',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
} as const

/** A macro's text as it would be sent on the ticket, in the language it is written in. */
const rendererFor = async (
  tx: Tx,
  actor: AgentActor,
  ticketId: string,
): Promise<(text: string) => string> => {
  const view = await loadTicketView(tx, ticketId)
  const site = await findSite(tx, view.siteId)
  const dueIn = (language: Language) =>
    view.nextDueAt
      ? new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : 'zh-CN', {
          timeZone: site?.timeZone ?? 'Asia/Shanghai',
          ...dayAndTime,
        }).format(momentOf(view.nextDueAt))
      : ''
  const values: PlaceholderValues = {
    'contact.name': view.contactName ?? '',
    'ticket.number': view.number,
    'ticket.topic': view.topic,
    'item.name': view.serviceItemName ?? '',
    'department.name': view.departmentName,
    'agent.name': actor.name,
    'site.name': view.siteName,
  }
  return (text) => {
    const language = languageOfText(text)
    return renderPlaceholders(text, { ...values, due: dueIn(language) }, placeholderFallbacks[language])
  }
}

/** The macros that fit a ticket, with their texts as they would be sent. */
export const listTicketMacros = async (
  tx: Tx,
  actor: AgentActor,
  idOrNumber: string,
): Promise<TicketMacros> => {
  const { ticket } = await loadTicketForWork(tx, actor, idOrNumber)
  const render = await rendererFor(tx, actor, ticket.id)
  const macros = await macroViews(tx, actor, await listMacros(tx, actor, { isActiveOnly: true }))
  return { items: macros.map((macro) => ({ macro, text: render(macro.reply) })) }
}

const statusOf = (steps: readonly MacroStep[], now: number): StatusBody | null => {
  const step = steps.findLast((each) => each.action === 'status')
  const status = step ? readMacroStatus(step.value) : null
  if (!status) return null
  return status.holdHours === null
    ? { command: status.command }
    : { command: status.command, holdUntil: iso(now + status.holdHours * 3_600_000) }
}

/** Everything but the status, which comes last: it may need what the other steps do. */
const takeStep = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  ticketId: string,
  { action, value }: MacroStep,
): Promise<void> => {
  if (action === 'department') await moveDepartment(tx, deps, actor, ticketId, value)
  if (action === 'assign') {
    const agentId = value === 'me' ? actor.id : value === 'nobody' ? null : value
    await assignByHand(tx, deps, actor, ticketId, agentId)
  }
  if (action === 'priority' && isPriority(value))
    await editTicket(tx, deps, actor, ticketId, { priority: value })
  if (action !== 'add_tag' && action !== 'remove_tag') return
  const held = ((await tagsOf(tx, [ticketId])).get(ticketId) ?? []).map((tag) => tag.name)
  const names = action === 'add_tag' ? [...held, value] : held.filter((name) => name !== value)
  await setTags(tx, deps, actor, ticketId, names)
}

/**
 * Sends a macro's reply and takes its steps, all or nothing. The answer names the operation that undoes the
 * changes; a reply that was sent stays sent.
 */
export const applyMacro = async (
  tx: Tx,
  deps: UseDeps,
  actor: AgentActor,
  idOrNumber: string,
  macroId: string,
  input: ApplyMacroBody,
): Promise<MacroApplied> => {
  const { ticket } = await loadTicketForWork(tx, actor, idOrNumber)
  const { macro, steps } = await loadMacro(tx, actor, macroId)
  const before = await captureTicket(tx, ticket.id)
  const text = input.text ?? (await rendererFor(tx, actor, ticket.id))(macro.reply)
  for (const step of steps) await takeStep(tx, deps, actor, ticket.id, step)
  const status = statusOf(steps, deps.clock.now())
  const answer =
    text.trim() === ''
      ? null
      : await replyToTicket(tx, deps, actor, ticket.id, {
          kind: 'reply',
          body: text,
          ...(input.lastReplyId === undefined ? {} : { lastReplyId: input.lastReplyId }),
          ...(input.force === undefined ? {} : { force: input.force }),
          ...(status ? { thenStatus: status } : {}),
        })
  if (!answer && status) await commandTicket(tx, deps, actor, ticket.id, status)
  const changes = changesBetween(ticket.id, before, await captureTicket(tx, ticket.id))
  const operationId = changes.length > 0 ? await recordOperation(tx, deps, actor, 'macro', changes) : null
  const facts = { macroId, name: macro.name, operationId, hasReply: answer !== null }
  const now = await loadTicketRow(tx, ticket.id)
  await tellTicket(tx, now, 'ticket.macro_applied', actor, deps.clock.now(), facts, {
    forAgents: await viewsFor(tx, ticket.id),
  })
  await auditTicket(tx, deps, actor, 'tickets.macro_applied', ticket, { name: macro.name })
  return {
    ...(await changeOf(tx, ticket.id, answer?.reply ?? null)),
    operation: operationId ? await operationView(tx, operationId) : null,
  }
}
