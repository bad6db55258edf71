export type Transport = 'udp' | 'tcp' | 'relay' | 'unknown'

/** Running totals of one stream, kept between two readings to get figures for the time between them. */
export interface StreamTotals {
  lost: number
  passed: number
}

/** One direction of video between two readings; null where nothing is known yet. */
export interface VideoFigures {
  width: number | null
  height: number | null
  fps: number | null
  /** share of packets lost since the reading before, 0–1 */
  loss: number | null
}

export interface LinkFigures {
  rttMs: number | null
  transport: Transport
}

/** The fields read from the many kinds of entries in an RTCStatsReport. */
export interface StatsEntry {
  id: string
  type: string
  kind?: string
  frameWidth?: number
  frameHeight?: number
  framesPerSecond?: number
  framesReceived?: number
  packetsLost?: number
  packetsReceived?: number
  packetsSent?: number
  fractionLost?: number
  roundTripTime?: number
  currentRoundTripTime?: number
  selectedCandidatePairId?: string
  localCandidateId?: string
  nominated?: boolean
  state?: string
  protocol?: string
  candidateType?: string
  relayProtocol?: string
  active?: boolean
}

export const noVideo: VideoFigures = { width: null, height: null, fps: null, loss: null }

/** Reads a receiver's report; `before` are the totals of the reading before it. */
export function readReceived(entries: readonly StatsEntry[], before: StreamTotals | null) {
  const inbound = entries.find((entry) => entry.type === 'inbound-rtp' && entry.kind === 'video')
  const totals = { lost: inbound?.packetsLost ?? 0, passed: inbound?.packetsReceived ?? 0 }
  const figures: VideoFigures = inbound
    ? {
        width: inbound.frameWidth ?? null,
        height: inbound.frameHeight ?? null,
        fps: inbound.framesPerSecond ?? 0,
        loss: lossBetween(before, totals),
      }
    : noVideo
  return { figures, totals, frames: inbound?.framesReceived ?? 0 }
}

/** Reads a sender's report: the largest simulcast layer that is being sent, and the loss the server reports. */
export function readSent(entries: readonly StatsEntry[]): VideoFigures {
  const layers = entries.filter(
    (entry) =>
      entry.type === 'outbound-rtp' && entry.kind === 'video' && entry.active !== false && entry.frameWidth,
  )
  const sending = layers.filter((layer) => (layer.framesPerSecond ?? 0) > 0)
  const largest = (sending.length > 0 ? sending : layers).reduce<StatsEntry | null>(
    (best, layer) => ((layer.frameWidth ?? 0) > (best?.frameWidth ?? 0) ? layer : best),
    null,
  )
  if (!largest) return noVideo
  const reports = entries.filter(
    (entry) => entry.type === 'remote-inbound-rtp' && entry.fractionLost !== undefined,
  )
  return {
    width: largest.frameWidth ?? null,
    height: largest.frameHeight ?? null,
    fps: largest.framesPerSecond ?? 0,
    loss: reports.length > 0 ? Math.max(...reports.map((report) => report.fractionLost ?? 0)) : null,
  }
}

/** Round trip and way of the connection, from the candidate pair in use. */
export function readLink(entries: readonly StatsEntry[]): LinkFigures {
  const selected = entries.find((entry) => entry.type === 'transport')?.selectedCandidatePairId
  const pairs = entries.filter((entry) => entry.type === 'candidate-pair')
  const pair =
    pairs.find((entry) => entry.id === selected) ??
    pairs.find((entry) => entry.nominated && entry.state === 'succeeded')
  const local = entries.find(
    (entry) => entry.type === 'local-candidate' && entry.id === pair?.localCandidateId,
  )
  const seconds =
    pair?.currentRoundTripTime ?? entries.find((entry) => entry.type === 'remote-inbound-rtp')?.roundTripTime
  return { rttMs: seconds === undefined ? null : Math.round(seconds * 1000), transport: transportOf(local) }
}

/** What a whole call was like; figures that were never known are null. */
export interface CallSummary {
  maxReceivedWidth: number
  maxReceivedHeight: number
  maxSentWidth: number
  maxSentHeight: number
  averageLoss: number | null
  averageRttMs: number | null
  maxRttMs: number | null
  transport: Transport
  framesReceived: number
  reconnects: number
}

/** Gathers readings into a summary without keeping them. */
export class SummaryBuilder {
  private loss = { sum: 0, count: 0 }
  private rtt = { sum: 0, count: 0, max: 0 }
  private received = { width: 0, height: 0 }
  private sent = { width: 0, height: 0 }
  private transport: Transport = 'unknown'

  add(reading: { received: VideoFigures; sent: VideoFigures; link: LinkFigures }): void {
    const { received, sent, link } = reading
    if (area(received) > area(this.received)) this.received = sizeOf(received)
    if (area(sent) > area(this.sent)) this.sent = sizeOf(sent)
    for (const loss of [received.loss, sent.loss]) {
      if (loss !== null) this.loss = { sum: this.loss.sum + loss, count: this.loss.count + 1 }
    }
    if (link.rttMs !== null) {
      const { sum, count, max } = this.rtt
      this.rtt = { sum: sum + link.rttMs, count: count + 1, max: Math.max(max, link.rttMs) }
    }
    if (link.transport !== 'unknown') this.transport = link.transport
  }

  build(extra: { framesReceived: number; reconnects: number }): CallSummary {
    return {
      maxReceivedWidth: this.received.width,
      maxReceivedHeight: this.received.height,
      maxSentWidth: this.sent.width,
      maxSentHeight: this.sent.height,
      averageLoss: this.loss.count > 0 ? this.loss.sum / this.loss.count : null,
      averageRttMs: this.rtt.count > 0 ? Math.round(this.rtt.sum / this.rtt.count) : null,
      maxRttMs: this.rtt.count > 0 ? this.rtt.max : null,
      transport: this.transport,
      ...extra,
    }
  }
}

function lossBetween(before: StreamTotals | null, now: StreamTotals): number | null {
  // A restarted stream counts from zero again: its first reading has nothing to be compared with.
  if (!before || now.passed < before.passed) return null
  const lost = Math.max(0, now.lost - before.lost)
  const all = lost + now.passed - before.passed
  return all > 0 ? lost / all : null
}

function transportOf(local: StatsEntry | undefined): Transport {
  if (!local) return 'unknown'
  if (local.candidateType === 'relay') return 'relay'
  return local.protocol === 'tcp' ? 'tcp' : local.protocol === 'udp' ? 'udp' : 'unknown'
}

function sizeOf(size: { width: number | null; height: number | null }) {
  return { width: size.width ?? 0, height: size.height ?? 0 }
}

function area(size: { width: number | null; height: number | null }): number {
  return (size.width ?? 0) * (size.height ?? 0)
}
