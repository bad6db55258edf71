import { operationParams, undoAnswer } from '../../../contract/operations.schema'
import {
  duplicates,
  familyChange,
  linkBody,
  linkQuery,
  mergeBody,
  parentBody,
  splitBody,
  ticketFamily,
} from '../../../contract/ticket-family.schema'
import { ticketChange, ticketParams } from '../../../contract/tickets.schema'
import type { Router } from '../../http/routes'
import { answerUndo } from './bulk.usecases'
import {
  familyOf,
  findDuplicates,
  linkTickets,
  resolveFamily,
  setParent,
  unlinkTickets,
} from './family.usecases'
import { mergeTicket } from './merge.usecases'
import { splitTicket } from './split.usecases'
import { undoOperation } from './undo-operation.usecases'

const work = { auth: 'agent', permission: 'tickets.work', params: ticketParams } as const
const read = { auth: 'agent', permission: 'tickets.read', params: ticketParams } as const

/** Merging, splitting, families of tickets, and undoing what was done in one go. */
export const ticketOperationRoutes = (router: Router): void => {
  const { deps } = router
  router.write(
    {
      ...work,
      method: 'post',
      path: '/tickets/{id}/merge',
      summary: 'Merge it into another ticket; the answer is that one',
      body: mergeBody,
      response: familyChange,
    },
    (tx, { actor, params, body }) => mergeTicket(tx, deps, actor, params.id, body.intoId),
  )
  router.write(
    {
      ...work,
      method: 'post',
      path: '/tickets/{id}/split',
      summary: 'Give another matter a ticket of its own; the answer is the new one',
      body: splitBody,
      response: familyChange,
      status: 201,
    },
    (tx, { actor, params, body }) => splitTicket(tx, deps, actor, params.id, body),
  )
  router.write(
    {
      method: 'post',
      path: '/operations/{id}/undo',
      summary: 'Undo a merge, a split, a macro or a bulk action in one go',
      auth: 'agent',
      permission: 'tickets.work',
      params: operationParams,
      response: undoAnswer,
    },
    (tx, { actor, params }) => undoOperation(tx, deps, actor, params.id),
    (answer) => answerUndo(deps, answer),
  )
  familyRoutes(router)
}

const familyRoutes = (router: Router): void => {
  const { deps } = router
  router.read(
    {
      ...read,
      method: 'get',
      path: '/tickets/{id}/family',
      summary: 'Parent, children, links, and what was merged or split',
      response: ticketFamily,
    },
    (tx, { actor, params }) => familyOf(tx, deps, actor, params.id),
  )
  router.read(
    {
      ...read,
      method: 'get',
      path: '/tickets/{id}/duplicates',
      summary: 'Tickets that may be the same matter',
      response: duplicates,
    },
    (tx, { actor, params }) => findDuplicates(tx, deps, actor, params.id),
  )
  router.write(
    {
      ...work,
      method: 'post',
      path: '/tickets/{id}/links',
      summary: 'Link it with another ticket',
      body: linkBody,
      response: ticketChange,
    },
    (tx, { actor, params, body }) => linkTickets(tx, deps, actor, params.id, body.otherId),
  )
  router.write(
    {
      ...work,
      method: 'delete',
      path: '/tickets/{id}/links',
      summary: 'Take the link away',
      query: linkQuery,
      response: ticketChange,
    },
    (tx, { actor, params, query }) => unlinkTickets(tx, deps, actor, params.id, query.otherId),
  )
  router.write(
    {
      ...work,
      method: 'put',
      path: '/tickets/{id}/parent',
      summary: 'Put it below another ticket, or take it out',
      body: parentBody,
      response: ticketChange,
    },
    (tx, { actor, params, body }) => setParent(tx, deps, actor, params.id, body.parentId),
  )
  router.write(
    {
      ...work,
      method: 'post',
      path: '/tickets/{id}/resolve-family',
      summary: 'Resolve it with every ticket below it',
      response: ticketChange,
    },
    (tx, { actor, params }) => resolveFamily(tx, deps, actor, params.id),
  )
}
