import { expect, it } from 'vitest'
import { qualityBody } from '../../../contract/consultations.schema'
import { qualityBodyOf } from './quality-body'

const summary = {
  maxReceivedWidth: 1280,
  maxReceivedHeight: 720,
  maxSentWidth: 640,
  maxSentHeight: 360,
  averageLoss: 0.0125,
  averageRttMs: 41,
  maxRttMs: 90,
  transport: 'udp' as const,
  framesReceived: 900,
  reconnects: 1,
  timings: { connectCalledAt: 1000, connectedAt: 1200, firstRemoteFrameAt: 1450.4 },
}

it('fits the contract and keeps the figures', () => {
  const body = qualityBodyOf(summary)
  expect(qualityBody.parse(body)).toEqual(body)
  expect(body).toMatchObject({ maxWidth: 1280, lossPercent: 1.25, firstFrameMs: 450, reconnects: 1 })
})

it('says null for a picture that never came', () => {
  const timings = { ...summary.timings, firstRemoteFrameAt: null }
  expect(qualityBodyOf({ ...summary, averageLoss: null, timings }).firstFrameMs).toBeNull()
})
