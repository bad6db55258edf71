/**
 * What rights, events, idempotency, validation and problem documents cost: the product's application
 * against bare Hono + better-sqlite3 on the same rows, in interleaved rounds.
 */
import { startChild } from './support/child'
import { type HttpRequest, loadTest } from './support/client'
import { median, note, printFigure } from './support/figures'
import { type Centre, type CentreSize, copyDatabase, seedCentre } from './support/seed'

const rounds = 6

interface Contest {
  figure: string
  size: CentreSize
  /** Requests of one round; rounds never repeat a command. */
  perRound: number
  requestOf: (centre: Centre, at: number) => HttpRequest
}

const headersOf = (centre: Centre, at: number, isCommand: boolean) => ({
  cookie: `bangban_session=${centre.agents[at % centre.agents.length]?.token}`,
  ...(isCommand ? { 'content-type': 'application/json', 'idempotency-key': `bench-${at}` } : {}),
})

const contests: Contest[] = [
  {
    figure: 'accept_per_s',
    size: { agents: rounds * 250, waiting: rounds * 250 },
    perRound: 250,
    requestOf: (centre, at) => ({
      method: 'POST',
      path: `/api/v1/consultations/${centre.waiting[at]}/accept`,
      headers: headersOf(centre, at, true),
      body: JSON.stringify({ tab: 'bench-tab-0001' }),
    }),
  },
  {
    figure: 'message_per_s',
    size: { agents: 100, active: 100 },
    perRound: 1000,
    requestOf: (centre, at) => ({
      method: 'POST',
      path: `/api/v1/consultations/${centre.active[at % 100]}/messages`,
      headers: headersOf(centre, at, true),
      body: JSON.stringify({ body: `第 ${at} 条：请把营业执照原件对准镜头。` }),
    }),
  },
  {
    figure: 'queue_list_per_s',
    size: { agents: 60, waiting: 40, active: 60 },
    perRound: 400,
    requestOf: (centre, at) => ({
      method: 'GET',
      path: '/api/v1/desk',
      headers: headersOf(centre, at, false),
    }),
  },
]

const compete = async ({ figure, size, perRound, requestOf }: Contest): Promise<void> => {
  const centre = await seedCentre(size)
  const bare = await startChild<{ port: number }>('./bare.server.ts', {
    database: copyDatabase(centre, 'bare.db'),
  })
  const product = await startChild<{ port: number }>('./product.server.ts', { database: centre.database })
  const rates: Record<'product' | 'bare', number[]> = { product: [], bare: [] }
  try {
    for (let round = 0; round < rounds; round++) {
      const requests = Array.from({ length: perRound }, (_, at) => requestOf(centre, round * perRound + at))
      // Whoever goes first changes from round to round, so that neither always finds the warm machine.
      const order = round % 2 === 0 ? (['product', 'bare'] as const) : (['bare', 'product'] as const)
      for (const side of order) {
        rates[side].push(await loadTest(side === 'product' ? product.ready.port : bare.ready.port, requests))
      }
      note(
        `${figure} round ${round + 1}: ${rates.product.at(-1)?.toFixed(0)} against ${rates.bare.at(-1)?.toFixed(0)}`,
      )
    }
  } finally {
    await Promise.all([product.child.stop(), bare.child.stop()])
    centre.remove()
  }
  // The first round warms both up.
  printFigure({
    bench: 'api',
    figure,
    value: median(rates.product.slice(1)),
    unit: '1/s',
    baseline: median(rates.bare.slice(1)),
  })
}

for (const contest of contests) await compete(contest)
