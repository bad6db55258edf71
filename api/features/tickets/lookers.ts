import type { DraftKind } from '../../../contract/tickets.rules'
import type { LookerView } from '../../../contract/tickets.schema'
import { iso } from '../../lib/clock'
import type { FeedHub } from '../events/hub'

/** Told again every 15 s; two beats may get lost. */
const looksMs = 40_000
/** A keystroke counts so long. */
const typesMs = 8_000
const tidyEvery = 200

interface Looker {
  name: string
  isTyping: boolean
  kind: DraftKind | null
  typedAt: number
  until: number
}

/** Who has which ticket open, in memory only: a restart forgets it, and the pages tell it again. */
const createLookers = () => {
  const byTicket = new Map<string, Map<string, Looker>>()
  let touches = 0

  const forgetOld = (now: number): void => {
    for (const [ticketId, lookers] of byTicket) {
      for (const [agentId, looker] of lookers) if (looker.until <= now) lookers.delete(agentId)
      if (lookers.size === 0) byTicket.delete(ticketId)
    }
  }

  const list = (ticketId: string, now: number): LookerView[] =>
    [...(byTicket.get(ticketId) ?? [])]
      .filter(([, looker]) => looker.until > now)
      .map(([id, looker]) => {
        const isTyping = looker.isTyping && looker.typedAt + typesMs > now
        return {
          id,
          name: looker.name,
          isTyping,
          kind: isTyping ? looker.kind : null,
          until: iso(looker.until),
        }
      })
      .sort((a, b) => (a.id < b.id ? -1 : 1))

  return {
    /** Notes what the agent does; `isNews` where the others should hear of it. */
    touch(
      ticketId: string,
      agent: { id: string; name: string },
      what: { isTyping: boolean; kind: DraftKind | null; isLeaving: boolean },
      now: number,
    ): { lookers: LookerView[]; toldTo: string[] } {
      touches++
      if (touches % tidyEvery === 0) forgetOld(now)
      const lookers = byTicket.get(ticketId) ?? new Map<string, Looker>()
      const toldTo = [...lookers].filter(([, each]) => each.until > now).map(([id]) => id)
      if (what.isLeaving) lookers.delete(agent.id)
      else {
        const { isTyping, kind } = what
        lookers.set(agent.id, { name: agent.name, isTyping, kind, typedAt: now, until: now + looksMs })
      }
      if (lookers.size > 0) byTicket.set(ticketId, lookers)
      else byTicket.delete(ticketId)
      return { lookers: list(ticketId, now), toldTo: toldTo.filter((id) => id !== agent.id) }
    },
    list,
    size: () => byTicket.size,
  }
}
export type Lookers = ReturnType<typeof createLookers>

const ofHub = new WeakMap<FeedHub, Lookers>()
/** One memory per hub: they live and die together. */
export const lookersOf = (hub: FeedHub): Lookers => {
  const known = ofHub.get(hub)
  if (known) return known
  const made = createLookers()
  ofHub.set(hub, made)
  return made
}
