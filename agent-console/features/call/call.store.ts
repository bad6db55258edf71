import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type {
  CallSession,
  CallState,
  DeviceFailure,
  DeviceKind,
  LocalView,
  QualityReport,
  RemoteView,
} from '../../../call-session'
import type { GrantView } from '../../../contract/consultations.schema'
import { ApiProblem, api } from '../../lib/api'
import { tabId } from '../desk/tab'
import { callLibrary } from './call-library'
import { useDeviceChoiceStore } from './device-choice.store'
import { qualityBodyOf } from './quality-body'

interface JoinInput {
  consultationId: string
  callId: string
  /** From the answer to accepting: saves a round trip. */
  grant?: GrantView | null
}

const nobody: LocalView = {
  microphoneOn: false,
  cameraOn: false,
  camera: null,
  screen: null,
  lens: { torch: null, zoom: null },
}

/**
 * The call of this tab. The session lives here and not in a component, so that it survives every change of
 * page; its parts are shallow refs, because a proxied media track does not attach.
 */
export const useCallStore = defineStore('call', () => {
  const devices = useDeviceChoiceStore()
  let session: CallSession | null = null
  let offs: (() => void)[] = []

  const consultationId = shallowRef<string | null>(null)
  const callId = shallowRef<string | null>(null)
  const state = shallowRef<CallState>({ name: 'idle' })
  const remotes = shallowRef<RemoteView[]>([])
  const local = shallowRef<LocalView>(nobody)
  const level = shallowRef(0)
  const quality = shallowRef<QualityReport | null>(null)
  const failures = shallowRef<Partial<Record<DeviceKind, DeviceFailure>>>({})
  const isAudioBlocked = shallowRef(false)
  /** Calls this tab does not join by itself any more: left by hand, removed, opened elsewhere. */
  const declined = shallowRef<ReadonlySet<string>>(new Set())

  const isInCall = computed(() => callId.value !== null && state.value.name !== 'ended')
  const visitor = computed(() => remotes.value.find((remote) => remote.role === 'visitor') ?? null)
  const colleagues = computed(() => remotes.value.filter((remote) => remote.role !== 'visitor'))

  /** Joins the call; the one before it is left. Resolves when connected, or ended without ever being so. */
  async function join(input: JoinInput): Promise<void> {
    if (callId.value === input.callId && state.value.name !== 'ended') return
    const before = session
    reset()
    void before?.leave()
    consultationId.value = input.consultationId
    callId.value = input.callId
    state.value = { name: 'connecting' }
    forgive(input.callId)
    const library = await callLibrary()
    if (callId.value !== input.callId) return
    session = library.createCallSession({
      role: 'agent',
      // Snapshots are taken of this stage: they must not shrink with it.
      adaptiveStream: false,
      fetchGrant: grantsOf(input, library.CallOverError),
      capture: {
        audio: true,
        video: true,
        audioDeviceId: devices.microphone || undefined,
        videoDeviceId: devices.camera || undefined,
      },
    })
    listen(session, input.callId)
    if (devices.speaker) void session.setSpeaker(devices.speaker)
    await session.connect()
  }

  function listen(mine: CallSession, id: string): void {
    offs = [
      mine.on('state', (next) => {
        state.value = next
        if (next.name !== 'ended' || next.reason === 'left') return
        decline(id)
        void mine.stats().then((summary) => reportQuality(id, qualityBodyOf(summary)))
      }),
      mine.on('remotes', (next) => (remotes.value = next)),
      mine.on('local', (next) => (local.value = next)),
      mine.on('level', (next) => (level.value = next)),
      mine.on('quality', (next) => (quality.value = next)),
      mine.on('audioBlocked', (next) => (isAudioBlocked.value = next)),
      mine.on('deviceFailure', ({ kind, failure }) => {
        failures.value = { ...failures.value, [kind]: failure }
      }),
    ]
  }

  /** Leaves for good: the call is over, or the agent goes. */
  async function leave(): Promise<void> {
    const mine = session
    const id = callId.value
    if (id) decline(id)
    reset()
    if (!mine || !id || mine.state.name === 'ended') return
    const summary = await mine.stats()
    await mine.leave()
    await reportQuality(id, qualityBodyOf(summary))
  }

  function reset(): void {
    for (const off of offs) off()
    offs = []
    session = null
    consultationId.value = null
    callId.value = null
    state.value = { name: 'idle' }
    remotes.value = []
    local.value = nobody
    level.value = 0
    quality.value = null
    failures.value = {}
    isAudioBlocked.value = false
  }

  const decline = (id: string) => {
    declined.value = new Set([...declined.value, id])
  }
  const forgive = (id: string) => {
    declined.value = new Set([...declined.value].filter((each) => each !== id))
  }

  async function switchDevice(kind: DeviceKind, on: boolean): Promise<void> {
    const rest = { ...failures.value }
    delete rest[kind]
    failures.value = rest
    await (kind === 'camera' ? session?.setCamera(on) : session?.setMicrophone(on))
  }
  const toggleMicrophone = () => switchDevice('microphone', !local.value.microphoneOn)
  const toggleCamera = () => switchDevice('camera', !local.value.cameraOn)
  const shareScreen = async () => (await session?.shareScreen(local.value.screen === null)) ?? 'failed'
  const startAudio = () => session?.startAudio()

  async function useDevice(kind: DeviceKind | 'speaker', deviceId: string): Promise<boolean> {
    devices[kind] = deviceId
    if (!session) return true
    return kind === 'speaker' ? session.setSpeaker(deviceId) : session.useDevice(kind, deviceId)
  }

  return {
    consultationId,
    callId,
    state,
    remotes,
    local,
    level,
    quality,
    failures,
    isAudioBlocked,
    declined,
    isInCall,
    visitor,
    colleagues,
    join,
    leave,
    toggleMicrophone,
    toggleCamera,
    shareScreen,
    startAudio,
    useDevice,
  }
})

/** The first grant may come with the acceptance; every rejoin asks for a fresh one. */
function grantsOf({ callId, grant }: JoinInput, CallOver: new (message: string) => Error) {
  let given = grant ?? null
  return async () => {
    const first = given
    given = null
    if (first) return first
    try {
      return await api.post<GrantView>(`/calls/${callId}/grants`, { tab: tabId() })
    } catch (error) {
      const isFinal = error instanceof ApiProblem && [401, 403, 404, 409].includes(error.status)
      throw isFinal ? new CallOver(error.message) : error
    }
  }
}

async function reportQuality(callId: string, body: ReturnType<typeof qualityBodyOf>): Promise<void> {
  try {
    await api.post(`/calls/${callId}/quality`, body)
  } catch (error) {
    // Figures for the timeline only; the call itself ended well.
    console.warn('The quality of the call could not be reported.', error)
  }
}
