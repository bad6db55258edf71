/**
 * The event feed at the size of a large city's centre: 500 agents and 2,000 citizens connected to one
 * process, 50 events a second of which 40 go to all agents and 10 to one citizen each.
 */
import { startChild } from './support/child'
import { note, printFigure, seeded } from './support/figures'
import { type Centre, seedCentre } from './support/seed'

const seconds = Number(process.argv[2] ?? 20)
const perSecond = 50

interface Delivery {
  received: number
  p50: number
  p99: number
  max: number
  lost: number
}
interface Server {
  lagP99Ms: number
  lagMaxMs: number
  peakRss: number
  cpuSeconds: number
}

/** What an event carries in real life: the view of one consultation. */
const viewOf = (at: number) => ({
  consultation: {
    id: `con_bench${String(at).padStart(15, '0')}`,
    siteId: 'sit_benchbenchbenchbench',
    siteName: '政务服务网',
    status: 'waiting',
    channel: 'video',
    topic: '营业执照变更法定代表人，材料被退回两次，想当面问清楚',
    serviceItem: { id: 'itm_benchbenchbenchbench', name: '营业执照变更' },
    visitorName: '李建国',
    visitorPhone: '13900001234',
    isIdentified: true,
    isElder: false,
    ticketId: 'tkt_benchbenchbenchbench',
    ticketNumber: '20261122-00042',
    queueSeq: at,
    queuedAt: '2026-11-22T02:00:00.000Z',
    owner: null,
    participants: [],
    wrapUp: { outcome: null, topic: '', serviceItemId: null, note: '', savedAt: null },
  },
})

const ordersFor = (centre: Centre) => {
  const random = seeded(7)
  return Array.from({ length: perSecond * seconds }, (_, at) => ({
    to:
      at % 5 === 4
        ? { visitor: centre.visitors[Math.floor(random() * centre.visitors.length)]?.id }
        : 'agents',
    view: viewOf(at),
  }))
}

const readersOf = (centre: Centre) => [
  ...centre.agents.map(({ token }) => ({ header: 'cookie', value: `bangban_session=${token}` })),
  ...centre.visitors.map(({ token }) => ({ header: 'authorization', value: `Bearer ${token}` })),
]

const centre = await seedCentre({ agents: 500, visitors: 2000 })
const server = await startChild<{ port: number }>('./product.server.ts', { database: centre.database })
const readers = await startChild('./feed.readers.ts', { port: server.ready.port })
try {
  await readers.child.ask('connect', { readers: readersOf(centre) })
  note(`${await server.child.ask<number>('readers')} readers connected`)
  const orders = ordersFor(centre)
  await readers.child.ask('measure')
  await server.child.ask('measure')
  const took = await server.child.ask<number>('events', { orders, seconds })
  const expected = orders.reduce((sum, order) => sum + (order.to === 'agents' ? centre.agents.length : 1), 0)
  for (let tries = 0; tries < 50 && (await readers.child.ask<number>('received')) < expected; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const delivery = await readers.child.ask<Delivery>('figures')
  const figures = await server.child.ask<Server>('figures')
  note(
    `${orders.length} events in ${(took / 1000).toFixed(1)} s; ${delivery.received} of ${expected} deliveries; ${delivery.lost} streams lost`,
  )
  note(
    `delivery p50 ${delivery.p50.toFixed(1)} ms, max ${delivery.max.toFixed(1)} ms; loop lag max ${figures.lagMaxMs.toFixed(1)} ms; ${((100 * figures.cpuSeconds * 1000) / took).toFixed(0)} % of a core`,
  )
  if (delivery.received !== expected) throw new Error('Not every event arrived exactly once')
  printFigure({ bench: 'feed', figure: 'delivery_p99_ms', value: delivery.p99, unit: 'ms' })
  printFigure({ bench: 'feed', figure: 'loop_lag_p99_ms', value: figures.lagP99Ms, unit: 'ms' })
  printFigure({ bench: 'feed', figure: 'rss_mb', value: figures.peakRss / 1024 / 1024, unit: 'MB' })
} finally {
  await Promise.all([server.child.stop(), readers.child.stop()])
  centre.remove()
}
