import { reactive, shallowRef } from 'vue'
import {
  type CaptureRequest,
  type DeviceList,
  type DeviceProbe,
  listDevices,
  probeDevices,
} from '../../../call-session/devices'
import { place, tabKeep } from './place'

const doneKey = `bangban:${place.siteKey}:devices`
const none: DeviceList = { cameras: [], microphones: [], speakers: [] }

/** The devices as the citizen checked them; the call takes over the live tracks, so the camera opens once. */
export const probe = shallowRef<DeviceProbe | null>(null)
export const deviceList = shallowRef<DeviceList>(none)
export const check = reactive({
  isAsking: false,
  level: 0,
  /** Kept over a reload of this tab: a citizen returning to a call goes straight into it. */
  isDone: tabKeep.get(doneKey) === '1',
})
const choice: CaptureRequest = { audio: true, video: true }
let stopLevel: (() => void) | null = null

export async function openCheck(change: Partial<CaptureRequest> = {}) {
  closeCheck()
  Object.assign(choice, change)
  check.isAsking = true
  const opened = await probeDevices({ ...choice })
  check.isAsking = false
  probe.value = opened
  stopLevel = opened.onLevel((level) => {
    check.level = level
  })
  deviceList.value = await listDevices()
}

export function closeCheck() {
  stopLevel?.()
  stopLevel = null
  probe.value?.stop()
  probe.value = null
}

export function finishCheck() {
  check.isDone = true
  tabKeep.set(doneKey, '1')
}

/**
 * Somebody coming back to a call that is on (a reload with storage denied, another window) is not asked to check
 * again where the browser has both permissions on record.
 */
export async function skipCheckIfAllowed() {
  try {
    const names = ['camera', 'microphone'] as PermissionName[]
    const states = await Promise.all(names.map((name) => navigator.permissions.query({ name })))
    if (states.every((s) => s.state === 'granted')) finishCheck()
  } catch {
    // A browser that cannot say is simply asked the usual way, by the check.
    check.isDone = false
  }
}

/** The check was done before a reload. */
export function recallCheck() {
  check.isDone = true
}

export function resetCheck() {
  closeCheck()
  check.isDone = false
  tabKeep.set(doneKey, null)
}

/** Hands devices and live tracks to the call; the check forgets them without switching them off. */
export function handOver() {
  stopLevel?.()
  stopLevel = null
  const opened = probe.value
  probe.value = null
  const isKnown = opened !== null
  const tracks = opened?.stream.getTracks() ?? []
  return {
    ...choice,
    audio: isKnown ? opened.microphone !== null : true,
    video: isKnown ? opened.camera !== null : true,
    tracks,
  }
}
