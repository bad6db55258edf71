import { isAllowedByPolicy } from './capabilities'
import {
  classifyDeviceFailure,
  type DeviceFailure,
  type FailureContext,
  shouldAskSeparately,
} from './devices.rules'
import { meterLevel } from './level-meter'

// This file must not import livekit-client: the citizen's first open loads it for the device check.

export { type Capabilities, capabilities } from './capabilities'
export type { DeviceFailure } from './devices.rules'
export { meterLevel } from './level-meter'

export type DeviceKind = 'camera' | 'microphone'

/** Which devices to open; ids come from `listDevices()`, an unplugged one falls back to the default. */
export interface CaptureRequest {
  audio: boolean
  video: boolean
  audioDeviceId?: string
  videoDeviceId?: string
  facingMode?: 'user' | 'environment'
}

export interface OpenedDevices {
  camera: MediaStreamTrack | null
  microphone: MediaStreamTrack | null
  /** why a requested device is missing */
  failures: Partial<Record<DeviceKind, DeviceFailure>>
}

export interface DeviceProbe extends OpenedDevices {
  /** for a preview: `video.srcObject = probe.stream` */
  stream: MediaStream
  /** Listens to the microphone; returns the function that stops listening. */
  onLevel(listener: (level: number) => void): () => void
  /** Switches the devices off; not to be called when their tracks are handed to the session. */
  stop(): void
}

export interface DeviceList {
  cameras: MediaDeviceInfo[]
  microphones: MediaDeviceInfo[]
  speakers: MediaDeviceInfo[]
}

const cameraConstraints = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } }
const microphoneConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true }

/** The devices that are plugged in. Labels are empty until a permission has been given. */
export async function listDevices(): Promise<DeviceList> {
  const media: MediaDevices | undefined = navigator.mediaDevices
  const all = media?.enumerateDevices ? await media.enumerateDevices() : []
  const of = (kind: MediaDeviceKind) => all.filter((device) => device.kind === kind && device.deviceId !== '')
  return { cameras: of('videoinput'), microphones: of('audioinput'), speakers: of('audiooutput') }
}

/** Calls back whenever something is plugged in or out; returns the function that stops it. */
export function onDevicesChanged(listener: () => void): () => void {
  const media: MediaDevices | undefined = navigator.mediaDevices
  media?.addEventListener?.('devicechange', listener)
  return () => media?.removeEventListener?.('devicechange', listener)
}

/**
 * Opens what was asked for, or as much of it as there is: without a camera the microphone alone, without
 * anything nothing. It never throws; what is missing is named in `failures`.
 */
export async function openDevices(request: CaptureRequest): Promise<OpenedDevices> {
  if (!request.audio && !request.video) return { camera: null, microphone: null, failures: {} }
  const first = await tryOpen(request)
  if ('tracks' in first) return completed(toOpened(first.tracks), request)
  const kinds: DeviceKind[] = request.video
    ? request.audio
      ? ['camera', 'microphone']
      : ['camera']
    : ['microphone']
  const permissions = { camera: await permissionOf('camera'), microphone: await permissionOf('microphone') }
  const failure = await failureOf(first.error, kinds[0] ?? 'camera')
  if (kinds.length === 1 || !shouldAskSeparately(failure, permissions)) {
    const failures = Object.fromEntries(kinds.map((kind) => [kind, failure]))
    return { camera: null, microphone: null, failures }
  }
  return completed({ camera: null, microphone: null, failures: {} }, request)
}

/** Asks alone for what is missing: Chromium answers a joint request with the microphone only where the page
 * may not use the camera, and says why only when asked for the camera. */
async function completed(opened: OpenedDevices, request: CaptureRequest): Promise<OpenedDevices> {
  const none: OpenedDevices = { camera: null, microphone: null, failures: {} }
  const needsMicrophone = request.audio && !opened.microphone
  const needsCamera = request.video && !opened.camera
  const voice = needsMicrophone ? await openOne({ ...request, video: false }, 'microphone') : none
  const picture = needsCamera ? await openOne({ ...request, audio: false }, 'camera') : none
  return {
    camera: opened.camera ?? picture.camera,
    microphone: opened.microphone ?? voice.microphone,
    failures: { ...voice.failures, ...picture.failures },
  }
}

/** Opens camera and microphone for the check before a call, with a preview stream and a level meter. */
export async function probeDevices(
  request: CaptureRequest = { audio: true, video: true },
): Promise<DeviceProbe> {
  const opened = await openDevices(request)
  const tracks = [opened.camera, opened.microphone].filter((track) => track !== null)
  return {
    ...opened,
    stream: new MediaStream(tracks),
    onLevel: (listener) => (opened.microphone ? meterLevel(opened.microphone, listener) : () => undefined),
    stop: () => {
      for (const track of tracks) track.stop()
    },
  }
}

/** Names the failure behind an error thrown while opening a device. */
export async function failureOf(error: unknown, kind: DeviceKind): Promise<DeviceFailure> {
  const context: FailureContext = {
    isSecureContext: globalThis.isSecureContext,
    hasMediaDevices: typeof navigator.mediaDevices?.getUserMedia === 'function',
    isAllowedByPolicy: isAllowedByPolicy(kind),
    permission: await permissionOf(kind),
  }
  return classifyDeviceFailure(error instanceof Error ? error : {}, context)
}

async function openOne(request: CaptureRequest, kind: DeviceKind): Promise<OpenedDevices> {
  const result = await tryOpen(request)
  if ('tracks' in result) return toOpened(result.tracks)
  return { camera: null, microphone: null, failures: { [kind]: await failureOf(result.error, kind) } }
}

async function tryOpen(
  request: CaptureRequest,
): Promise<{ tracks: MediaStreamTrack[] } | { error: unknown }> {
  try {
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: request.audio && { ...microphoneConstraints, ...idealId(request.audioDeviceId) },
      video: request.video && {
        ...cameraConstraints,
        ...idealId(request.videoDeviceId),
        ...(request.facingMode ? { facingMode: { ideal: request.facingMode } } : {}),
      },
    })
    return { tracks: stream.getTracks() }
  } catch (error) {
    return { error }
  }
}

function idealId(deviceId: string | undefined): MediaTrackConstraints {
  return deviceId ? { deviceId: { ideal: deviceId } } : {}
}

function toOpened(tracks: MediaStreamTrack[]): OpenedDevices {
  return {
    camera: tracks.find((track) => track.kind === 'video') ?? null,
    microphone: tracks.find((track) => track.kind === 'audio') ?? null,
    failures: {},
  }
}

async function permissionOf(kind: DeviceKind): Promise<FailureContext['permission']> {
  try {
    return (await navigator.permissions.query({ name: kind as PermissionName })).state
  } catch {
    // Firefox before 132 and in-app web views do not know these names: then nobody can tell.
    return null
  }
}
