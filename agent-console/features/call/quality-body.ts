import type { CallSummary, CallTimings } from '../../../call-session'
import type { QualityBody } from '../../../contract/consultations.schema'

const within = (value: number, max: number) => Math.min(max, Math.max(0, value))

/** What the API keeps of a call's quality, from the library's summary. */
export function qualityBodyOf(summary: CallSummary & { timings: CallTimings }): QualityBody {
  const { connectCalledAt, firstRemoteFrameAt } = summary.timings
  const firstFrame =
    connectCalledAt === null || firstRemoteFrameAt === null ? null : firstRemoteFrameAt - connectCalledAt
  return {
    maxWidth: within(summary.maxReceivedWidth, 16384),
    maxHeight: within(summary.maxReceivedHeight, 16384),
    lossPercent: within((summary.averageLoss ?? 0) * 100, 100),
    roundTripMs: within(summary.averageRttMs ?? 0, 60_000),
    reconnects: within(summary.reconnects, 10_000),
    transport: summary.transport,
    firstFrameMs: firstFrame === null ? null : within(Math.round(firstFrame), 600_000),
  }
}
