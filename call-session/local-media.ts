import {
  createLocalScreenTracks,
  LocalAudioTrack,
  type LocalTrack,
  LocalVideoTrack,
  type Room,
  Track,
  TrackEvent,
} from 'livekit-client'
import { capabilities } from './capabilities'
import {
  type CaptureRequest,
  type DeviceFailure,
  type DeviceKind,
  failureOf,
  listDevices,
  meterLevel,
  openDevices,
} from './devices'
import { Lens, type LensChange, type LensView, lensOf } from './lens'

/** What became of a wish to share the screen; a cancelled picker is a decision, not an error. */
export type ScreenShareResult = 'shared' | 'stopped' | 'cancelled' | 'unsupported' | 'failed'

/** Live tracks of a device check, taken over as they are so that the camera is not opened twice. */
export interface CaptureOptions extends CaptureRequest {
  tracks?: MediaStreamTrack[]
}

export interface LocalMediaEvents {
  onChange(): void
  onLevel(level: number): void
  onFailure(kind: DeviceKind, failure: DeviceFailure): void
}

/**
 * Our camera, microphone and screen. They belong to the call and not to a room, so that a rejoin publishes
 * the very same tracks again and mute states survive it.
 */
export class LocalMedia {
  microphone: LocalAudioTrack | null = null
  camera: LocalVideoTrack | null = null
  screen: LocalTrack[] = []
  private room: Room | null = null
  private readonly lens = new Lens()
  private stopMeter: () => void = () => undefined
  private queue: Promise<unknown> = Promise.resolve()
  private isClosed = false

  constructor(
    private readonly capture: CaptureOptions,
    private readonly events: LocalMediaEvents,
  ) {}

  get microphoneOn(): boolean {
    return this.microphone !== null && !this.microphone.isMuted
  }

  get cameraOn(): boolean {
    return this.camera !== null && !this.camera.isMuted
  }

  get lensView(): LensView {
    return lensOf(this.cameraOn ? (this.camera?.mediaStreamTrack ?? null) : null)
  }

  get screenVideo(): LocalVideoTrack | null {
    return this.screen.find((track) => track instanceof LocalVideoTrack) ?? null
  }

  /** Opens what was asked for; what cannot be opened is reported and the call goes on without it. */
  open(): Promise<void> {
    return this.inTurn(async () => {
      const given = (this.capture.tracks ?? []).filter((track) => track.readyState === 'live')
      const has = (kind: string) => given.some((track) => track.kind === kind)
      const opened = await openDevices({
        ...this.capture,
        audio: this.capture.audio && !has('audio'),
        video: this.capture.video && !has('video'),
      })
      this.report(opened.failures)
      // Together: the picture must not wait for the voice to be published.
      await Promise.all(
        [...given, opened.microphone, opened.camera].map((track) => track && this.adopt(track)),
      )
    })
  }

  /** Publishes everything in a room just joined, in the state it had before. */
  enter(room: Room): Promise<void> {
    this.room = room
    return this.inTurn(async () => {
      await this.revive(this.microphone, 'microphone')
      await this.revive(this.camera, 'camera')
      if (this.screen.some((track) => track.mediaStreamTrack.readyState === 'ended')) await this.dropScreen()
      const tracks = [this.microphone, this.cameraOn ? this.camera : null, ...this.screen]
      await Promise.all(tracks.map((track) => track && this.publish(track)))
    })
  }

  leaveRoom(): void {
    this.room = null
  }

  close(): void {
    this.isClosed = true
    this.room = null
    this.stopMeter()
    for (const track of [this.microphone, this.camera, ...this.screen]) track?.stop()
    this.microphone = null
    this.camera = null
    this.screen = []
  }

  setMicrophone(on: boolean): Promise<boolean> {
    return this.inTurn(async () => {
      if (!on) await this.microphone?.mute()
      else if (this.microphone) await this.attempt('microphone', () => this.microphone?.unmute())
      else await this.openMissing('microphone')
      this.events.onChange()
      return this.microphoneOn
    })
  }

  setCamera(on: boolean): Promise<boolean> {
    return this.inTurn(async () => {
      if (!on) await this.camera?.mute()
      else if (!this.camera) await this.openMissing('camera')
      else if (await this.attempt('camera', () => this.camera?.unmute())) await this.publish(this.camera)
      this.events.onChange()
      return this.cameraOn
    })
  }

  /** Torch and zoom; false where this camera cannot. */
  setLens(change: LensChange): Promise<boolean> {
    return this.inTurn(async () => {
      const track = this.cameraOn ? this.camera?.mediaStreamTrack : undefined
      const isSet = track !== undefined && (await this.lens.change(track, change))
      this.events.onChange()
      return isSet
    })
  }

  /** Turns a phone's camera round; elsewhere goes on to the next camera. */
  switchCamera(): Promise<boolean> {
    return this.inTurn(async () => {
      const track = this.camera
      if (!track || track.isMuted) return false
      const settings = track.mediaStreamTrack.getSettings()
      if (settings.facingMode === 'user' || settings.facingMode === 'environment') {
        const facingMode = settings.facingMode === 'user' ? 'environment' : 'user'
        return this.attempt('camera', () => track.restartTrack({ facingMode }))
      }
      const { cameras } = await listDevices()
      const index = cameras.findIndex((device) => device.deviceId === settings.deviceId)
      const next = cameras[(index + 1) % cameras.length]
      if (!next || next.deviceId === settings.deviceId) return false
      return this.attempt('camera', () => track.setDeviceId({ exact: next.deviceId }))
    })
  }

