/** The product's application on a real HTTP server, in a process of its own. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { getRequestListener } from '@hono/node-server'
import { createApp } from '../../api/app'
import { createFileStore } from '../../api/features/documents/files.store'
import { audience, writeEvent } from '../../api/features/events/events.store'
import { createFeedHub } from '../../api/features/events/hub'
import { system } from '../../api/lib/actor'
import { systemClock } from '../../api/lib/clock'
import type { Deps } from '../../api/lib/deps'
import { createLogger } from '../../api/lib/logger'
import { createOutgoingHttp } from '../../api/lib/outgoing-http'
import { searchCollections } from '../../api/search-collections'
import type { FeedData } from '../../contract/feed.rules'
import { openDatabase } from '../../drizzle/database'
import { createSearchWorker } from '../../search/worker.engine'
import { childOptions, serveParent } from './child'
import { benchConfig } from './config'

const { database } = childOptions<{ database: string }>()
const db = openDatabase(database)
const logger = createLogger('error')
const deps: Deps = {
  config: benchConfig(database),
  db,
  clock: systemClock,
  logger,
  livekit: null,
  files: createFileStore(join(dirname(database), 'files')),
  hub: createFeedHub({ db, clock: systemClock, logger }),
  search: createSearchWorker(join(dirname(database), 'search'), { collections: searchCollections }),
  mail: null,
  sms: null,
  callOut: createOutgoingHttp({ allowPrivate: [] }),
}
const { app } = createApp(deps)
await deps.hub.start()
const lag = monitorEventLoopDelay({ resolution: 10 })
let peakRss = 0
let cpuBefore = process.cpuUsage()
setInterval(() => {
  peakRss = Math.max(peakRss, process.memoryUsage.rss())
}, 200)

const cpuSince = (before: NodeJS.CpuUsage): number => {
  const { user, system: kernel } = process.cpuUsage(before)
  return (user + kernel) / 1e6
}

interface EventOrder {
  to: 'agents' | { visitor: string }
  view: FeedData
}

const writeOne = (order: EventOrder) =>
  db.write((tx) =>
    writeEvent(tx, {
      type: 'consultation.changed',
      subject: 'con_bench',
      at: Date.now(),
      actor: system,
      audience: [order.to === 'agents' ? audience.agents : audience.visitor(order.to.visitor)],
      forAgents: { ...order.view, writtenAt: Date.now() },
      forVisitor: { ...order.view, writtenAt: Date.now() },
    }),
  )

/** Writes `orders`, evenly spread over `seconds`; the clock decides, not how long the last one took. */
const writeSpread = async (orders: EventOrder[], seconds: number): Promise<number> => {
  const start = performance.now()
  for (const [at, order] of orders.entries()) {
    const wait = start + (at * seconds * 1000) / orders.length - performance.now()
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    await writeOne(order)
  }
  return performance.now() - start
}

const server = createServer(
  getRequestListener(app.fetch as Parameters<typeof getRequestListener>[0], { overrideGlobalObjects: false }),
)
server.requestTimeout = 0
server.keepAliveTimeout = 65_000
server.listen(0, '127.0.0.1', 16_384, () =>
  serveParent(
    { port: (server.address() as AddressInfo).port },
    {
      readers: () => deps.hub.size(),
      measure: () => {
        lag.enable()
        lag.reset()
        cpuBefore = process.cpuUsage()
        peakRss = process.memoryUsage.rss()
      },
      figures: () => ({
        lagP99Ms: lag.percentile(99) / 1e6,
        lagMaxMs: lag.max / 1e6,
        peakRss,
        cpuSeconds: cpuSince(cpuBefore),
      }),
      events: (message) => writeSpread(message.orders as EventOrder[], Number(message.seconds)),
    },
  ),
)
