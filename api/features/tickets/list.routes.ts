import { z } from 'zod'
import { id, ok } from '../../../contract/common.schema'
import { operationParams } from '../../../contract/operations.schema'
import {
  boardQuery,
  boardState,
  bulkBody,
  bulkRun,
  editViewBody,
  matchingCount,
  savedView,
  savedViewList,
  saveViewBody,
  ticketCounts,
  ticketListFilter,
  ticketListPage,
  ticketListQuery,
} from '../../../contract/ticket-list.schema'
import type { Router } from '../../http/routes'
import { answerBulk, cancelBulk, countMatching, showBulk, startBulk } from './bulk.usecases'
import { countQuickFilters, loadBoard, pageTickets, wordsOf } from './list.usecases'
import { searchBoard, searchTickets } from './search.usecases'
import { editView, listSavedViews, removeView, saveView } from './views.usecases'

/** Lists of tickets, views kept of them, and what is done to many at once. */
export const ticketListRoutes = (router: Router): void => {
  listRoutes(router)
  viewRoutes(router)
  bulkRoutes(router)
}

const listRoutes = (router: Router): void => {
  const reading = { auth: 'agent', permission: 'tickets.read' } as const
  router.plain(
    {
      method: 'get',
      path: '/tickets',
      summary: 'Tickets, the last changed first; with words in `q` the most relevant first',
      ...reading,
      query: ticketListQuery,
      response: ticketListPage,
    },
    async ({ actor, query, deps }) => {
      if (wordsOf(query.q) !== null) return searchTickets(deps, actor, query)
      return { ...(await deps.db.read((tx) => pageTickets(tx, actor, query))), matches: [] }
    },
  )
  router.read(
    {
      method: 'get',
      path: '/tickets/counts',
      summary: 'How many tickets each quick filter finds, up to 99',
      ...reading,
      response: ticketCounts,
    },
    (tx, { actor }) => countQuickFilters(tx, actor),
  )
  router.plain(
    {
      method: 'get',
      path: '/tickets/board',
      summary: 'Tickets in columns by status; with words in `q` the most relevant first',
      ...reading,
      query: boardQuery,
      response: boardState,
    },
    ({ actor, query, deps }) =>
      wordsOf(query.q) === null
        ? deps.db.read((tx) => loadBoard(tx, actor, query))
        : searchBoard(deps, actor, query),
  )
}

const viewRoutes = (router: Router): void => {
  const reading = { auth: 'agent', permission: 'tickets.read' } as const
  const params = z.strictObject({ id: id('viw') })
  router.read(
    {
      method: 'get',
      path: '/ticket-views',
      summary: 'Saved lists: own, and shared with the own department',
      ...reading,
      response: savedViewList,
    },
    async (tx, { actor }) => ({ items: await listSavedViews(tx, actor) }),
  )
  router.write(
    {
      method: 'post',
      path: '/ticket-views',
      summary: 'Keep a list; sharing it needs tickets.manage',
      ...reading,
      body: saveViewBody,
      response: savedView,
      status: 201,
    },
    (tx, { actor, body, deps }) => saveView(tx, deps, actor, body),
  )
  router.write(
    {
      method: 'patch',
      path: '/ticket-views/{id}',
      summary: 'Rename, change or share an own list',
      ...reading,
      params,
      body: editViewBody,
      response: savedView,
    },
    (tx, { actor, params: { id: viewId }, body }) => editView(tx, actor, viewId, body),
  )
  router.write(
    {
      method: 'delete',
      path: '/ticket-views/{id}',
      summary: 'Forget an own list',
      ...reading,
      params,
      response: ok,
    },
    async (tx, { actor, params: { id: viewId } }) => {
      await removeView(tx, actor, viewId)
      return { ok: true as const }
    },
  )
}

const bulkRoutes = (router: Router): void => {
  const { deps } = router
  const managing = { auth: 'agent', permission: 'tickets.manage' } as const
  router.plain(
    {
      method: 'get',
      path: '/tickets/matching',
      summary: 'How many tickets a change by this filter would reach',
      ...managing,
      query: ticketListFilter,
      response: matchingCount,
    },
    ({ actor, query }) => countMatching(deps, actor, query),
  )
  router.write(
    {
      method: 'post',
      path: '/tickets/bulk',
      summary: 'The same change to many tickets, each by itself; a large one goes on after the answer',
      ...managing,
      body: bulkBody,
      response: bulkRun,
    },
    (tx, { actor, body }) => startBulk(tx, deps, actor, body),
    (operationId, { actor }) => answerBulk(deps, actor, operationId),
  )
  router.read(
    {
      method: 'get',
      path: '/operations/{id}',
      summary: 'How far an own change to many tickets is, and what became of each',
      ...managing,
      params: operationParams,
      response: bulkRun,
    },
    (tx, { actor, params }) => showBulk(tx, actor, params.id),
  )
  router.write(
    {
      method: 'post',
      path: '/operations/{id}/cancel',
      summary: 'Stop an own change to many tickets; what is changed by then can be undone',
      ...managing,
      params: operationParams,
      response: bulkRun,
    },
    (tx, { actor, params }) => cancelBulk(tx, deps, actor, params.id),
  )
}
