/**
 * Everything of a call that is not a picture on a screen. Code that loads before a call starts imports
 * `call-session/devices` directly: this file leads to livekit-client.
 */
export { type AdviceCode, type AdviceInput, adviseOn } from './advice'
export type { CallMessage } from './data'
export * from './devices'
export { type LensView, noLens } from './lens'
export type { CaptureOptions, ScreenShareResult } from './local-media'
export type { QualityLevel, RemoteView, VideoSource } from './participants'
export type { QualityReport } from './quality'
export type { CallSummary, LinkFigures, Transport, VideoFigures } from './quality.rules'
export { type Ring, startRing } from './ring'
export { type CallSession, createCallSession } from './session'
export type { CallState, CallStateName, EndReason } from './session.rules'
export {
  type CallGrant,
  CallOverError,
  type CallSessionEvents,
  type CallSessionOptions,
  type CallTimings,
  type LocalView,
} from './session.types'
export { type Snapshot, takeSnapshot } from './snapshot'
