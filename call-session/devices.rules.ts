/**
 * Why a camera or microphone could not be opened; every kind has its own help text.
 *
 * - `denied`: refused for good, must be changed in the browser's or system's settings
 * - `dismissed`: the question was closed or refused once; asking again works
 * - `not-found`: no such device is plugged in
 * - `in-use`: another program holds it, or the system cannot start it
 * - `insecure-context`: the page is not HTTPS, so the browser hides its devices
 * - `policy-blocked`: the host page embeds us without `allow="camera; microphone"`
 * - `unsupported`: an in-app web view without media devices; another browser is needed
 */
export type DeviceFailure =
  | 'denied'
  | 'dismissed'
  | 'not-found'
  | 'in-use'
  | 'insecure-context'
  | 'policy-blocked'
  | 'unsupported'
  | 'unknown'

export interface FailureContext {
  isSecureContext: boolean
  hasMediaDevices: boolean
  /** null where the browser cannot tell */
  isAllowedByPolicy: boolean | null
  /** what the Permissions API says after the failure; null where it does not know the device */
  permission: 'granted' | 'denied' | 'prompt' | null
}

const byName = new Map<string, DeviceFailure>([
  ['NotFoundError', 'not-found'],
  ['DevicesNotFoundError', 'not-found'],
  ['OverconstrainedError', 'not-found'],
  ['NotReadableError', 'in-use'],
  ['TrackStartError', 'in-use'],
  ['AbortError', 'in-use'],
  ['NotSupportedError', 'unsupported'],
])

const refusals = new Set(['NotAllowedError', 'SecurityError', 'PermissionDeniedError'])

/** Names the failure behind an error of `getUserMedia`; the context decides where the error's name cannot. */
export function classifyDeviceFailure(
  error: { name?: string; message?: string },
  context: FailureContext,
): DeviceFailure {
  if (!context.isSecureContext) return 'insecure-context'
  if (!context.hasMediaDevices) return 'unsupported'
  if (!refusals.has(error.name ?? '')) return byName.get(error.name ?? '') ?? 'unknown'
  if (context.isAllowedByPolicy === false) return 'policy-blocked'
  if (/dismiss/i.test(error.message ?? '')) return 'dismissed'
  // Firefox and Safari forget a refusal that was not made permanent: the question can be put again.
  return context.permission === 'prompt' ? 'dismissed' : 'denied'
}

/**
 * Whether, after a joint request for camera and microphone failed, each is worth asking for alone: yes when
 * one of them may be the only culprit, no when the user has just refused both in one question.
 */
export function shouldAskSeparately(
  failure: DeviceFailure,
  permissions: { camera: FailureContext['permission']; microphone: FailureContext['permission'] },
): boolean {
  if (failure === 'not-found' || failure === 'in-use' || failure === 'unknown') return true
  if (failure === 'policy-blocked') return true
  if (failure !== 'denied') return false
  return permissions.camera !== permissions.microphone
}
