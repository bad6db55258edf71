import { z } from 'zod'
import { ok } from '../../../contract/common.schema'
import { type HandedOver, handedOver, handOverBody } from '../../../contract/hotline.schema'
import {
  assignBody,
  departmentBody,
  departmentChoices,
  draftBody,
  draftQuery,
  editTicketBody,
  fieldsBody,
  lookBody,
  lookers,
  openTicketBody,
  participantsBody,
  peopleQuery,
  personList,
  replyBody,
  statusBody,
  tagList,
  tagsBody,
  ticketChange,
  ticketParams,
} from '../../../contract/tickets.schema'
import type { Router } from '../../http/routes'
import { iso } from '../../lib/clock'
import { audience } from '../events/events.store'
import { assignByHand, changeParticipants, commandTicket, moveDepartment, openTicket } from './desk.usecases'
import { editTicket, setFields, setTags } from './edit.usecases'
import { handOverTicket } from './hand-over.usecases'
import { lookersOf } from './lookers'
import { listDepartmentsFor, listPeople } from './people.store'
import { forgetDraft, keepDraft, replyToTicket } from './replies.usecases'
import { findTags } from './tags.store'
import { loadTicket } from './tickets.queries.store'

const shared = {
  auth: 'agent',
  permission: 'tickets.work',
  params: ticketParams,
} as const
const command = { ...shared, response: ticketChange } as const

/** What an agent does on one ticket. */
export const ticketDeskRoutes = (router: Router): void => {
  const { deps } = router
  router.write(
    {
      method: 'post',
      path: '/tickets',
      summary: 'Open a ticket: an agent by hand, or another system with a key (see docs/integration.md)',
      auth: 'agent_or_key',
      permission: 'tickets.work',
      scope: 'tickets:create',
      body: z.union([openTicketBody, handOverBody]),
      response: z.union([ticketChange, handedOver]),
      status: 201,
      statusOf: (answer) => ((answer as Partial<HandedOver>).isNew === false ? 200 : 201),
    },
    async (tx, { actor, body }) => {
      if (actor.kind === 'agent') return openTicket(tx, deps, actor, openTicketBody.parse(body))
      return handOverTicket(tx, deps, actor, handOverBody.parse(body))
    },
  )
  router.write(
    { ...command, method: 'patch', path: '/tickets/{id}', summary: 'Change a ticket', body: editTicketBody },
    (tx, { actor, params, body }) => editTicket(tx, deps, actor, params.id, body),
  )
  router.write(
    {
      ...command,
      method: 'post',
      path: '/tickets/{id}/status',
      summary: 'Wait, hold, resolve, close or open again',
      body: statusBody,
    },
    (tx, { actor, params, body }) => commandTicket(tx, deps, actor, params.id, body),
  )
  router.write(
    {
      ...command,
      method: 'post',
      path: '/tickets/{id}/assign',
      summary: 'Give it to a colleague, or to nobody',
      body: assignBody,
    },
    (tx, { actor, params, body }) => assignByHand(tx, deps, actor, params.id, body.agentId),
  )
  router.write(
    {
      ...command,
      method: 'post',
      path: '/tickets/{id}/department',
      summary: 'Move it to another department',
      body: departmentBody,
    },
    (tx, { actor, params, body }) => moveDepartment(tx, deps, actor, params.id, body.departmentId),
  )
  router.write(
    {
      ...command,
      method: 'post',
      path: '/tickets/{id}/participants',
      summary: 'Ask colleagues in, or let them go',
      body: participantsBody,
    },
    (tx, { actor, params, body }) => changeParticipants(tx, deps, actor, params.id, body),
  )
  router.write(
    { ...command, method: 'put', path: '/tickets/{id}/tags', summary: 'Set the tags', body: tagsBody },
    (tx, { actor, params, body }) => setTags(tx, deps, actor, params.id, body.tags),
  )
  router.write(
    {
      ...command,
      method: 'put',
      path: '/tickets/{id}/fields',
      summary: 'Set values of custom fields',
      body: fieldsBody,
    },
    (tx, { actor, params, body }) => setFields(tx, deps, actor, params.id, body),
  )
  replyRoutes(router)
  choiceRoutes(router)
}

/** Replies, notes, drafts, and who else is at it. */
const replyRoutes = (router: Router): void => {
  const { deps } = router
  router.write(
    {
      ...command,
      method: 'post',
      path: '/tickets/{id}/replies',
      summary: 'Answer the citizen, or note something for colleagues',
      body: replyBody,
      status: 201,
    },
    (tx, { actor, params, body }) => replyToTicket(tx, deps, actor, params.id, body),
  )
  router.write(
    {
      ...shared,
      method: 'put',
      path: '/tickets/{id}/draft',
      summary: 'Keep what is typed and not sent',
      body: draftBody,
      response: ok,
    },
    async (tx, { actor, params, body }) => {
      await keepDraft(tx, deps, actor, params.id, body)
      return { ok: true as const }
    },
  )
  router.write(
    {
      ...shared,
      method: 'delete',
      path: '/tickets/{id}/draft',
      summary: 'Throw the draft away',
      query: draftQuery,
      response: ok,
    },
    async (tx, { actor, params, query }) => {
      await forgetDraft(tx, actor, params.id, query.kind)
      return { ok: true as const }
    },
  )
  router.read(
    {
      ...shared,
      method: 'post',
      path: '/tickets/{id}/presence',
      summary: 'I have the ticket open (kept nowhere); the answer says who else has',
      body: lookBody,
      response: lookers,
    },
    async (tx, { actor, params, body }) => {
      const { ticket } = await loadTicket(tx, actor, params.id)
      const now = deps.clock.now()
      const what = { ...body, isLeaving: body.isLeaving ?? false }
      const seen = lookersOf(deps.hub).touch(ticket.id, actor, what, now)
      deps.hub.whisper(seen.toldTo.map(audience.agent), {
        type: 'ticket.presence',
        at: iso(now),
        subject: ticket.id,
        data: { ofTicket: ticket.id, lookers: seen.lookers },
      })
      return { lookers: seen.lookers }
    },
  )
}

/** What may be picked. */
const choiceRoutes = (router: Router): void => {
  router.read(
    {
      ...shared,
      method: 'get',
      path: '/tickets/{id}/people',
      summary: 'Colleagues who may be given the ticket, named or asked in',
      query: peopleQuery,
      response: personList,
    },
    async (tx, { actor, params, query }) => {
      const { ticket } = await loadTicket(tx, actor, params.id)
      return { items: await listPeople(tx, ticket, query.q ?? '') }
    },
  )
  router.read(
    {
      ...shared,
      method: 'get',
      path: '/tickets/{id}/departments',
      summary: 'Departments the ticket may go to or wait for',
      response: departmentChoices,
    },
    async (tx, { actor, params }) => {
      const { ticket } = await loadTicket(tx, actor, params.id)
      const found = await listDepartmentsFor(tx, ticket.siteId)
      return { items: found.map(({ id, parentId, name, level }) => ({ id, parentId, name, level })) }
    },
  )
  router.read(
    {
      method: 'get',
      path: '/tags',
      summary: 'Tags by name',
      auth: 'agent',
      permission: 'tickets.read',
      query: peopleQuery,
      response: tagList,
    },
    async (tx, { query }) => ({ items: await findTags(tx, query.q ?? '', 50) }),
  )
}
