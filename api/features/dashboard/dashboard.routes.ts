import {
  dashboardQuery,
  dashboardTickets,
  dashboardTicketsQuery,
  dashboardView,
} from '../../../contract/dashboard.schema'
import type { Router } from '../../http/routes'
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
}
