import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { consultationStatuses } from './consultations.rules'
import type {
  ConsultationDetail,
  ConsultationView,
  DeskState,
  VisitorConsultationView,
  VisitorState,
} from './consultations.schema'
import { documentStatuses } from './documents.rules'
import {
  applyToDesk,
  applyToDetail,
  applyToVisitor,
  type FeedData,
  type FeedEvent,
  isMine,
} from './feed.rules'
import { availabilities } from './presence.rules'

const self = 'agt_me'
const agentOf = (id: string) => ({ id, name: id, departmentName: '科室' })
const instantOf = (second: number) => new Date(second * 1000).toISOString()

const anAgent = fc.constantFrom(self, 'agt_b', 'agt_c')
const aConsultation = fc.constantFrom('con_1', 'con_2', 'con_3')
const aMoment = fc.integer({ min: 0, max: 9 }).map(instantOf)

const consultationView: fc.Arbitrary<ConsultationView> = fc
  .record({
    id: aConsultation,
    status: fc.constantFrom(...consultationStatuses),
    queueSeq: fc.integer({ min: 1, max: 5 }),
    owner: fc.option(anAgent.map(agentOf)),
    participants: fc.uniqueArray(anAgent, { maxLength: 2 }).map((ids) => ids.map(agentOf)),
  })
  .map((picked) => ({
    siteId: 'sit_1',
    siteName: '站点',
    channel: 'video',
    topic: '',
    serviceItem: null,
    visitorName: null,
    visitorPhone: null,
    isIdentified: false,
    isElder: false,
    ticketId: 'tkt_1',
    ticketNumber: '20261120-00001',
    queuedAt: instantOf(0),
    silentSince: null,
    consentAt: null,
    acceptedAt: null,
    endedAt: null,
    callId: null,
    offeredTo: null,
    joinCode: null,
    rating: null,
    wrapUp: { outcome: null, topic: '', serviceItemId: null, note: '', savedAt: null },
    ...picked,
  }))

const visitorView: fc.Arbitrary<VisitorConsultationView> = fc
  .record({
    id: aConsultation,
    status: fc.constantFrom(...consultationStatuses),
    queueSeq: fc.integer({ min: 1, max: 5 }),
  })
  .map((picked) => ({
    channel: 'video',
    topic: '',
    serviceItem: null,
    ticketNumber: '20261120-00001',
    queuedAt: instantOf(0),
    consentAt: null,
    isRinging: false,
    agent: null,
    participants: [],
    acceptedAt: null,
    endedAt: null,
    callId: null,
    rating: null,
    deferredReason: null,
    hasExpired: false,
    ...picked,
  }))

const parts = {
  offer: fc.record({
    id: fc.constantFrom('off_1', 'off_2'),
    consultationId: aConsultation,
    agentId: anAgent,
    status: fc.constantFrom('ringing', 'accepted', 'declined', 'ignored', 'withdrawn'),
    at: aMoment,
    expiresAt: aMoment,
  }),
  invitation: fc.record({
    id: fc.constantFrom('inv_1', 'inv_2'),
    consultationId: aConsultation,
    kind: fc.constantFrom('join', 'hand_over'),
    status: fc.constantFrom('pending', 'accepted', 'refused', 'cancelled'),
    from: anAgent.map(agentOf),
    to: anAgent.map(agentOf),
    note: fc.constant(''),
    reason: fc.constant(null),
    topic: fc.constant(''),
    at: aMoment,
  }),
  message: fc.record({
    id: fc.constantFrom('msg_1', 'msg_2', 'msg_3'),
    consultationId: aConsultation,
    from: fc.constantFrom('agent', 'visitor', 'system'),
    agent: fc.constant(null),
    body: fc.constantFrom('一', '二'),
    at: aMoment,
  }),
  document: fc.record({
    id: fc.constantFrom('doc_1', 'doc_2'),
    consultationId: aConsultation,
    kind: fc.constant('file'),
    status: fc.constantFrom(...documentStatuses),
    name: fc.constant('a.pdf'),
    mime: fc.constant('application/pdf'),
    sizeBytes: fc.constant(1),
    sha256: fc.constant(''),
    width: fc.constant(null),
    height: fc.constant(null),
    agent: fc.constant(null),
    callId: fc.constant(null),
    callSeconds: fc.constant(null),
    at: aMoment,
    deliveredAt: fc.constant(null),
    openedAt: fc.constant(null),
    downloadedAt: fc.constant(null),
    recalledAt: fc.constant(null),
  }),
  call: fc.record({
    id: fc.constantFrom('cal_1', 'cal_2'),
    consultationId: aConsultation,
    status: fc.constantFrom('open', 'ended'),
    startedAt: aMoment,
    endedAt: fc.constant(null),
  }),
  presence: fc.record({
    agent: anAgent.map(agentOf),
    availability: fc.constantFrom(...availabilities),
    reason: fc.constant('by_hand' as const),
    since: aMoment,
  }),
}

