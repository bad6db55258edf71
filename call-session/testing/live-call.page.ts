import {
  CallOverError,
  type CallState,
  createCallSession,
  type RemoteView,
  takeSnapshot,
  type VideoSource,
} from '..'

/** The page driven by live-call.test.ts: one participant, steered and observed through `window.probe`. */
const role = new URLSearchParams(location.search).get('role') === 'agent' ? 'agent' : 'visitor'
const states: CallState[] = []
const frames: Record<string, number> = {}
const watched = new WeakSet<VideoSource>()
const messages: unknown[] = []

async function fetchGrant() {
  const response = await fetch(`/grant?role=${role}`)
  if (response.status === 410) throw new CallOverError('The call is over.')
  return response.json()
}

const session = createCallSession({
  fetchGrant,
  role,
  adaptiveStream: false,
  capture: { audio: true, video: true },
})

function watch(kind: string, source: VideoSource | null | undefined): void {
  if (!source || watched.has(source)) return
  watched.add(source)
  const video = document.createElement('video')
  video.muted = true
  video.playsInline = true
  document.body.append(video)
  source.attach(video)
  const count = () => {
    frames[kind] = (frames[kind] ?? 0) + 1
    video.requestVideoFrameCallback(count)
  }
  video.requestVideoFrameCallback(count)
}

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
  remoteMicrophone: () => remote()?.microphone ?? 'absent',
  hasRemoteCamera: () => Boolean(remote()?.camera),
  localSize: () => {
    const settings = session.local.camera?.mediaStreamTrack.getSettings()
    return { width: settings?.width, height: settings?.height }
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
