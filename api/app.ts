import { OpenAPIHono } from '@hono/zod-openapi'
import { agentRoutes } from './features/agents/agents.routes'
import { auditRoutes } from './features/audit/audit.routes'
import { authRoutes } from './features/auth/auth.routes'
import { callRoutes, webhookRoutes } from './features/calls/calls.routes'
import { consultationRoutes } from './features/consultations/consultations.routes'
import { invitationRoutes } from './features/consultations/invitations.routes'
import { messageRoutes } from './features/consultations/messages.routes'
import { dashboardRoutes } from './features/dashboard/dashboard.routes'
import { departmentRoutes } from './features/departments/departments.routes'
import { documentRoutes } from './features/documents/documents.routes'
import { escalationRoutes } from './features/escalations/escalations.routes'
import { leaderRoutes } from './features/escalations/leaders.routes'
import { eventRoutes } from './features/events/events.routes'
import { exportFileRoutes } from './features/exports/exports.routes'
import { followRoutes } from './features/follow/follow.routes'
import { relayRoutes } from './features/follow/relay.routes'
import { importRoutes } from './features/imports/imports.routes'
import { keyRoutes } from './features/keys/keys.routes'
import { macroRoutes } from './features/macros/macros.routes'
import { notificationRoutes } from './features/notifications/notifications.routes'
import { outgoingRoutes } from './features/outgoing/outgoing.routes'
import { presenceRoutes } from './features/presence/presence.routes'
import { reportRoutes } from './features/reports/reports.routes'
import { serviceItemRoutes } from './features/sites/service-items.routes'
import { siteRoutes } from './features/sites/sites.routes'
import { slaRoutes } from './features/sla/sla.routes'
import { ticketSettingsRoutes } from './features/ticket-settings/settings.routes'
import { ticketDeskRoutes } from './features/tickets/desk.routes'
import { ticketListRoutes } from './features/tickets/list.routes'
import { ticketOperationRoutes } from './features/tickets/operations.routes'
import { ticketRoutes } from './features/tickets/tickets.routes'
import { visitorRoutes } from './features/visitors/visitors.routes'
import { webhookEndpointRoutes } from './features/webhooks/webhooks.routes'
import type { AppEnv } from './http/env'
import { pageRoutes } from './http/pages'
import { answerProblem } from './http/problem'
import { createRouter, type RouteRecord } from './http/routes'
import { forwardValidation } from './http/signalling-proxy'
import { systemRoutes } from './http/system'
import type { Deps } from './lib/deps'
import { refuse } from './lib/errors'
import { randomText } from './lib/ids'

const apiRoutes = [
  authRoutes,
  agentRoutes,
  departmentRoutes,
  siteRoutes,
  serviceItemRoutes,
  auditRoutes,
  visitorRoutes,
  presenceRoutes,
  consultationRoutes,
  messageRoutes,
  invitationRoutes,
  callRoutes,
  webhookRoutes,
  documentRoutes,
  ticketSettingsRoutes,
  ticketListRoutes,
  ticketRoutes,
  followRoutes,
  relayRoutes,
  ticketDeskRoutes,
  slaRoutes,
  ticketOperationRoutes,
  dashboardRoutes,
  reportRoutes,
  escalationRoutes,
  leaderRoutes,
  keyRoutes,
  webhookEndpointRoutes,
  macroRoutes,
  outgoingRoutes,
  notificationRoutes,
  exportFileRoutes,
  importRoutes,
  eventRoutes,
]

/** The whole HTTP application. `routes` is what the role × route matrix is generated from. */
export const createApp = (deps: Deps) => {
  const app = new OpenAPIHono<AppEnv>()
  const isHttpsOnly = deps.config.publicUrl.startsWith('https:')
  app.use(async (c, next) => {
    const given = c.req.header('x-request-id')
    c.set('requestId', given && /^[\w-]{8,64}$/.test(given) ? given : randomText(16))
    c.set('actor', null)
    await next()
    c.header('x-request-id', c.get('requestId'))
    c.header('x-content-type-options', 'nosniff')
    c.header('referrer-policy', 'same-origin')
    if (isHttpsOnly) c.header('strict-transport-security', 'max-age=31536000')
    // Due times are counted down by this clock, whatever the browser's says.
    c.header('x-bangban-clock', `${deps.clock.now()} ${deps.config.clockRate}`)
  })
  app.onError((error, c) => answerProblem(error, c, deps.logger))
  app.notFound((c) =>
    answerProblem(refuse('request.not_found', 'There is nothing at this address.'), c, deps.logger),
  )

  const api = new OpenAPIHono<AppEnv>()
  api.onError((error, c) => answerProblem(error, c, deps.logger))
  api.use(async (c, next) => {
    await next()
    if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store')
  })
  const router = createRouter(api, deps)
  for (const register of apiRoutes) register(router)
  refuseOtherMethods(api, router.records, deps)
  app.route('/api/v1', api)
  app.get('/rtc/*', (c) => {
    if (!deps.config.livekit?.isManaged)
      throw refuse('request.not_found', 'There is nothing at this address.')
    return forwardValidation(deps.config.livekit.url, new URL(c.req.url))
  })
  systemRoutes(app, deps)
  pageRoutes(app, deps)
  return { app, routes: router.records }
}

/** A known path with another method is 405 with `Allow`, not 404. */
const refuseOtherMethods = (api: OpenAPIHono<AppEnv>, records: readonly RouteRecord[], deps: Deps): void => {
  const methods = new Map<string, Set<string>>()
  for (const { path, method } of records) methods.set(path, (methods.get(path) ?? new Set()).add(method))
  // Exact paths first: `/consultations/telephone` is not the id `telephone`.
  const exactFirst = [...methods].sort(([a], [b]) => Number(a.includes('{')) - Number(b.includes('{')))
  for (const [path, allowed] of exactFirst) {
    const allow = [...allowed].sort().join(', ')
    api.all(path.replace(/\{(\w+)\}/g, ':$1'), (c) => {
      const response = answerProblem(
        refuse('request.method_not_allowed', `Allowed here: ${allow}.`),
        c,
        deps.logger,
      )
      response.headers.set('allow', allow)
      return response
    })
  }
}
