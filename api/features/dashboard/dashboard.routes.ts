import {
  dashboardAgents,
  dashboardAgentsQuery,
  dashboardQuery,
  dashboardTickets,
  dashboardTicketsQuery,
  dashboardView,
} from '../../../contract/dashboard.schema'
import type { Router } from '../../http/routes'
import { listAgentsByState } from './agents.usecases'
import { showDashboard } from './dashboard.usecases'
import { drillDown } from './drill.usecases'

const supervisor = { method: 'get', auth: 'agent', permission: 'dashboard.read' } as const

/** The dashboard and what its figures count. */
export const dashboardRoutes = (router: Router): void => {
  router.read(
    {
      ...supervisor,
      path: '/dashboard',
      summary: 'Live numbers and figures of a department and all below it',
      query: dashboardQuery,
      response: dashboardView,
    },
    (tx, { actor, query }) => showDashboard(tx, router.deps, actor, query),
  )
  router.read(
    {
      ...supervisor,
      path: '/dashboard/tickets',
      summary: 'What a figure counts, newest first; waiting and atRisk by urgency',
      query: dashboardTicketsQuery,
      response: dashboardTickets,
    },
    (tx, { actor, query }) => drillDown(tx, router.deps, actor, query),
  )
  router.read(
    {
      ...supervisor,
      path: '/dashboard/agents',
      summary:
        'The agents behind the numbers of who is available, busy or away, the longest in their state first',
      query: dashboardAgentsQuery,
      response: dashboardAgents,
    },
    (tx, { actor, query }) => listAgentsByState(tx, actor, query),
  )
}
