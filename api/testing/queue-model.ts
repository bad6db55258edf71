import { ringSeconds, silenceGraceSeconds, silenceSeconds } from '../../contract/consultations.rules'
import {
  type Availability,
  connectionGraceSeconds,
  type PresenceCommand,
  presenceTransitions,
} from '../../contract/presence.rules'

/** An agent as the model knows one. */
export interface ModelAgent {
  id: string
  path: string
  availability: Availability
  returnTo: 'available' | 'away'
  idleSince: number
  lostAt: number | null
  goneAt: number | null
}

/** A consultation as the model knows one. */
export interface ModelConsultation {
  id: string
  visitorId: string
  path: string
  status: 'waiting' | 'active' | 'wrap_up' | 'closed' | 'abandoned' | 'deferred'
  owner: ModelAgent | null
  isSilent: boolean
  /** `id` is learnt from the real thing: equal moments are decided by it. */
  offer: { agent: ModelAgent; at: number; id: string } | null
  refusals: { agent: ModelAgent; at: number }[]
  silentAt: number | null
  expireAt: number | null
  dispatchAt: number | null
}

const refusalMs = 60_000
const goneMs = 600_000
const isOnLine = (one: string, other: string) => one.startsWith(other) || other.startsWith(one)

/**
 * The queue in memory, as product.md tells it: first come first served, the longest idle agent of the
 * line, 20 s of ringing, ignored → away, declined → the next one, silent citizens passed over.
 */
