/**
 * What the product's structure costs: its application against bare Hono + better-sqlite3 with hand-written
 * SQL that leaves the same rows and gives the same answers, in interleaved rounds.
 */
import { isDeepStrictEqual } from 'node:util'
import { startChild } from './support/child'
import { type HttpRequest, loadTest } from './support/client'
import { differences } from './support/equivalence'
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

/** Reading changes nothing: both must answer alike. A field more is named; an answer of another size fails. */
const compareAnswers = async ({ method, path, headers }: HttpRequest, ...ports: number[]): Promise<void> => {
  if (method !== 'GET') return
  const [ours = '', theirs = ''] = await Promise.all(
    ports.map(async (port) => (await fetch(`http://127.0.0.1:${port}${path}`, { headers })).text()),
  )
  if (isDeepStrictEqual(JSON.parse(ours), JSON.parse(theirs))) return
  note(`${path}: the two sides answer differently (${ours.length} against ${theirs.length} characters)`)
  if (Math.abs(ours.length - theirs.length) > ours.length / 20) process.exitCode = 1
}

const compete = async ({ figure, size, perRound, requestOf }: Contest): Promise<void> => {
  const centre = await seedCentre(size)
  const bareDatabase = copyDatabase(centre, 'bare.db')
  const bare = await startChild<{ port: number }>('./bare.server.ts', { database: bareDatabase })
  const product = await startChild<{ port: number }>('./product.server.ts', { database: centre.database })
  await compareAnswers(requestOf(centre, 0), product.ready.port, bare.ready.port)
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
    // A baseline that writes less than the product, or the reverse, would be no comparison.
    for (const difference of differences(centre.database, bareDatabase)) {
      note(`${figure}: the two sides left different rows: ${difference}`)
      process.exitCode = 1
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

const [, , only] = process.argv
for (const contest of contests) if (!only || contest.figure === only) await compete(contest)
