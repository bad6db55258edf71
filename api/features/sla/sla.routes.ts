import { z } from 'zod'
import { id, ok } from '../../../contract/common.schema'
import {
  calendarBody,
  calendarList,
  calendarView,
  departmentCalendarBody,
  holidayList,
  holidaysQuery,
  policyBody,
  policyList,
  policyOrder,
  policyView,
  previewBody,
  previewView,
  recomputeAnswer,
  ruleBody,
  ruleList,
  ruleView,
  ticketClocks,
} from '../../../contract/sla.schema'
import type { Router } from '../../http/routes'
import { loadTicket } from '../tickets/tickets.queries.store'
import { chineseHolidays } from './holidays'
import { recomputeProgress } from './recompute.usecases'
import { loadCalendar } from './settings.store'
import {
  calendarViews,
  chooseDepartmentCalendar,
  orderPolicies,
  policyViews,
  putCalendar,
  putPolicy,
  putRule,
  removeCalendar,
  removePolicy,
  removeRule,
  ruleViews,
} from './settings.usecases'
import { previewPolicy, showClocks } from './sla.usecases'

const admin = { auth: 'agent', permission: 'sla.manage' } as const
/** Calendars and the order of policies are everybody's. */
const root = { ...admin, isOrganisationWide: true } as const
const idOrNumber = z
  .string()
  .regex(/^(tkt_[0-9A-Za-z]{20}|[0-9]{8}-[0-9]{5,9})$/)
  .meta({ example: '20261122-00001' })
const done = { ok: true as const }

/** Clocks of tickets, and the calendars, policies and rules behind them. */
export const slaRoutes = (router: Router): void => {
  router.read(
    {
      method: 'get',
      path: '/tickets/{id}/clocks',
      summary: 'The clocks of a ticket: due times, working time left, and the ledger of each',
      auth: 'agent',
      permission: 'tickets.read',
      params: z.strictObject({ id: idOrNumber }),
      response: ticketClocks,
    },
    async (tx, { actor, params, deps }) => {
      const { ticket } = await loadTicket(tx, actor, params.id)
      return showClocks(tx, deps, ticket.id)
    },
  )
  router.read(
    {
      ...admin,
      method: 'get',
      path: '/sla/recompute',
      summary: 'How far the reckoning anew of unresolved tickets is',
      response: recomputeAnswer,
    },
    async (tx) => ({ recompute: await recomputeProgress(tx) }),
  )
  calendarRoutes(router)
  policyRoutes(router)
  ruleRoutes(router)
}

const calendarRoutes = (router: Router): void => {
  const params = z.strictObject({ id: id('wca') })
  router.read(
    {
      ...admin,
      method: 'get',
      path: '/sla/calendars',
      summary: 'Working calendars with holidays and make-up days',
      response: calendarList,
    },
    async (tx) => ({ items: await calendarViews(tx) }),
  )
  router.read(
    {
      ...admin,
      method: 'get',
      path: '/sla/calendars/{id}/holidays',
      summary: "China's public holidays and make-up days of a year, to start from and edit",
      params,
      query: holidaysQuery,
      response: holidayList,
    },
    async (tx, { params, query }) => ({
      items: chineseHolidays(query.year, (await loadCalendar(tx, params.id)).week).map((each) => ({
        ...each,
        spans: [...each.spans],
      })),
    }),
  )
  router.write(
    {
      ...root,
      method: 'post',
      path: '/sla/calendars',
      summary: 'Add a calendar',
      body: calendarBody,
      response: calendarView,
      status: 201,
    },
    (tx, { actor, body, deps }) => putCalendar(tx, deps, actor, body, null),
  )
  router.write(
    {
      ...root,
      method: 'put',
      path: '/sla/calendars/{id}',
      summary: 'Change a calendar; clocks of unresolved tickets are reckoned anew',
      params,
      body: calendarBody,
      response: calendarView,
    },
    (tx, { actor, params, body, deps }) => putCalendar(tx, deps, actor, body, params.id),
  )
  router.write(
    {
      ...root,
      method: 'delete',
      path: '/sla/calendars/{id}',
      summary: 'Delete a calendar that nothing works by',
      params,
      response: ok,
    },
    async (tx, { actor, params, deps }) => {
      await removeCalendar(tx, deps, actor, params.id)
      return done
    },
  )
  router.write(
    {
      ...admin,
      method: 'put',
      path: '/sla/departments/{id}',
      summary: 'Give a department its own working time',
      params: z.strictObject({ id: id('dep') }),
      body: departmentCalendarBody,
      response: ok,
    },
    async (tx, { actor, params, body, deps }) => {
      await chooseDepartmentCalendar(tx, deps, actor, params.id, body.calendarId)
      return done
    },
  )
}