export const createQueueModel = (agents: ModelAgent[]) => {
  const all: ModelConsultation[] = []
  let now = 0

  const ringingAt = (agent: ModelAgent) => all.find((each) => each.offer?.agent === agent)
  const isStaffed = (path: string) =>
    agents.some((agent) => agent.availability !== 'offline' && isOnLine(agent.path, path))

  const dispatch = () => {
    const free = agents
      .filter((agent) => agent.availability === 'available' && !ringingAt(agent))
      .sort((a, b) => a.idleSince - b.idleSince || (a.id < b.id ? -1 : 1))
    for (const each of all) {
      if (free.length === 0) return
      if (each.status !== 'waiting' || each.isSilent || each.offer) continue
      if (!free.some((one) => isOnLine(one.path, each.path))) continue
      const refusals = each.refusals.filter((refusal) => refusal.at > now - refusalMs)
      const agent = free.find(
        (one) => isOnLine(one.path, each.path) && !refusals.some((refusal) => refusal.agent === one),
      )
      if (agent) {
        free.splice(free.indexOf(agent), 1)
        each.offer = { agent, at: now, id: '' }
      } else if (refusals.length > 0) {
        const ends = agents.flatMap((one) => {
          const own = refusals.filter((refusal) => refusal.agent === one).map((refusal) => refusal.at)
          return own.length > 0 ? [Math.max(...own) + refusalMs] : []
        })
        each.dispatchAt = Math.min(...ends)
      }
    }
  }

  const apply = (agent: ModelAgent, command: PresenceCommand) => {
    const next = presenceTransitions[agent.availability][command]
    if (!next) return
    const target = command === 'finish' && next === 'available' ? agent.returnTo : next
    if (command === 'go_available') agent.returnTo = 'available'
    if (command === 'go_away' || command === 'miss') agent.returnTo = 'away'
    if (target === 'available' && agent.availability !== 'available') agent.idleSince = now
    agent.availability = target
    const ringing = ringingAt(agent)
    if (target !== 'available' && ringing) ringing.offer = null
    if (target === 'offline')
      for (const each of all) if (each.status === 'waiting' && !isStaffed(each.path)) finish(each, 'deferred')
    dispatch()
  }

  /** Out of the queue: nothing rings and nothing falls due for it any more. */
  const finish = (each: ModelConsultation, status: ModelConsultation['status']) => {
    Object.assign(each, { status, offer: null, silentAt: null, expireAt: null })
  }

  const release = (agent: ModelAgent) => {
    const has = (status: string) => all.some((each) => each.owner === agent && each.status === status)
    if (!has('active')) apply(agent, has('wrap_up') ? 'end' : 'finish')
  }

  const dueJobs = () => [
    ...all.flatMap((each) => [
      ...(each.offer
        ? [
            {
              at: each.offer.at + ringSeconds * 1000,
              key: `offer.expire:${each.offer.id}`,
              run: () => ignore(each),
            },
          ]
        : []),
      { at: each.dispatchAt, key: `queue.dispatch:${each.id}`, run: () => redispatch(each) },
      { at: each.silentAt, key: `visitor.silent:${each.id}`, run: () => silence(each) },
      { at: each.expireAt, key: `visitor.expire:${each.id}`, run: () => expire(each) },
    ]),
    ...agents.flatMap((agent) => [
      { at: agent.lostAt, key: `presence.lost:${agent.id}`, run: () => lose(agent) },
      { at: agent.goneAt, key: `presence.gone:${agent.id}`, run: () => drop(agent) },
    ]),
  ]

  const ignore = (each: ModelConsultation) => {
    const offer = each.offer
    if (!offer) return
    each.refusals.push({ agent: offer.agent, at: offer.at })
    each.offer = null
    apply(offer.agent, 'miss')
  }
  const redispatch = (each: ModelConsultation) => {
    each.dispatchAt = null
    dispatch()
  }
  const silence = (each: ModelConsultation) => {
    each.silentAt = null
    if (each.isSilent || (each.status !== 'waiting' && each.status !== 'active')) return
    each.isSilent = true
    if (each.status !== 'waiting') return
    each.expireAt = now + silenceSeconds * 1000
    each.offer = null
    dispatch()
  }
  const expire = (each: ModelConsultation) => {
    each.expireAt = null
    if (each.status === 'waiting' && each.isSilent) finish(each, 'abandoned')
  }
  const lose = (agent: ModelAgent) => {
    agent.lostAt = null
    apply(agent, 'lose')
    agent.goneAt = now + goneMs
  }
  const drop = (agent: ModelAgent) => {
    agent.goneAt = null
    apply(agent, 'go_offline')
    if (agent.availability !== 'offline') agent.goneAt = now + goneMs
  }
  const openOf = (visitorId: string) =>
    all.find(
      (each) => each.visitorId === visitorId && (each.status === 'waiting' || each.status === 'active'),
    )

  return {
    all,
    openOf,
    ringingAt,
    setNow: (at: number) => {
      now = at
    },
    sweep: () => {
      for (;;) {
        const [job] = dueJobs()
          .filter((each) => each.at !== null && each.at <= now)
          .sort((a, b) => Number(a.at) - Number(b.at) || (a.key < b.key ? -1 : 1))
        if (!job) return
        job.run()
      }
    },
    /** True where the citizen waits; false where it became a ticket. */
    ask: (id: string, visitorId: string, path: string): boolean => {
      const status = isStaffed(path) ? 'waiting' : 'deferred'
      const idle = {
        isSilent: false,
        offer: null,
        refusals: [],
        silentAt: null,
        expireAt: null,
        dispatchAt: null,
      }
      all.push({ id, visitorId, path, status, owner: null, ...idle })
      dispatch()
      return status === 'waiting'
    },
    leave: (each: ModelConsultation) => {
      if (each.status === 'active') {
        Object.assign(each, { status: 'wrap_up', silentAt: null })
        if (each.owner) release(each.owner)
      } else {
        finish(each, 'abandoned')
        each.isSilent = false // somebody who says goodbye is there
      }
      dispatch()
    },
    accept: (each: ModelConsultation, agent: ModelAgent) => {
      Object.assign(each, { status: 'active', owner: agent, offer: null, expireAt: null })
      apply(agent, 'take')
    },
    decline: (each: ModelConsultation) => {
      if (each.offer) each.refusals.push({ agent: each.offer.agent, at: each.offer.at })
      each.offer = null
      dispatch()
    },
    end: (each: ModelConsultation, agent: ModelAgent) => {
      Object.assign(each, { status: 'wrap_up', silentAt: null })
      release(agent)
    },
    wrapUp: (each: ModelConsultation, agent: ModelAgent) => {
      each.status = 'closed'
      release(agent)
    },
    /** False where it is refused. */
    setPresence: (agent: ModelAgent, command: 'go_available' | 'go_away' | 'go_offline'): boolean => {
      if (agent.availability === 'busy') return false
      apply(agent, command)
      return true
    },
    disconnectVisitor: (visitorId: string) => {
      const each = openOf(visitorId)
      if (each) each.silentAt = now + silenceGraceSeconds * 1000
    },
    connectVisitor: (visitorId: string) => {
      const each = openOf(visitorId)
      if (!each) return
      Object.assign(each, { silentAt: null, expireAt: null })
      if (each.isSilent) {
        each.isSilent = false
        dispatch()
      }
    },
    disconnectAgent: (agent: ModelAgent) => {
      agent.lostAt = now + connectionGraceSeconds * 1000
    },
    connectAgent: (agent: ModelAgent) => {
      agent.lostAt = null
      agent.goneAt = null
    },
  }
}
export type QueueModel = ReturnType<typeof createQueueModel>
