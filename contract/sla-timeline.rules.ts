import type { ClockKind, SlaActor, SlaFact, SlaReason } from './sla.rules'
import type { TicketStatus } from './tickets.rules'

/** A clock lived through one status. */
export interface Stretch {
  from: number
  to: number | null
  status: TicketStatus
  because: SlaReason
  by: SlaActor
  waitingOn: string | null
}

/** A clock before any policy: which statuses it went through, and what stopped it. */
export interface Track {
  kind: ClockKind
  round: number
  startedAt: number
  stretches: Stretch[]
  stop: {
    how: 'answered' | 'resolved' | 'closed' | 'merged'
    at: number
    by: SlaActor
    /** Answered after the ticket had ended: nothing to go on with when it is reopened. */
    isFinal: boolean
  } | null
}

/** A ticket's history folded into tracks. It knows no policy and no calendar, which may change at any time. */
export interface Timeline {
  /** As they came, each `seq` once, in order of time. */
  facts: readonly SlaFact[]
  status: TicketStatus | null
  waitingOn: string | null
  isAnswered: boolean
  /** A citizen wrote on an ended ticket and nobody has answered. */
  hasReplyAfterEnd: boolean
  tracks: readonly Track[]
}

type Ended = 'resolved' | 'closed' | 'merged'
const isEnded = (status: TicketStatus): status is Ended =>
  status === 'resolved' || status === 'closed' || status === 'merged'

const byTime = (a: SlaFact, b: SlaFact): number => a.at - b.at || a.seq - b.seq

const emptyTimeline: Timeline = {
  facts: [],
  status: null,
  waitingOn: null,
  isAnswered: false,
  hasReplyAfterEnd: false,
  tracks: [],
}

/**
 * The facts as one story: with the tickets merged into this one its life begins at the earliest creation, their
 * first public answers are answers, and what was owed there is owed here. Only the first `created` counts, and nothing before it.
 */
const tellTogether = (facts: readonly SlaFact[]): SlaFact[] => {
  const merges = new Map<string, SlaFact & { kind: 'merged_from' }>()
  for (const fact of facts) {
    if (fact.kind === 'merged_from') merges.set(fact.ticketId, fact)
    if (fact.kind === 'merge_undone') merges.delete(fact.ticketId)
  }
  const created = facts.find((fact) => fact.kind === 'created')
  if (!created) return []
  const origin = [...merges.values()].reduce((at, merge) => Math.min(at, merge.createdAt), created.at)
  const answers = [...merges.values()].flatMap((merge): SlaFact[] =>
    merge.firstAnswer ? [{ kind: 'agent_replied', seq: merge.seq, ...merge.firstAnswer }] : [],
  )
  const owed = [...merges.values()].flatMap((merge): SlaFact[] =>
    merge.owedSince ? [{ kind: 'citizen_waited', seq: merge.seq, ...merge.owedSince }] : [],
  )
  const rest = facts.filter((fact) => fact.kind !== 'created' && byTime(fact, created) > 0)
  return [{ ...created, at: origin }, ...[...rest, ...answers, ...owed].sort(byTime)]
}

/** Folds a whole history, in whatever order it comes; a repeated `seq` counts once. */
export const foldFacts = (facts: readonly SlaFact[]): Timeline => {
  const once = [...new Map(facts.map((fact) => [fact.seq, fact])).values()].sort(byTime)
  return { ...tellTogether(once).reduce(step, emptyTimeline), facts: once }
}

/** The timeline with one more fact: a step for the newest, a new fold for one that changes what was before. */
export const foldFact = (timeline: Timeline, fact: SlaFact): Timeline => {
  if (timeline.facts.some((known) => known.seq === fact.seq)) return timeline
  const last = timeline.facts.at(-1)
  const facts = [...timeline.facts, fact]
  const changesThePast = fact.kind === 'merged_from' || fact.kind === 'merge_undone'
  if (changesThePast || (last && byTime(fact, last) < 0)) return foldFacts(facts)
  return { ...step(timeline, fact), facts }
}

const step = (timeline: Timeline, fact: SlaFact): Timeline => {
  if (timeline.status === null) return fact.kind === 'created' ? begin(timeline, fact) : timeline
  switch (fact.kind) {
    case 'agent_replied':
    case 'consultation_accepted':
      return answer(timeline, fact)
    case 'citizen_replied':
      return hearCitizen(timeline, fact)
    case 'citizen_waited':
      return isEnded(timeline.status) ? { ...timeline, hasReplyAfterEnd: true } : oweReply(timeline, fact)
    case 'reopened':
      return isEnded(timeline.status) ? moveTo(timeline, 'open', fact, 'reopened') : timeline
    case 'closed':
      return moveTo(timeline, 'closed', fact, 'status_changed')
    case 'status_changed':
      return moveTo(timeline, fact.to, fact, 'status_changed', fact.waitingOn)
    default:
      return timeline
  }
}

