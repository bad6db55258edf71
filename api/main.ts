import { readFileSync } from 'node:fs'
import { createServer as createHttpServer, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { openDatabase } from '../drizzle/database'
import { migrate } from '../drizzle/migrate'
import { createSearchWorker } from '../search/worker.engine'
import { createApp } from './app'
import { startBackground } from './background'
import { type Config, readConfig } from './config'
import { demoHostHandler } from './demo-host/app'
import { firstStart } from './features/auth/first-start.usecases'
import { connectLivekit } from './features/calls/livekit'
import { createFileStore } from './features/documents/files.store'
import { createFeedHub } from './features/events/hub'
import { ensureSla } from './features/sla/ensure-sla.usecases'
import { createSignallingProxy } from './http/signalling-proxy'
import { acceleratedClock, systemClock } from './lib/clock'
import type { Deps } from './lib/deps'
import { createLogger } from './lib/logger'
import { loopDelay } from './lib/loop-delay'
import { connectMail } from './lib/mail'
import { createOutgoingHttp } from './lib/outgoing-http'
import { projectRoot } from './lib/project'
import { connectSms } from './lib/sms'
import { searchCollections } from './search-collections'

type FetchHandler = (request: Request, env: object) => Response | Promise<Response>

const listen = (server: Server, port: number, host: string): Promise<Server> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => resolve(server))
  })

const serverFor = (config: Config, fetch: FetchHandler): Server => {
  const listener = getRequestListener(fetch as Parameters<typeof getRequestListener>[0], {
    overrideGlobalObjects: false,
  })
  const server = config.tls
    ? createHttpsServer({ cert: readFileSync(config.tls.cert), key: readFileSync(config.tls.key) }, listener)
    : createHttpServer(listener)
  // Counted until a request is received whole: event streams are answers and stay open; a body that never
  // ends does not. 50 MB over a slow mobile line take a quarter of an hour.
  server.requestTimeout = 1_800_000
  server.headersTimeout = 20_000
  server.keepAliveTimeout = 65_000
  return server
}

const prepare = async (config: Config): Promise<Deps> => {
  const logger = createLogger(config.logLevel)
  const path = join(config.dataDir, 'bangban.db')
  const report = migrate(path, join(projectRoot, 'drizzle/migrations/sqlite'), () => systemClock.now())
  if (report.applied.length > 0)
    logger.info({ applied: report.applied, backup: report.backup }, 'database migrated')
  const db = openDatabase(path)
  const clock = config.clockRate === 1 ? systemClock : acceleratedClock(config.clockRate)
  return {
    config,
    db,
    clock,
    logger,
    livekit: config.livekit ? connectLivekit(config.livekit) : null,
    files: createFileStore(join(config.dataDir, 'files')),
    hub: createFeedHub({ db, clock, logger }),
    search: createSearchWorker(join(config.dataDir, 'search'), {
      collections: searchCollections,
      onRestart: (reason) => logger.warn({ err: reason }, 'search restarted'),
    }),
    mail: config.mail ? connectMail(config.mail) : null,
    sms: config.sms ? connectSms(config.sms) : null,
    callOut: createOutgoingHttp({ allowPrivate: config.allowPrivate }),
  }
}

const start = async (): Promise<void> => {
  const config = readConfig(process.env)
  const deps = await prepare(config)
  loopDelay.start()
  const { app } = createApp(deps)
  for (const line of await firstStart(deps)) process.stdout.write(`${line}\n`)
  await ensureSla(deps)
  const stopBackground = await startBackground(deps)
  const servers: Server[] = [await listen(serverFor(config, app.fetch), config.port, config.host)]
  servers[0]?.on(
    'upgrade',
    createSignallingProxy(config.livekit?.isManaged ? config.livekit.url : null, deps.logger),
  )
  if (config.internalPort)
    servers.push(
      await listen(
        createHttpServer(getRequestListener(app.fetch as Parameters<typeof getRequestListener>[0])),
        config.internalPort,
        '127.0.0.1',
      ),
    )
  if (config.isDemo) {
    const host = config.host === '127.0.0.1' ? 'localhost' : config.host
    const demo = demoHostHandler(deps)
    await listen(serverFor(config, demo.fetch), config.port + 1, host).then(
      (server) => servers.push(server),
      (error: unknown) => deps.logger.warn({ err: error }, 'the sample page is off: its port is taken'),
    )
  }
  deps.logger.info({ url: config.publicUrl }, 'listening')

  let isStopping = false
  const stop = async () => {
    if (isStopping) return
    isStopping = true
    await stopBackground()
    for (const server of servers) {
      server.close()
      server.closeAllConnections()
    }
    await deps.search.close().catch((error: unknown) => deps.logger.warn({ err: error }, 'search not closed'))
    await deps.db.close()
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop())
}

start().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  process.exit(1)
})