  useDevice(kind: DeviceKind, deviceId: string): Promise<boolean> {
    return this.inTurn(async () => {
      this.capture[kind === 'camera' ? 'videoDeviceId' : 'audioDeviceId'] = deviceId
      const track = kind === 'camera' ? this.camera : this.microphone
      if (!track) return this.openMissing(kind)
      return this.attempt(kind, () => track.setDeviceId({ exact: deviceId }))
    })
  }

  async shareScreen(on: boolean): Promise<ScreenShareResult> {
    if (!on) return this.inTurn(() => this.dropScreen()).then(() => 'stopped')
    if (!capabilities().getDisplayMedia) return 'unsupported'
    if (this.screen.length > 0) return 'shared'
    try {
      // Outside the queue: the browser opens its picker only in the very tick of the user's tap.
      const tracks = await createLocalScreenTracks({ audio: false, contentHint: 'detail' })
      return await this.inTurn(() => this.adoptScreen(tracks))
    } catch (error) {
      return error instanceof Error && error.name === 'NotAllowedError' ? 'cancelled' : 'failed'
    }
  }

  private async adoptScreen(tracks: LocalTrack[]): Promise<ScreenShareResult> {
    if (this.isClosed) {
      for (const track of tracks) track.stop()
      return 'stopped'
    }
    this.screen = tracks
    for (const track of tracks) {
      track.once(TrackEvent.Ended, () => void this.inTurn(() => this.dropScreen()))
      await this.publish(track)
    }
    this.events.onChange()
    return 'shared'
  }

  private async dropScreen(): Promise<void> {
    const tracks = this.screen
    this.screen = []
    for (const track of tracks) {
      track.stop()
      if (this.room && track.sid) await this.room.localParticipant.unpublishTrack(track, true)
    }
    if (tracks.length > 0) this.events.onChange()
  }

  private async adopt(track: MediaStreamTrack): Promise<void> {
    if (this.isClosed) return track.stop()
    // "Not provided by the user" lets LiveKit stop and reopen the camera with each mute, so its light goes out.
    if (track.kind === 'video') {
      this.camera = new LocalVideoTrack(track, undefined, false)
      this.camera.source = Track.Source.Camera
      this.camera.on(TrackEvent.Restarted, () => void this.afterRestart())
      await this.publish(this.camera)
    } else {
      this.microphone = new LocalAudioTrack(track, undefined, false)
      this.microphone.source = Track.Source.Microphone
      this.microphone.on(TrackEvent.Restarted, () => this.meter())
      this.meter()
      await this.publish(this.microphone)
    }
    this.events.onChange()
  }

  private async afterRestart(): Promise<void> {
    this.events.onChange()
    if (!this.camera) return
    await this.lens.restore(this.camera.mediaStreamTrack)
    this.events.onChange()
  }

  private async openMissing(kind: DeviceKind): Promise<boolean> {
    const opened = await openDevices({
      ...this.capture,
      audio: kind === 'microphone',
      video: kind === 'camera',
    })
    const track = opened[kind]
    if (track) await this.adopt(track)
    this.report(opened.failures)
    return track !== null
  }

  /** A page that was put aside had its devices taken away: opens them again unless they were off. */
  private async revive(track: LocalAudioTrack | LocalVideoTrack | null, kind: DeviceKind): Promise<void> {
    if (!track || track.isMuted || track.mediaStreamTrack.readyState === 'live') return
    if (!(await this.attempt(kind, () => track.restartTrack()))) await track.mute()
  }

  private async publish(track: LocalTrack): Promise<void> {
    const room = this.room
    if (!room) return
    // Already published tracks are skipped by LiveKit itself; a room lost meanwhile publishes again on rejoin.
    await room.localParticipant.publishTrack(track).catch((error) => {
      if (this.room === room && room.state === 'connected') throw error
    })
  }

  private async attempt(kind: DeviceKind, action: () => Promise<unknown> | undefined): Promise<boolean> {
    try {
      await action()
      return true
    } catch (error) {
      this.events.onFailure(kind, await failureOf(error, kind))
      return false
    }
  }

  private report(failures: Partial<Record<DeviceKind, DeviceFailure>>): void {
    if (failures.microphone) this.events.onFailure('microphone', failures.microphone)
    if (failures.camera) this.events.onFailure('camera', failures.camera)
  }

  private meter(): void {
    this.stopMeter()
    if (this.microphone) this.stopMeter = meterLevel(this.microphone.mediaStreamTrack, this.events.onLevel)
  }

  /** One change at a time: a double tap must not open the camera twice. */
  private inTurn<T>(action: () => Promise<T>): Promise<T> {
    const result = this.queue.then(action)
    this.queue = result.catch(() => undefined)
    return result
  }
}
