import {
  ConnectionError,
  ConnectionErrorReason,
  DisconnectReason,
  type RemoteTrack,
  type Room,
} from 'livekit-client'
import { type CallMessage, decodeMessage, encodeMessage } from './data'
import type { DeviceKind } from './devices'
import { Emitter } from './emitter'
import { onFirstFrame, preciseNow } from './first-frame'
import type { LensChange } from './lens'
import { LocalMedia, type ScreenShareResult } from './local-media'
import { describeRemotes, type RemoteView } from './participants'
import { pageBack, pause } from './pauses'
import { QualityMonitor } from './quality'
import type { CallSummary } from './quality.rules'
import { createRoom, type RoomHandlers, wireRoom } from './room'
import {
  type CallEvent,
  type CallState,
  type EndReason,
  endReasonFor,
  mustAwaitPage,
  nextCallState,
  rejoinDelayMs,
} from './session.rules'

import {
  CallOverError,
  type CallSessionEvents,
  type CallSessionOptions,
  type CallTimings,
  type LocalView,
} from './session.types'

/** User timing of each `connect()`, for the browser's profiler and the benchmark. */
const connectMark = 'bangban:connect'

/**
 * One participant's stay in one call: joins, publishes, shows the others, and comes back by itself until
 * the call is over or `leave()` is called. It belongs to no component and can be watched by several.
 *
 * @example
 * const session = createCallSession({ fetchGrant, role: 'visitor', adaptiveStream: true, capture })
 * session.on('remotes', ([other]) => other?.camera?.attach(video))
 * await session.connect()
 */
export function createCallSession(options: CallSessionOptions): CallSession {
  return new CallSession(options)
}

export class CallSession {
  private readonly emitter = new Emitter<CallSessionEvents>()
  private readonly media: LocalMedia
  private readonly monitor: QualityMonitor
  private readonly stop = new AbortController()
  private readonly settled: Promise<void>
  private settle: () => void = () => undefined
  private room: Room | null = null
  private current: CallState = { name: 'idle' }
  private isLeaving = false
  private hasRefreshQueued = false
  private reconnects = 0
  private speakerId: string | undefined
  private readonly moments: CallTimings = {
    connectCalledAt: null,
    connectedAt: null,
    firstRemoteFrameAt: null,
  }

  constructor(private readonly options: CallSessionOptions) {
    this.media = new LocalMedia(options.capture, {
      onChange: () => this.emitter.emit('local', this.local),
      onLevel: (level) => this.emitter.emit('level', level),
      onFailure: (kind, failure) => this.emitter.emit('deviceFailure', { kind, failure }),
    })
    this.monitor = new QualityMonitor(
      () => this.media.camera,
      (report) => this.emitter.emit('quality', report),
    )
    this.settled = new Promise((resolve) => {
      this.settle = resolve
    })
  }

  get state(): CallState {
    return this.current
  }

  get local(): LocalView {
    const { microphoneOn, cameraOn, camera, screenVideo, lensView } = this.media
    return { microphoneOn, cameraOn, camera: cameraOn ? camera : null, screen: screenVideo, lens: lensView }
  }

  get remotes(): RemoteView[] {
    return this.room ? describeRemotes(this.room) : []
  }

  on<K extends keyof CallSessionEvents>(
    event: K,
    listener: (payload: CallSessionEvents[K]) => void,
  ): () => void {
    return this.emitter.on(event, listener)
  }

  /** Joins and opens the devices at the same time. Resolves once connected, or ended without ever being so. */
  async connect(): Promise<void> {
    if (this.move('connect', { name: 'connecting' })) {
      addEventListener('pagehide', this.onPageHide)
      // First the way to the others: opening the devices keeps the page's thread busy for a moment.
      void this.joinUntilDone(0, false)
      this.media.open().catch((error) => this.log('opening the devices failed', { error }))
    }
    return this.settled
  }

  /** Leaves for good and switches the devices off. */
  async leave(): Promise<void> {
    this.isLeaving = true
    await this.monitor.read()
    const room = this.room
    this.end('left')
    await room?.disconnect(false)
  }

  setMicrophone(on: boolean): Promise<boolean> {
    return this.media.setMicrophone(on)
  }

  setCamera(on: boolean): Promise<boolean> {
    return this.media.setCamera(on)
  }

  /** Torch and zoom, where `local.lens` shows that the camera has them; set again when the camera restarts. */
  setLens(change: LensChange): Promise<boolean> {
    return this.media.setLens(change)
  }

  switchCamera(): Promise<boolean> {
    return this.media.switchCamera()
  }

  useDevice(kind: DeviceKind, deviceId: string): Promise<boolean> {
    return this.media.useDevice(kind, deviceId)
  }

  /** To be called inside the user's tap, or the browser does not open its picker. */
  shareScreen(on: boolean): Promise<ScreenShareResult> {
    return this.media.shareScreen(on)
  }

  /** Lets the others be heard where the browser holds sound back; to be called inside a tap. */
  async startAudio(): Promise<void> {
    await this.room?.startAudio()
  }

  /** Plays the others on another loudspeaker; false where the browser cannot. */
  async setSpeaker(deviceId: string): Promise<boolean> {
    this.speakerId = deviceId
    try {
      return (await this.room?.switchActiveDevice('audiooutput', deviceId)) ?? true
    } catch (error) {
      this.log('choosing the loudspeaker failed', { error })
      return false
    }
  }

  /** Sends to everybody in the call; lost while the connection is. */
  async send(message: CallMessage): Promise<void> {
    if (this.current.name !== 'connected' || !this.room) return
    const { topic, payload } = encodeMessage(message)
    await this.room.localParticipant.publishData(payload, { topic, reliable: true })
  }

