import { describe, expect, it } from 'vitest'
import { noVideo, readLink, readReceived, readSent, type StatsEntry, SummaryBuilder } from './quality.rules'

const inbound = (fields: Partial<StatsEntry>): StatsEntry => ({
  id: 'in',
  type: 'inbound-rtp',
  kind: 'video',
  ...fields,
})

describe('readReceived', () => {
  it('reads size, frame rate and the loss since the reading before', () => {
    const entries = [
      inbound({
        frameWidth: 1280,
        frameHeight: 720,
        framesPerSecond: 25,
        packetsReceived: 190,
        packetsLost: 12,
      }),
    ]
    const { figures, totals } = readReceived(entries, { passed: 100, lost: 2 })
    expect(figures).toEqual({ width: 1280, height: 720, fps: 25, loss: 0.1 })
    expect(totals).toEqual({ passed: 190, lost: 12 })
  })

  it.each([
    ['the first reading', null],
    ['a stream that counts from zero again', { passed: 5000, lost: 10 }],
    ['nothing new', { passed: 190, lost: 0 }],
  ])('knows no loss for %s', (_name, before) => {
    expect(readReceived([inbound({ packetsReceived: 190, packetsLost: 0 })], before).figures.loss).toBeNull()
  })

  it('takes late packets that undo a loss as no loss', () => {
    const { figures } = readReceived([inbound({ packetsReceived: 200, packetsLost: 1 })], {
      passed: 100,
      lost: 5,
    })
    expect(figures.loss).toBe(0)
  })

  it('knows nothing of an audio report', () => {
    expect(readReceived([{ id: 'a', type: 'inbound-rtp', kind: 'audio' }], null).figures).toEqual(noVideo)
  })
})

describe('readSent', () => {
  const layer = (id: string, frameWidth: number, framesPerSecond: number): StatsEntry => ({
    id,
    type: 'outbound-rtp',
    kind: 'video',
    frameWidth,
    frameHeight: (frameWidth * 9) / 16,
    framesPerSecond,
  })

  it('reports the largest layer that is moving, and the worst loss', () => {
    const entries = [
      layer('q', 320, 20),
      layer('h', 640, 20),
      layer('f', 1280, 0),
      { id: 'r', type: 'remote-inbound-rtp', fractionLost: 0.02 },
      { id: 's', type: 'remote-inbound-rtp', fractionLost: 0.07 },
    ]
    expect(readSent(entries)).toEqual({ width: 640, height: 360, fps: 20, loss: 0.07 })
  })

  it('knows nothing without a layer', () => {
    expect(readSent([])).toEqual(noVideo)
  })
})

describe('readLink', () => {
  const pair = (localCandidate: Partial<StatsEntry>): StatsEntry[] => [
    { id: 't', type: 'transport', selectedCandidatePairId: 'p2' },
    { id: 'p1', type: 'candidate-pair', localCandidateId: 'x', currentRoundTripTime: 9 },
    { id: 'p2', type: 'candidate-pair', localCandidateId: 'l', currentRoundTripTime: 0.0421 },
    { id: 'l', type: 'local-candidate', ...localCandidate },
  ]

  it.each([
    [{ protocol: 'udp', candidateType: 'host' }, 'udp'],
    [{ protocol: 'udp', candidateType: 'prflx' }, 'udp'],
    [{ protocol: 'tcp', candidateType: 'host' }, 'tcp'],
    [{ protocol: 'udp', candidateType: 'relay', relayProtocol: 'tls' }, 'relay'],
    [{}, 'unknown'],
  ] as const)('%o → %s', (candidate, transport) => {
    expect(readLink(pair(candidate))).toEqual({ rttMs: 42, transport })
  })

  it('takes the nominated pair where a browser reports no transport', () => {
    const entries = [
      { id: 'p', type: 'candidate-pair', nominated: true, state: 'succeeded', localCandidateId: 'l' },
      { id: 'l', type: 'local-candidate', protocol: 'udp' },
      { id: 'r', type: 'remote-inbound-rtp', roundTripTime: 0.1 },
    ]
    expect(readLink(entries)).toEqual({ rttMs: 100, transport: 'udp' })
  })
})

describe('SummaryBuilder', () => {
  it('keeps the largest sizes, averages what was known, and the last transport', () => {
    const summary = new SummaryBuilder()
    summary.add({
      received: { width: 1280, height: 720, fps: 30, loss: 0.02 },
      sent: { width: 640, height: 360, fps: 30, loss: null },
      link: { rttMs: 40, transport: 'udp' },
    })
    summary.add({
      received: { width: 320, height: 180, fps: 10, loss: 0.04 },
      sent: noVideo,
      link: { rttMs: 80, transport: 'tcp' },
    })
    summary.add({ received: noVideo, sent: noVideo, link: { rttMs: null, transport: 'unknown' } })
    const built = summary.build({ framesReceived: 900, reconnects: 1 })
    expect(built.averageLoss).toBeCloseTo(0.03)
    expect(built).toMatchObject({
      maxReceivedWidth: 1280,
      maxReceivedHeight: 720,
      maxSentWidth: 640,
      maxSentHeight: 360,
      averageRttMs: 60,
      maxRttMs: 80,
      transport: 'tcp',
      framesReceived: 900,
      reconnects: 1,
    })
  })

  it('invents nothing for a call without readings', () => {
    expect(new SummaryBuilder().build({ framesReceived: 0, reconnects: 0 })).toMatchObject({
      averageLoss: null,
      averageRttMs: null,
      maxRttMs: null,
      transport: 'unknown',
    })
  })
})
