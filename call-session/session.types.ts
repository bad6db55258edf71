import type { CallMessage } from './data'
import type { DeviceFailure, DeviceKind } from './devices'
import type { LensView } from './lens'
import type { CaptureOptions } from './local-media'
import type { RemoteView, VideoSource } from './participants'
import type { QualityReport } from './quality'
import type { CallState } from './session.rules'

/** To be thrown by `fetchGrant` when the server says that the call is over; anything else is tried again. */
export class CallOverError extends Error {
  override readonly name = 'CallOverError'
}

export interface CallGrant {
  /** address of LiveKit's signalling, `ws:` or `wss:` */
  url: string
  token: string
  callId: string
}

export interface CallSessionOptions {
  /** Asked anew for every join and rejoin: a token lives for ten minutes only. */
  fetchGrant(): Promise<CallGrant>
  role: 'agent' | 'visitor'
  /** Fits the received picture to its element. Off where snapshots are taken: they would shrink with it. */
  adaptiveStream: boolean
  capture: CaptureOptions
  log?(message: string, details?: Record<string, unknown>): void
}

export interface LocalView {
  microphoneOn: boolean
  cameraOn: boolean
  camera: VideoSource | null
  screen: VideoSource | null
  /** torch and zoom of the camera that is on */
  lens: LensView
}

/** Moments as epoch milliseconds, null until they have happened. */
export interface CallTimings {
  connectCalledAt: number | null
  connectedAt: number | null
  firstRemoteFrameAt: number | null
}

export interface CallSessionEvents {
  state: CallState
  remotes: RemoteView[]
  local: LocalView
  /** loudness of our microphone, 0–1, ten times a second */
  level: number
  quality: QualityReport
  deviceFailure: { kind: DeviceKind; failure: DeviceFailure }
  /** the browser plays no sound until `startAudio()` is called inside a tap */
  audioBlocked: boolean
  message: { from: string; message: CallMessage }
}