  async stats(): Promise<CallSummary & { timings: CallTimings }> {
    return { ...(await this.monitor.summarise(this.reconnects)), timings: { ...this.moments } }
  }

  private async joinUntilDone(firstAttempt: number, awaitPage: boolean): Promise<void> {
    for (let attempt = firstAttempt; !this.stop.signal.aborted; attempt += 1) {
      if (attempt > 0) await this.backOff(attempt, awaitPage)
      if (this.stop.signal.aborted || (await this.tryToJoin())) return
    }
  }

  private async backOff(attempt: number, awaitPage: boolean): Promise<void> {
    const delay = rejoinDelayMs(attempt, Math.random())
    this.move('join-failed', { name: 'rejoining', attempt, retryAt: Date.now() + delay })
    await pause(delay, this.stop.signal)
    if (awaitPage) await pageBack(this.stop.signal)
    this.move('join-failed', { name: 'rejoining', attempt, retryAt: null })
  }

  private async tryToJoin(): Promise<boolean> {
    let room: Room | null = null
    try {
      const grant = await this.options.fetchGrant()
      if (this.stop.signal.aborted) return true
      room = createRoom({ adaptiveStream: this.options.adaptiveStream, speakerId: this.speakerId })
      this.room = room
      wireRoom(room, this.handlersOf(room))
      this.moments.connectCalledAt ??= preciseNow()
      performance.mark(connectMark)
      await room.connect(grant.url, grant.token, { maxRetries: 5 })
      this.onJoined(room)
      return true
    } catch (error) {
      await this.discard(room)
      const end = endReasonOf(error)
      this.log('joining failed', { error, end })
      if (end) this.end(end)
      return end !== null
    }
  }

  private onJoined(room: Room): void {
    if (this.stop.signal.aborted) return void this.discard(room)
    this.moments.connectedAt ??= preciseNow()
    this.move('joined', { name: 'connected' })
    this.settle()
    this.media.enter(room).catch((error) => this.log('publishing failed', { error }))
    this.monitor.follow(room)
    this.refreshRemotes()
  }

  private handlersOf(room: Room): RoomHandlers {
    const isCurrent = () => this.room === room
    return {
      onLinkLost: () => {
        if (isCurrent() && this.move('link-lost', { name: 'reconnecting' })) this.reconnects += 1
      },
      onLinkRestored: () => isCurrent() && this.move('link-restored', { name: 'connected' }),
      onDisconnected: (reason) => {
        if (isCurrent()) this.onDisconnected(room, reason)
      },
      onRemotesChanged: () => isCurrent() && this.refreshRemotes(),
      onRemoteVideo: (track) => this.noteFirstFrame(track),
      onAudioBlocked: (isBlocked) => isCurrent() && this.emitter.emit('audioBlocked', isBlocked),
      onData: (topic, payload, from) => {
        const message = decodeMessage(topic, payload)
        if (message) this.emitter.emit('message', { from, message })
      },
    }
  }

  private onDisconnected(room: Room, reason: number | undefined): void {
    const name = reason === undefined ? undefined : DisconnectReason[reason]
    const end = endReasonFor(name, this.isLeaving)
    this.log('disconnected', { reason: name, end })
    if (end) this.end(end)
    const wasRepairing = this.current.name === 'reconnecting'
    if (!this.move('dropped', { name: 'rejoining', attempt: 1, retryAt: null })) return
    // A repair that failed and the rejoin after it are one interruption for those in the call.
    if (!wasRepairing) this.reconnects += 1
    void this.discard(room)
    void this.joinUntilDone(1, mustAwaitPage(name, this.isLeaving))
  }

  /** Forgets a room; our tracks live on for the next one. */
  private async discard(room: Room | null): Promise<void> {
    if (!room) return
    room.removeAllListeners()
    if (this.room === room) {
      this.room = null
      this.media.leaveRoom()
      this.monitor.stop()
      this.refreshRemotes()
    }
    await room.disconnect(false)
  }

  private end(reason: EndReason): void {
    if (!this.move('stopped', { name: 'ended', reason })) return
    this.stop.abort()
    removeEventListener('pagehide', this.onPageHide)
    this.media.close()
    void this.discard(this.room)
    this.settle()
  }

  /** Tells the server at once that we are gone; a page that comes back from the cache rejoins. */
  private readonly onPageHide = () => void this.room?.disconnect(false)

  private noteFirstFrame(track: RemoteTrack): void {
    if (this.moments.firstRemoteFrameAt !== null) return
    onFirstFrame(track.mediaStreamTrack, (at) => {
      this.moments.firstRemoteFrameAt ??= at
    })
  }

  /** LiveKit announces one join with several events: the page hears of them once. */
  private refreshRemotes(): void {
    if (this.hasRefreshQueued) return
    this.hasRefreshQueued = true
    queueMicrotask(() => {
      this.hasRefreshQueued = false
      this.emitter.emit('remotes', this.remotes)
    })
  }

  private move(event: CallEvent, to: CallState): boolean {
    if (nextCallState(this.current.name, event) !== to.name) return false
    this.current = to
    this.log(`state ${to.name}`, { event })
    this.emitter.emit('state', to)
    return true
  }

  private log(message: string, details: Record<string, unknown> = {}): void {
    this.options.log?.(message, { role: this.options.role, ...details })
  }
}

function endReasonOf(error: unknown): EndReason | null {
  if (error instanceof CallOverError) return 'call-over'
  if (!(error instanceof ConnectionError) || error.reason !== ConnectionErrorReason.LeaveRequest) return null
  return typeof error.context === 'number' ? endReasonFor(DisconnectReason[error.context], false) : null
}
