import { timingSafeEqual } from 'node:crypto'
import type { OpenAPIHono } from '@hono/zod-openapi'
import { sql } from 'drizzle-orm'
import type { Context } from 'hono'
import type { Deps } from '../lib/deps'
import { refuse } from '../lib/errors'
import { sha256 } from '../lib/ids'
import { loopDelay } from '../lib/loop-delay'
import { isLocalRequest } from './address'
import type { AppEnv } from './env'

/** Liveness, readiness, metrics and the OpenAPI document. */
export const systemRoutes = (app: OpenAPIHono<AppEnv>, deps: Deps): void => {
  // Whoever started us knows our answer from that of another program on the port.
  const { instance } = deps.config
  if (instance)
    for (const path of ['/healthz', '/readyz'])
      app.use(path, async (c, next) => {
        c.header('x-instance', instance)
        await next()
      })
  app.get('/healthz', (c) => c.json({ status: 'ok' }))
  app.get('/readyz', async (c) => {
    const [database, livekit] = await Promise.all([isDatabaseReady(deps), livekitState(deps)])
    const isReady = database === 'ok'
    return c.json(
      { status: isReady ? 'ok' : 'unavailable', dependencies: { database, livekit } },
      isReady ? 200 : 503,
    )
  })
  app.get('/metrics', (c) => {
    if (!mayMeasure(c, deps)) throw refuse('auth.required', 'From elsewhere this needs METRICS_TOKEN.')
    const memory = process.memoryUsage()
    const lines: [string, string, string, number][] = [
      ['process_resident_memory_bytes', 'gauge', 'Resident memory.', memory.rss],
      ['process_uptime_seconds', 'gauge', 'Time since the start.', process.uptime()],
      ['bangban_feed_readers', 'gauge', 'Connected feed readers.', deps.hub.size()],
      ['bangban_feed_seq', 'counter', 'Last event handed out.', Math.max(0, deps.hub.position())],
      [
        'bangban_event_loop_lag_p99_seconds',
        'gauge',
        'Event loop delay, 99th percentile.',
        loopDelay.p99Seconds(),
      ],
    ]
    return c.text(
      lines
        .map(
          ([name, type, help, value]) => `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${name} ${value}\n`,
        )
        .join(''),
      200,
      { 'content-type': 'text/plain; version=0.0.4' },
    )
  })
  app.openAPIRegistry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: 'bangban_session',
  })
  app.openAPIRegistry.registerComponent('securitySchemes', 'visitor', { type: 'http', scheme: 'bearer' })
  app.openAPIRegistry.registerComponent('securitySchemes', 'key', {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key: bbk_…',
  })
  app.doc31('/api/openapi.json', {
    openapi: '3.1.0',
    info: { title: 'Bangban', version: '1', description: 'Video help desk and remote inspection.' },
  })
}

/** Figures of the machine are for this machine, or for whoever shows the token. */
const mayMeasure = (c: Context<AppEnv>, deps: Deps): boolean => {
  const given = c.req.header('authorization')
  const token = deps.config.metricsToken
  // Hashes are of one length, so that comparing them tells nothing about the token.
  if (token && given)
    return timingSafeEqual(Buffer.from(sha256(given)), Buffer.from(sha256(`Bearer ${token}`)))
  return isLocalRequest(c)
}

const isDatabaseReady = async (deps: Deps): Promise<string> => {
  try {
    await deps.db.read((tx) => tx.select({ one: sql<number>`1` }).from(sql`(select 1) as probe`))
    return 'ok'
  } catch (error) {
    deps.logger.error({ err: error }, 'the database does not answer')
    return 'unavailable'
  }
}

/** Video may be missing: everything else works without it, so it never makes us unready. */
const livekitState = async (deps: Deps): Promise<string> => {
  if (!deps.livekit) return 'not configured'
  return (await deps.livekit.isReachable()) ? 'ok' : 'unavailable'
}