const eventsWith = (consultation: fc.Arbitrary<FeedData['consultation']>, more: object = {}) =>
  fc
    .record({ consultation, ...parts, ...more }, { requiredKeys: [] })
    .map((data): FeedEvent => ({ seq: 1, type: 'x', at: instantOf(0), subject: 's', data: data as FeedData }))
const forAgent = eventsWith(consultationView)
const forVisitor = eventsWith(visitorView, {
  leftQueue: fc.integer({ min: 1, max: 5 }),
  ahead: fc.uniqueArray(fc.integer({ min: 1, max: 5 })),
})

const emptyDesk: DeskState = { queue: [], mine: [], offers: [], invitations: [], presence: [] }
const detailOf = (consultation: ConsultationView): ConsultationDetail => ({
  consultation,
  calls: [],
  messages: [],
  documents: [],
  invitations: [],
})
const newVisitor: VisitorState = {
  visitor: { id: 'vis_1', siteKey: 'demo', name: null, phone: null, isIdentified: false },
  consultation: null,
  ahead: [],
  messages: [],
  documents: [],
}

/** Applying each event twice gives what applying it once gives, and never changes what it was given. */
const isIdempotent = <S>(start: S, events: FeedEvent[], apply: (state: S, event: FeedEvent) => S): S => {
  let state = start
  for (const event of events) {
    const before = structuredClone(state)
    const once = apply(state, event)
    expect(apply(once, event)).toEqual(once)
    expect(state).toEqual(before)
    state = once
  }
  return state
}

const many = { maxLength: 25 }

describe('the reducers of the feed', () => {
  it('apply to the desk twice as once, in order and without doubles', () => {
    fc.assert(
      fc.property(fc.array(forAgent, many), (events) => {
        const desk = isIdempotent(emptyDesk, events, (state, event) => applyToDesk(state, event, self))
        for (const list of [desk.queue, desk.mine, desk.offers, desk.invitations])
          expect(new Set(list.map((each) => each.id)).size).toBe(list.length)
        const seqs = desk.queue.map((each) => each.queueSeq)
        expect(seqs).toEqual([...seqs].sort((a, b) => a - b))
        expect(desk.queue.every((each) => each.status === 'waiting')).toBe(true)
        expect(desk.mine.every((each) => isMine(each, self))).toBe(true)
        expect(desk.offers.every((each) => each.agentId === self && each.status === 'ringing')).toBe(true)
        const people = desk.presence.map((each) => each.agent.id)
        expect(people).toEqual([...new Set(people)].sort())
      }),
    )
  })

  it('hold on the desk the last view of each consultation that belongs there', () => {
    fc.assert(
      fc.property(fc.array(consultationView, many), (views) => {
        const desk = views.reduce(
          (state, consultation) =>
            applyToDesk(state, { seq: 1, type: 'x', at: '', subject: '', data: { consultation } }, self),
          emptyDesk,
        )
        const last = new Map(views.map((view) => [view.id, view]))
        const ids = (list: ConsultationView[]) => list.map((each) => each.id).sort()
        expect(ids(desk.queue)).toEqual(ids([...last.values()].filter((each) => each.status === 'waiting')))
        expect(ids(desk.mine)).toEqual(ids([...last.values()].filter((each) => isMine(each, self))))
      }),
    )
  })

  it('apply to a consultation page twice as once, and only what is its own', () => {
    fc.assert(
      fc.property(consultationView, fc.array(forAgent, many), (consultation, events) => {
        const detail = isIdempotent(detailOf(consultation), events, applyToDetail)
        expect(detail.consultation.id).toBe(consultation.id)
        for (const list of [detail.calls, detail.messages, detail.documents, detail.invitations]) {
          expect(list.every((each) => each.consultationId === consultation.id)).toBe(true)
          expect(new Set(list.map((each) => each.id)).size).toBe(list.length)
        }
        const times = detail.messages.map((each) => each.at)
        expect(times).toEqual([...times].sort())
      }),
    )
  })

  it("apply to the citizen's state twice as once, and show no other consultation's things", () => {
    fc.assert(
      fc.property(fc.array(forVisitor, many), (events) => {
        const state = isIdempotent(newVisitor, events, applyToVisitor)
        for (const each of [...state.messages, ...state.documents])
          expect(each.consultationId).toBe(state.consultation?.id)
        if (state.consultation?.status !== 'waiting') expect(state.ahead).toEqual([])
        expect(state.visitor).toEqual(newVisitor.visitor)
      }),
    )
  })

  it('leave everything as it is for an event without views', () => {
    const event: FeedEvent = { seq: 1, type: 'unknown', at: '', subject: '', data: { fact: 1 } }
    expect(applyToDesk(emptyDesk, event, self)).toBe(emptyDesk)
    expect(applyToVisitor(newVisitor, event)).toBe(newVisitor)
  })

  it("keep an agent's consultation with them in the states that are theirs", () => {
    fc.assert(
      fc.property(consultationView, (view) => {
        const isOwner = view.owner?.id === self
        const isIn = isOwner || view.participants.some((each) => each.id === self)
        const expected =
          view.status === 'wrap_up' ? isOwner : ['active', 'expected'].includes(view.status) && isIn
        expect(isMine(view, self)).toBe(expected)
      }),
    )
  })
})
