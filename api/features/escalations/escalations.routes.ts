import { z } from 'zod'
import { id } from '../../../contract/common.schema'
import {
  accountabilityReport,
  acknowledgeBody,
  actBody,
  boardQuery,
  boardSnapshot,
  climbBody,
  closeBody,
  escalationDetail,
  escalationPage,
  escalationQuery,
  escalationTimesBody,
  escalationTimesView,
  handOverBody,
  raiseBody,
  reasonBody,
  referBody,
  reportMattersQuery,
  reportQuery,
} from '../../../contract/escalations.schema'
import type { Tx } from '../../../drizzle/database'
import type { Router } from '../../http/routes'
import type { AgentActor } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { currentCursor } from '../events/events.store'
import { loadTicket } from '../tickets/tickets.queries.store'
import { escalationViews } from './escalations.presenter'
import { listOfTicket } from './escalations.queries.store'
import type { EscalationRow } from './escalations.store'
import {
  acceptReferral,
  acknowledgeEscalation,
  actOnEscalation,
  climbEscalation,
  closeEscalation,
  handOverEscalation,
  referEscalation,
  refuseReferral,
  returnEscalation,
} from './escalations.usecases'
import { raiseManually } from './raise.usecases'
import { pageReportMatters, readReport } from './report.usecases'
import { changeTimes, readTimes } from './times.usecases'
import { detailOf, pageEscalations, readBoard, readEscalation } from './tracker.usecases'

const params = z.strictObject({ id: id('esc') })
const ticketParams = z.strictObject({
  id: z.string().regex(/^(tkt_[0-9A-Za-z]{20}|[0-9]{8}-[0-9]{5,9})$/),
})
const reading = { method: 'get', auth: 'agent', permission: 'tickets.read' } as const
const working = { method: 'post', auth: 'agent', permission: 'tickets.work' } as const

/** The tracker: lists, the board, one matter, the month's accountability. */
export const escalationRoutes = (router: Router): void => {
  router.read(
    {
      ...reading,
      path: '/escalations',
      summary: 'Escalated matters, the oldest first',
      query: escalationQuery,
      response: escalationPage,
    },
    (tx, { actor, query, deps }) => pageEscalations(tx, deps, actor, query),
  )
  router.read(
    {
      ...reading,
      path: '/escalations/board',
      summary: 'Open matters in columns, with the feed position they belong to',
      query: boardQuery,
      response: boardSnapshot,
    },
    async (tx, { actor, query, deps }) => ({
      state: await readBoard(tx, deps, actor, query),
      cursor: await currentCursor(tx),
    }),
  )
  router.read(
    {
      ...reading,
      path: '/escalations/report',
      summary: 'Accountability of a month by department and person',
      permission: 'dashboard.read',
      query: reportQuery,
      response: accountabilityReport,
    },
    (tx, { actor, query, deps }) => readReport(tx, deps, actor, query),
  )
  router.read(
    {
      ...reading,
      path: '/escalations/report/matters',
      summary: 'The matters behind a figure of the accountability report',
      permission: 'dashboard.read',
      query: reportMattersQuery,
      response: escalationPage,
    },
    (tx, { actor, query, deps }) => pageReportMatters(tx, deps, actor, query),
  )
  router.read(
    {
      ...reading,
      path: '/escalations/times',
      summary: 'How long acknowledging and settling may take, and when the red light goes on',
      response: escalationTimesView,
    },
    (tx) => readTimes(tx),
  )
  router.write(
    {
      method: 'put',
      path: '/escalations/times',
      summary: 'Set the times of the tracker for matters from now on',
      auth: 'agent',
      permission: 'sla.manage',
      isOrganisationWide: true,
      body: escalationTimesBody,
      response: escalationTimesView,
    },
    (tx, { actor, body, deps }) => changeTimes(tx, deps, actor, body),
  )
  router.read(
    {
      ...reading,
      path: '/escalations/{id}',
      summary: 'An escalated matter with its path from desk to desk',
      params,
      response: escalationDetail,
    },
    (tx, { actor, params }) => readEscalation(tx, actor, params.id),
  )
  router.read(
    {
      ...reading,
      path: '/tickets/{id}/escalations',
      summary: 'Escalated matters of a ticket, the newest first',
      params: ticketParams,
      response: escalationPage,
    },
    async (tx, { actor, params }) => {
      const { ticket } = await loadTicket(tx, actor, params.id)
      return { items: await escalationViews(tx, await listOfTicket(tx, ticket.id)), nextCursor: null }
    },
  )
  router.write(
    {
      ...working,
      path: '/tickets/{id}/escalations',
      summary: 'Put a ticket that cannot be settled here to a department',
      params: ticketParams,
      body: raiseBody,
      response: escalationDetail,
      status: 201,
    },
    async (tx, { actor, params, body, deps }) =>
      detailOf(tx, actor, await raiseManually(tx, deps, actor, params.id, body)),
  )
  commandRoutes(router)
}

type Run<Body> = (tx: Tx, deps: Deps, actor: AgentActor, id: string, body: Body) => Promise<EscalationRow>

/** What the owner, or who manages the branch, does with a matter. */
const commandRoutes = (router: Router): void => {
  const command = <B extends z.ZodType>(name: string, summary: string, body: B, run: Run<z.output<B>>) =>
    router.write(
      {
        ...working,
        path: `/escalations/{id}/${name}`,
        summary,
        params,
        body,
        response: escalationDetail,
      },
      async (tx, { actor, params, body: given, deps }) =>
        detailOf(tx, actor, await run(tx, deps, actor, params.id, given as z.output<B>)),
    )
  command('acknowledge', 'Take the matter on', acknowledgeBody, (tx, deps, actor, id, { note }) =>
    acknowledgeEscalation(tx, deps, actor, id, note),
  )
  command('act', 'Name the next step and its date', actBody, actOnEscalation)
  command('hand-over', 'Give the matter to another person', handOverBody, handOverEscalation)
  command('climb', 'Put the matter one desk higher', climbBody, (tx, deps, actor, id, { reason }) =>
    climbEscalation(tx, deps, actor, id, reason),
  )
  command('refer', 'Put the matter to a department', referBody, referEscalation)
  command('accept', 'Accept a referred matter', z.strictObject({}), (tx, deps, actor, id) =>
    acceptReferral(tx, deps, actor, id),
  )
  command(
    'refuse',
    'Refuse a referred matter, with a reason',
    reasonBody,
    (tx, deps, actor, id, { reason }) => refuseReferral(tx, deps, actor, id, reason),
  )
  command(
    'return',
    'Give back, or take back, a referred matter',
    reasonBody,
    (tx, deps, actor, id, { reason }) => returnEscalation(tx, deps, actor, id, reason),
  )
  command('close', 'Close the matter with a result', closeBody, closeEscalation)
}
