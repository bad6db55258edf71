import { computed, ref, shallowRef } from 'vue'
import {
  CallOverError,
  type CallSession,
  type CallState,
  createCallSession,
  type DeviceFailure,
  type DeviceKind,
  type LocalView,
  noLens,
  type QualityReport,
  type RemoteView,
} from '../../call-session'
import { ApiError } from '../panel/core/api'
import { takeGrant } from '../panel/core/brought-grants'
import { handOver } from '../panel/core/device-check'
import { api, markMoved } from '../panel/core/help'
import { tabId } from '../panel/core/tab'

const gone = [
  'calls.over',
  'calls.removed',
  'calls.not_found',
  'consultations.not_found',
  'consultations.wrong_state',
]
const noLocal: LocalView = { microphoneOn: false, cameraOn: false, camera: null, screen: null, lens: noLens }

let session: CallSession | null = null
let joined: string | null = null
let stops: (() => void)[] = []

export const callState = shallowRef<CallState>({ name: 'idle' })
export const remotes = shallowRef<RemoteView[]>([])
export const local = shallowRef<LocalView>(noLocal)
export const quality = shallowRef<QualityReport | null>(null)
export const isAudioBlocked = ref(false)
export const deviceFailures = shallowRef<Partial<Record<DeviceKind, DeviceFailure>>>({})

/** Agents first: the citizen came to see a person; a colleague who listens comes after. */
export const others = computed(() => remotes.value.filter((r) => r.role === 'agent'))

/** How long a grant announced with the call may take to come by the feed, before it is asked for. */
const GRANT_PATIENCE_MS = 150

async function fetchGrant(callId: string, patienceMs: number) {
  const brought = await takeGrant(callId, patienceMs)
  if (brought) return brought
  try {
    return await api.grant(callId, tabId())
  } catch (error) {
    if (error instanceof ApiError && gone.includes(error.code)) throw new CallOverError()
    throw error
  }
}

function watchSession(s: CallSession) {
  stops = [
    s.on('state', (next) => {
      callState.value = next
      if (next.name === 'ended' && next.reason === 'opened-elsewhere') markMoved(true)
    }),
    s.on('remotes', (next) => {
      remotes.value = next
    }),
    s.on('local', (next) => {
      local.value = next
    }),
    s.on('quality', (next) => {
      quality.value = next
    }),
    s.on('audioBlocked', (isBlocked) => {
      isAudioBlocked.value = isBlocked
    }),
    s.on('deviceFailure', ({ kind, failure }) => {
      deviceFailures.value = { ...deviceFailures.value, [kind]: failure }
    }),
  ]
}

/**
 * Joins the call of the consultation; calling it again for the same call does nothing. `isNews`: the feed has
 * just told of it, and brings the grant in the same breath.
 */
export function joinCall(callId: string, isNews = false) {
  if (joined === callId) return
  let patienceMs = isNews ? GRANT_PATIENCE_MS : 0
  void leaveCall()
  joined = callId
  session = createCallSession({
    role: 'visitor',
    adaptiveStream: true,
    capture: handOver(),
    fetchGrant: () => {
      const patience = patienceMs
      patienceMs = 0
      return fetchGrant(callId, patience)
    },
  })
  watchSession(session)
  void session.connect()
}

/** Leaves, and tells the server what the connection was like. */
export async function leaveCall() {
  const own = session
  const callId = joined
  session = null
  joined = null
  for (const stop of stops) stop()
  remotes.value = []
  local.value = noLocal
  quality.value = null
  deviceFailures.value = {}
  callState.value = { name: 'idle' }
  if (!own || !callId) return
  const sum = await own.stats()
  await own.leave()
  const { firstRemoteFrameAt: seen, connectCalledAt: called } = sum.timings
  const body = {
    maxWidth: sum.maxReceivedWidth,
    maxHeight: sum.maxReceivedHeight,
    lossPercent: Math.min(100, (sum.averageLoss ?? 0) * 100),
    roundTripMs: sum.averageRttMs ?? 0,
    reconnects: sum.reconnects,
    transport: sum.transport,
    firstFrameMs: seen !== null && called !== null ? Math.max(0, Math.round(seen - called)) : null,
  }
  // A figure for the ticket's history: losing it must not trouble a citizen who has already hung up.
  await api.quality(callId, body).catch((error: unknown) => console.warn('quality report not sent', error))
}

export const toggleMicrophone = () => session?.setMicrophone(!local.value.microphoneOn)
export const toggleCamera = () => session?.setCamera(!local.value.cameraOn)
export const setTorch = (torch: boolean) => session?.setLens({ torch })
export const setZoom = (zoom: number) => session?.setLens({ zoom })
export const switchCamera = () => session?.switchCamera()
export const shareScreen = (on: boolean) => session?.shareScreen(on) ?? Promise.resolve('failed' as const)
export const useDevice = (kind: DeviceKind, id: string) => session?.useDevice(kind, id)
export const useSpeaker = (id: string) => session?.setSpeaker(id)
export const unblockAudio = () => session?.startAudio()