const begin = (timeline: Timeline, fact: SlaFact): Timeline => {
  const started = { ...timeline, status: 'new' as const }
  return {
    ...started,
    tracks: [
      startTrack(started, 'first_response', fact, 'created'),
      startTrack(started, 'resolution', fact, 'created'),
    ],
  }
}

const startTrack = (timeline: Timeline, kind: ClockKind, fact: SlaFact, because: SlaReason): Track => ({
  kind,
  round: timeline.tracks.filter((track) => track.kind === kind).length,
  startedAt: fact.at,
  stretches: [stretchFrom(fact, timeline.status ?? 'new', because, null)],
  stop: null,
})

const stretchFrom = (
  { at, by }: SlaFact,
  status: TicketStatus,
  because: SlaReason,
  waitingOn: string | null,
): Stretch => ({ from: at, to: null, status, because, by, waitingOn })

const endStretches = (track: Track, at: number): Stretch[] =>
  track.stretches.map((stretch) => (stretch.to === null ? { ...stretch, to: at } : stretch))

const stopTrack = (track: Track, how: 'answered' | Ended, { at, by }: SlaFact): Track => ({
  ...track,
  stretches: endStretches(track, at),
  stop: { how, at, by, isFinal: how === 'answered' },
})

/** A reply sent together with the end of the ticket is an answer; a later one only ends the waiting for it. */
const answerEnded = (track: Track, fact: SlaFact): Track => {
  if (!track.stop || track.stop.isFinal) return track
  const stop = { ...track.stop, isFinal: true }
  return { ...track, stop: track.stop.at === fact.at ? { ...stop, how: 'answered', by: fact.by } : stop }
}

const answer = (timeline: Timeline, fact: SlaFact): Timeline => ({
  ...timeline,
  isAnswered: true,
  hasReplyAfterEnd: false,
  tracks: timeline.tracks.map((track) => {
    if (track.kind === 'resolution') return track
    return track.stop ? answerEnded(track, fact) : stopTrack(track, 'answered', fact)
  }),
})

const oweReply = (timeline: Timeline, fact: SlaFact): Timeline => {
  const isOwed = timeline.tracks.some((track) => track.kind !== 'resolution' && !track.stop)
  if (isOwed || !timeline.isAnswered) return timeline
  // What was written elsewhere is waited for, whatever this ticket was waiting for just then.
  const heard = fact.kind === 'citizen_waited' ? { ...timeline, status: 'open' as const } : timeline
  const track = startTrack(heard, 'next_response', fact, 'citizen_replied')
  return { ...timeline, tracks: [...timeline.tracks, track] }
}

/** A citizen's reply ends every waiting status at once; on an ended ticket it counts when that is reopened. */
const hearCitizen = (timeline: Timeline, fact: SlaFact): Timeline => {
  if (timeline.status === null || isEnded(timeline.status)) return { ...timeline, hasReplyAfterEnd: true }
  const isActive = timeline.status === 'new' || timeline.status === 'open'
  return oweReply(isActive ? timeline : moveTo(timeline, 'open', fact, 'citizen_replied'), fact)
}

const moveTo = (
  timeline: Timeline,
  to: TicketStatus,
  fact: SlaFact,
  because: SlaReason,
  waitsFor?: string,
): Timeline => {
  const from = timeline.status ?? 'new'
  const waitingOn = waitsFor ?? null
  if (from === to && timeline.waitingOn === waitingOn) return timeline
  const moved = { ...timeline, status: to, waitingOn }
  if (isEnded(to)) {
    if (isEnded(from)) return moved
    return { ...moved, tracks: timeline.tracks.map((each) => (each.stop ? each : stopTrack(each, to, fact))) }
  }
  const next = stretchFrom(fact, to, because, waitingOn)
  if (isEnded(from)) return reopen(moved, next, fact)
  const tracks = timeline.tracks.map((track) =>
    track.stop ? track : { ...track, stretches: [...endStretches(track, fact.at), next] },
  )
  return { ...moved, tracks }
}

/** Unsettled clocks go on; the time the ticket was ended is a pause. */
const reopen = (timeline: Timeline, next: Stretch, fact: SlaFact): Timeline => {
  const tracks = timeline.tracks.map((track) => {
    if (!track.stop || track.stop.isFinal) return track
    const { at, by, how } = track.stop
    const ended: Stretch = {
      from: at,
      to: fact.at,
      status: how === 'answered' ? 'resolved' : how,
      because: 'status_changed',
      by,
      waitingOn: null,
    }
    const resumed = { ...next, because: 'reopened' as const }
    return { ...track, stretches: [...track.stretches, ended, resumed], stop: null }
  })
  const reopened = { ...timeline, tracks, hasReplyAfterEnd: false }
  return timeline.hasReplyAfterEnd ? oweReply(reopened, fact) : reopened
}