const policyRoutes = (router: Router): void => {
  const params = z.strictObject({ id: id('slp') })
  router.read(
    {
      ...admin,
      method: 'get',
      path: '/sla/policies',
      summary: 'Policies in the order they are asked in, the default last',
      response: policyList,
    },
    async (tx, { actor }) => ({ items: await policyViews(tx, actor) }),
  )
  router.write(
    {
      ...admin,
      method: 'post',
      path: '/sla/policies',
      summary: 'Add a policy',
      body: policyBody,
      response: policyView,
      status: 201,
    },
    (tx, { actor, body, deps }) => putPolicy(tx, deps, actor, body, null),
  )
  router.write(
    {
      ...root,
      method: 'post',
      path: '/sla/policies/order',
      summary: 'Change the order in which policies are asked',
      body: policyOrder,
      response: policyList,
    },
    async (tx, { actor, body, deps }) => ({ items: await orderPolicies(tx, deps, actor, body.ids) }),
  )
  router.write(
    {
      ...admin,
      method: 'put',
      path: '/sla/policies/{id}',
      summary: 'Change a policy; clocks of unresolved tickets are reckoned anew',
      params,
      body: policyBody,
      response: policyView,
    },
    (tx, { actor, params, body, deps }) => putPolicy(tx, deps, actor, body, params.id),
  )
  router.write(
    {
      ...admin,
      method: 'delete',
      path: '/sla/policies/{id}',
      summary: 'Delete a policy',
      params,
      response: ok,
    },
    async (tx, { actor, params, deps }) => {
      await removePolicy(tx, deps, actor, params.id)
      return done
    },
  )
  router.plain(
    {
      ...admin,
      method: 'post',
      path: '/sla/preview',
      summary: 'Which policy would take such a ticket, and when it would be due',
      body: previewBody,
      response: previewView,
    },
    ({ actor, body, deps }) => deps.db.read((tx) => previewPolicy(tx, deps, actor, body)),
  )
}

const ruleRoutes = (router: Router): void => {
  const params = z.strictObject({ id: id('erl') })
  router.read(
    {
      ...admin,
      method: 'get',
      path: '/sla/rules',
      summary: 'Warn and breach rules with their steps',
      response: ruleList,
    },
    async (tx, { actor }) => ({ items: await ruleViews(tx, actor) }),
  )
  router.write(
    {
      ...admin,
      method: 'post',
      path: '/sla/rules',
      summary: 'Add a rule',
      body: ruleBody,
      response: ruleView,
      status: 201,
    },
    (tx, { actor, body, deps }) => putRule(tx, deps, actor, body, null),
  )
  router.write(
    {
      ...admin,
      method: 'put',
      path: '/sla/rules/{id}',
      summary: 'Change a rule and its steps',
      params,
      body: ruleBody,
      response: ruleView,
    },
    (tx, { actor, params, body, deps }) => putRule(tx, deps, actor, body, params.id),
  )
  router.write(
    {
      ...admin,
      method: 'delete',
      path: '/sla/rules/{id}',
      summary: 'Delete a rule',
      params,
      response: ok,
    },
    async (tx, { actor, params, deps }) => {
      await removeRule(tx, deps, actor, params.id)
      return done
    },
  )
}
