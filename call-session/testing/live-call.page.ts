import {
  CallOverError,
  type CallState,
  capabilities,
  createCallSession,
  listDevices,
  probeDevices,
  type QualityReport,
  type RemoteView,
  startRing,
  takeSnapshot,
  type VideoSource,
} from '..'

/** The page driven by live-call.test.ts: one participant, steered and observed through `window.probe`. */
const query = new URLSearchParams(location.search)
const identity = query.get('role') ?? 'visitor'
const hasDevices = query.get('devices') !== 'none'
const states: CallState[] = []
const frames: Record<string, number> = {}
const watched = new WeakSet<VideoSource>()
const messages: unknown[] = []
const failures: Record<string, string> = {}
const quality: QualityReport[] = []

async function fetchGrant() {
  const response = await fetch(`/grant?role=${identity}`)
  if (response.status === 410) throw new CallOverError('The call is over.')
  return response.json()
}

const session = createCallSession({
  fetchGrant,
  role: identity === 'visitor' ? 'visitor' : 'agent',
  adaptiveStream: false,
  capture: { audio: hasDevices, video: hasDevices },
})

function watch(kind: string, source: VideoSource | null | undefined): void {
  if (!source || watched.has(source)) return
  watched.add(source)
  const video = document.createElement('video')
  video.muted = true
  video.playsInline = true
  // Smaller than any picture: a snapshot must not be of this size.
  video.width = 160
  document.body.append(video)
  source.attach(video)
  const count = () => {
    frames[kind] = (frames[kind] ?? 0) + 1
    video.requestVideoFrameCallback(count)
  }
  video.requestVideoFrameCallback(count)
}

session.on('quality', (report) => quality.push(report))
session.on('deviceFailure', ({ kind, failure }) => {
  failures[kind] = failure
})

const remote = (): RemoteView | undefined => session.remotes[0]
session.on('state', (state) => states.push(state))
session.on('message', (message) => messages.push(message))
session.on('remotes', ([other]) => {
  watch('camera', other?.camera)
  watch('screen', other?.screen)
})

const probe = {
  session,
  states,
  frames,
  messages,
  failures,
  quality,
  remoteMicrophone: () => remote()?.microphone ?? 'absent',
  see: (who: string) => session.remotes.find((other) => other.role === who),
  hasRemoteCamera: () => Boolean(remote()?.camera),
  localSize: () => {
    const settings = session.local.camera?.mediaStreamTrack.getSettings()
    return { width: settings?.width, height: settings?.height }
  },
  /** The device check before a call: what is there, and the loudest of the first seconds. */
  checkDevices: async () => {
    const check = await probeDevices()
    const loudest = await new Promise<number>((resolve) => {
      let peak = 0
      let readings = 0
      const stop = check.onLevel((level) => {
        peak = Math.max(peak, level)
        readings += 1
        if (readings < 20 && peak < 0.05) return
        stop()
        resolve(peak)
      })
    })
    const kinds = check.stream.getTracks().map((track) => track.kind)
    check.stop()
    const { cameras, microphones } = await listDevices()
    const isStopped = check.stream.getTracks().every((track) => track.readyState === 'ended')
    return {
      kinds: kinds.sort(),
      loudest,
      isStopped,
      cameras: cameras.length,
      microphones: microphones.length,
    }
  },
  useLastCamera: async () => {
    const { cameras } = await listDevices()
    return session.useDevice('camera', cameras.at(-1)?.deviceId ?? '')
  },
  capabilities,
  ring: async () => {
    const contexts: AudioContext[] = []
    const Native = AudioContext
    globalThis.AudioContext = class extends Native {
      constructor() {
        super()
        contexts.push(this)
      }
    }
    const ring = startRing()
    globalThis.AudioContext = Native
    const context = contexts[0]
    while (context && context.currentTime < 0.1) await new Promise((resolve) => setTimeout(resolve, 20))
    const whileRinging = context?.state
    ring.stop()
    while (context && context.state !== 'closed') await new Promise((resolve) => setTimeout(resolve, 20))
    return { whileRinging, after: context?.state }
  },
  snapshot: async () => {
    const track = remote()?.camera?.mediaStreamTrack
    if (!track) throw new Error('no picture')
    const { blob, width, height } = await takeSnapshot(track)
    const bitmap = await createImageBitmap(blob)
    return { width, height, type: blob.type, bytes: blob.size, decoded: [bitmap.width, bitmap.height] }
  },
}

export type Probe = typeof probe

declare global {
  interface Window {
    probe: Probe
  }
}

window.probe = probe
